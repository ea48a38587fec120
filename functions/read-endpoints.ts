import * as z from 'zod';
import { endpointIdPattern } from '../events/webhooks/webhook-endpoint.ts';
import { endpointAnswer, maximumCountedInList } from './lib/endpoints/endpoint-answer.ts';
import type { EndpointsAnswer } from './lib/endpoints/endpoint-answer-schema.ts';
import { endpointIn, type OwnerRequest } from './lib/endpoints/endpoint-request.ts';
import { mayManage } from './lib/endpoints/key-limits.ts';
import type { Answer } from './lib/http/answer.ts';
import { fittingAnswer } from './lib/http/answer-size.ts';
import { readCursor, writeCursor } from './lib/http/cursor.ts';
import { nextLink } from './lib/http/links.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import { pageQuerySchema } from './lib/http/query-schemas.ts';
import { keyedRoute } from './lib/route/route.ts';
import { inParallel } from './lib/runtime/concurrency.ts';
import { listEndpoints } from './lib/subscribers/endpoints/endpoints.ts';

const countsAtOnce = 20;

/** The id of the endpoint with which the previous page ended. */
const cursorSchema = z.tuple([z.string().regex(endpointIdPattern)]);

/** Lists the endpoints of the newsroom that the key may manage, by id. */
async function list(request: OwnerRequest): Promise<Answer> {
  const owner = request.caller.newsroom;
  const { limit, cursor } = queryParameters(request, pageQuerySchema);
  const query = { list: 'endpoints', owner };
  const [after = null] = cursor === undefined ? [] : readCursor(cursor, query, cursorSchema);
  const { endpoints, next } = await listEndpoints(owner, after, limit);
  const managed = endpoints.filter(({ endpoint }) => mayManage(request.caller, endpoint.filter));
  const all = await inParallel(managed, countsAtOnce, (found) => endpointAnswer(found, maximumCountedInList));
  const shown = fittingAnswer(all);
  const last = shown.length < all.length ? shown.at(-1)?.id : next;
  const nextCursor = last ? writeCursor([last], query) : null;
  const body: EndpointsAnswer = { endpoints: [...shown], nextCursor };
  return { status: 200, headers: nextLink(request, 'cursor', nextCursor), body };
}

/** Shows one endpoint with its state. */
async function one(request: OwnerRequest): Promise<Answer> {
  return { status: 200, body: await endpointAnswer(await endpointIn(request)) };
}

/** Answers with the endpoints of the newsroom of a key, or with one of them. */
export const handler = keyedRoute(async (request) =>
  request.pathParameters.endpoint === undefined ? list(request) : one(request),
);
