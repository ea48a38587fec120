import { deliveryWithAttemptsAnswer } from './lib/endpoints/delivery-answer.ts';
import { deliveryIn, endpointIn, type OwnerRequest } from './lib/endpoints/endpoint-request.ts';
import type { Answer } from './lib/http/answer.ts';
import { keyedRoute } from './lib/route/route.ts';
import { attemptsOf } from './lib/subscribers/attempts.ts';

/** Answers one delivery with its attempts. */
async function read(request: OwnerRequest): Promise<Answer> {
  const { endpoint, state } = await endpointIn(request);
  const delivery = await deliveryIn(request, endpoint.id);
  const attempts = await attemptsOf(endpoint.id, delivery);
  return { status: 200, body: deliveryWithAttemptsAnswer(delivery, state.sendAfter, attempts) };
}

export const handler = keyedRoute(read);
