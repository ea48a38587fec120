import { acceptedFilter } from '../events/webhooks/endpoint-filter.ts';
import { endpointSchema } from '../events/webhooks/webhook-endpoint.ts';
import { endpointAnswer } from './lib/endpoints/endpoint-answer.ts';
import type { CreatedEndpointAnswer } from './lib/endpoints/endpoint-answer-schema.ts';
import { assertReceiver, type OwnerRequest, readBody } from './lib/endpoints/endpoint-request.ts';
import { assertMayManage } from './lib/endpoints/key-limits.ts';
import { retryOnConflict } from './lib/endpoints/update-endpoint.ts';
import { positionBefore } from './lib/event-log/requested-position.ts';
import type { Answer } from './lib/http/answer.ts';
import { writingRoute } from './lib/quota/writing-route.ts';
import { registrationOf } from './lib/subscribers/endpoints/endpoint-limit.ts';
import { newEndpointSecret } from './lib/subscribers/endpoints/endpoint-secrets.ts';
import { type EndpointState, newVerification } from './lib/subscribers/endpoints/endpoint-state.ts';
import { createEndpoint, type Endpoint, newEndpointId } from './lib/subscribers/endpoints/endpoints.ts';
import { countVerification } from './lib/subscribers/endpoints/request-counters.ts';
import { wake } from './lib/subscribers/endpoints/wake-queue.ts';

/** Registers an endpoint, and wakes its worker to verify it. */
async function create(request: OwnerRequest): Promise<Answer> {
  const { caller, now } = request;
  const owner = caller.newsroom;
  const {
    startAt = 'now',
    description = null,
    maxInFlight = 1,
    url,
    filter,
    contact = '',
  } = readBody(request, endpointSchema);
  assertMayManage(caller, filter);
  assertReceiver(url, request);
  const since = startAt === 'beginning' ? 0 : await positionBefore(startAt, '/startAt');
  const id = newEndpointId();
  const secret = newEndpointSecret();
  const createdAt = new Date(now).toISOString();
  const details = { id, owner, url, description, filter: await acceptedFilter(filter), maxInFlight, contact };
  const endpoint: Endpoint = { ...details, createdAt, since, verifiedAt: null };
  const state: EndpointState = {
    id,
    status: 'pending',
    epoch: 1,
    sendAfter: since,
    settledThrough: since,
    failures: 0,
    queue: 'prompt',
    verification: newVerification(now),
  };
  let isCounted = false;
  // Each time that the newsroom registers another endpoint first, its endpoints are counted anew.
  await retryOnConflict(async () => {
    const registration = await registrationOf(endpoint, now);
    if (!isCounted) await countVerification(owner, url, now);
    isCounted = true;
    await createEndpoint(endpoint, secret, state, [registration]);
  });
  await wake([endpoint], state.queue);
  const body: CreatedEndpointAnswer = { ...(await endpointAnswer({ endpoint, state })), secret };
  return { status: 201, headers: { location: `/v1/webhook-endpoints/${id}` }, body };
}

export const handler = writingRoute(create);
