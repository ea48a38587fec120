import { randomUUID } from 'node:crypto';
import { StateConflict } from '../events/input/errors.ts';
import { endpointAnswer } from './lib/endpoints/endpoint-answer.ts';
import { noBodySchema, type OwnerRequest, readBody } from './lib/endpoints/endpoint-request.ts';
import { updateEndpoint } from './lib/endpoints/update-endpoint.ts';
import type { Answer } from './lib/http/answer.ts';
import { writingRoute } from './lib/quota/writing-route.ts';
import { countPing } from './lib/subscribers/endpoints/request-counters.ts';

/** Sends a message without data to a verified endpoint, to test it. The endpoint may be disabled. */
async function ping(request: OwnerRequest): Promise<Answer> {
  const { caller, now } = request;
  readBody(request, noBodySchema);
  let counted = false;
  const pinged = await updateEndpoint(request, async ({ endpoint, state }) => {
    if (endpoint.verifiedAt === null) throw new StateConflict('The endpoint is not verified yet. Verify it first.');
    if (!counted) await countPing(caller.newsroom, now);
    counted = true;
    const requestedAt = new Date(now).toISOString();
    return { state: { ping: { id: randomUUID(), requestedAt } }, due: { at: requestedAt, queue: state.queue } };
  });
  return { status: 202, body: await endpointAnswer(pinged) };
}

export const handler = writingRoute(ping);
