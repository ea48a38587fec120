import { countPending } from '../subscribers/delivery-lists.ts';
import type { EndpointAndState } from '../subscribers/endpoints.ts';
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
    filter,
    maxInFlight,
    contact: contact || null,
    createdAt,
    verifiedAt,
    status: state.status,
    settledThrough: state.settledThrough,
    backlog,
    // During a backfill, it is not known yet how many messages of the past the endpoint receives.
    backlogIsMore: backlog >= counted || state.backfill !== undefined,
    firstFailureAt: state.firstFailureAt ?? null,
    nextAttemptAt: state.nextAttemptAt ?? null,
    lastError: state.lastError ?? null,
    disabledReason: state.disabledReason ?? null,
  };
}
