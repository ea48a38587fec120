import * as z from 'zod';
import { endpointAnswer } from './lib/endpoints/endpoint-answer.ts';
import { endpointIn, type OwnerRequest } from './lib/endpoints/endpoint-request.ts';
import type { Answer } from './lib/http/answer.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import { keyedRoute } from './lib/route/route.ts';

/** Answers one endpoint, and what it is at. */
async function read(request: OwnerRequest): Promise<Answer> {
  queryParameters(request.rawQuery, z.strictObject({}));
  return { status: 200, body: await endpointAnswer(await endpointIn(request)) };
}

export const handler = keyedRoute(read);
