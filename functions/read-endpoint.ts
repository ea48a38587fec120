import { endpointAnswer } from './lib/endpoints/endpoint-answer.ts';
import { endpointIn, type OwnerRequest } from './lib/endpoints/endpoint-request.ts';
import type { Answer } from './lib/http/answer.ts';
import { keyedRoute } from './lib/route/route.ts';

/** Answers one endpoint with its state. */
async function read(request: OwnerRequest): Promise<Answer> {
  return { status: 200, body: await endpointAnswer(await endpointIn(request)) };
}

export const handler = keyedRoute(read);
