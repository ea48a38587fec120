import { paceOfEndpointChange } from '../events/pace.ts';
import { acceptedFilter } from '../events/webhooks/endpoint-filter.ts';
import { endpointChangeSchema } from '../events/webhooks/webhook-endpoint.ts';
import { endpointAnswer } from './lib/endpoints/endpoint-answer.ts';
import { assertReceiver, type OwnerRequest, readBody } from './lib/endpoints/endpoint-request.ts';
import { assertMayManage } from './lib/endpoints/key-limits.ts';
import { updateEndpoint } from './lib/endpoints/update-endpoint.ts';
import type { Answer } from './lib/http/answer.ts';
import { writingRoute } from './lib/quota/writing-route.ts';
import type { EndpointChange } from './lib/subscribers/endpoints/commit-endpoint.ts';
import { newVerification } from './lib/subscribers/endpoints/endpoint-state.ts';
import type { EndpointAndState } from './lib/subscribers/endpoints/endpoints.ts';
import { countVerification } from './lib/subscribers/endpoints/request-counters.ts';

/** The change to another URL. It is verified at once or, if the endpoint is disabled, when it is enabled. */
function moved({ state }: EndpointAndState, changes: EndpointChange['endpoint'], now: number): EndpointChange {
  const endpoint = { ...changes, verifiedAt: null };
  const queue = 'prompt';
  if (state.status === 'disabled') return { endpoint, state: { queue, verification: undefined, ping: undefined } };
  return {
    endpoint,
    state: {
      status: 'pending',
      verification: newVerification(now),
      ping: undefined,
      queue,
      failures: 0,
      firstFailureAt: undefined,
      nextAttemptAt: undefined,
      lastError: undefined,
    },
    due: { at: new Date(now).toISOString(), queue },
  };
}

/**
 * Changes the fields of an endpoint that the body names. With another URL, the endpoint is pending until the URL is
 * verified. What is published meanwhile is sent then. Another filter applies to all positions after the checkpoint of
 * fan-out.
 */
async function change(request: OwnerRequest): Promise<Answer> {
  const { caller, now } = request;
  const { contact, ...others } = readBody(request, endpointChangeSchema);
  const { url, filter } = others;
  if (filter) assertMayManage(caller, filter);
  const changes = {
    ...others,
    ...(filter && { filter: await acceptedFilter(filter) }),
    ...(contact !== undefined && { contact: contact ?? '' }),
  };
  if (url !== undefined) assertReceiver(url, request);
  let counted = false;
  const changed = await updateEndpoint(request, async (current) => {
    if (Object.keys(changes).length === 0) return null;
    if (url === undefined || url === current.endpoint.url) return { endpoint: changes };
    if (!counted && current.state.status !== 'disabled') await countVerification(caller.newsroom, url, now);
    counted = true;
    return moved(current, changes, now);
  });
  return { status: 200, body: await endpointAnswer(changed), paced: paceOfEndpointChange };
}

export const handler = writingRoute(change);
