import { sentFilter } from '../../../events/webhooks/endpoint-filter.ts';
import { countPending } from '../subscribers/deliveries/delivery-lists.ts';
import type { EndpointAndState } from '../subscribers/endpoints/endpoints.ts';
import type { EndpointAnswer } from './endpoint-answer-schema.ts';

/** The backlog of one endpoint is counted up to this many deliveries. */
const maximumCounted = 1_000;

/** The backlog of each endpoint in a list is counted up to this many. */
export const maximumCountedInList = 100;

/** An endpoint as its owner sees it: without its secret. */
export async function endpointAnswer(
  { endpoint, state }: EndpointAndState,
  counted = maximumCounted,
): Promise<EndpointAnswer> {
  const { id, url, description, filter, maxInFlight, contact, createdAt, verifiedAt } = endpoint;
  const backlog = await countPending(id, state.sendAfter, counted);
  return {
    id,
    url,
    description,
    filter: sentFilter(filter),
    maxInFlight,
    contact: contact || null,
    createdAt,
    verifiedAt,
    status: state.status,
    settledThrough: state.settledThrough,
    backlog,
    // What is yet to be searched in the feed for it may hold more.
    backlogIsMore: backlog >= counted || state.backfill !== undefined || state.behindFrom !== undefined,
    firstFailureAt: state.firstFailureAt ?? null,
    nextAttemptAt: state.nextAttemptAt ?? null,
    lastError: state.lastError ?? null,
    disabledReason: state.disabledReason ?? null,
  };
}
