import * as z from 'zod';
import { type DeliveriesAnswer, deliveryAnswer, deliveryWithAttemptsAnswer } from './lib/endpoints/delivery-answer.ts';
import { deliveriesQuerySchema } from './lib/endpoints/endpoint-queries.ts';
import { deliveryIn, endpointIn, type OwnerRequest } from './lib/endpoints/endpoint-request.ts';
import { positionsPublished } from './lib/endpoints/published-positions.ts';
import type { Answer } from './lib/http/answer.ts';
import { readCursor, writeCursor } from './lib/http/cursor.ts';
import { nextLink } from './lib/http/links.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import { publishedWithin } from './lib/read/corrections/corrections.ts';
import { keyedRoute } from './lib/route/route.ts';
import { attemptsOf } from './lib/subscribers/deliveries/attempts.ts';
import { listDeliveries } from './lib/subscribers/deliveries/delivery-lists.ts';

/** The position with which the previous page ended. */
const cursorSchema = z.tuple([z.string().regex(/^[1-9]\d{0,11}$/)]);

/** Lists the deliveries of an endpoint with their statuses. */
async function list(request: OwnerRequest): Promise<Answer> {
  const query = queryParameters(request, deliveriesQuerySchema);
  const { status, from, to, order, limit, cursor } = query;
  const published = publishedWithin({ from, to });
  const { endpoint, state } = await endpointIn(request);
  const { id } = endpoint;
  const cursorQuery = { list: 'deliveries', endpoint: id, ...query };
  const [after = null] = cursor === undefined ? [] : readCursor(cursor, cursorQuery, cursorSchema).map(Number);
  const within = from === undefined && to === undefined ? {} : await positionsPublished(id, published);
  const { sendAfter } = state;
  const { deliveries, next } = await listDeliveries(id, {
    status,
    skippedThrough: sendAfter,
    order,
    ...within,
    after,
    limit,
  });
  const nextCursor = next === null ? null : writeCursor([String(next)], cursorQuery);
  const body: DeliveriesAnswer = {
    deliveries: deliveries.map((delivery) => deliveryAnswer(delivery, sendAfter)),
    nextCursor,
  };
  return { status: 200, headers: nextLink(request, 'cursor', nextCursor), body };
}

/** Shows one delivery with its attempts. */
async function one(request: OwnerRequest): Promise<Answer> {
  const { endpoint, state } = await endpointIn(request);
  const delivery = await deliveryIn(request, endpoint.id);
  const attempts = await attemptsOf(endpoint.id, delivery);
  return { status: 200, body: deliveryWithAttemptsAnswer(delivery, state.sendAfter, attempts) };
}

/** Answers with the deliveries of an endpoint, or with one of them. */
export const handler = keyedRoute(async (request) =>
  request.pathParameters.position === undefined ? list(request) : one(request),
);
