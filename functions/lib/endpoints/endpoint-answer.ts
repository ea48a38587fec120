import { countPending } from '../subscribers/delivery-lists.ts';
import type { EndpointAndState } from '../subscribers/endpoints.ts';
import type { EndpointAnswer } from './endpoint-answer-schema.ts';

/** So many deliveries are counted of one endpoint. */
const mostCounted = 1_000;

/** So many of each where there is a list of them. */
export const mostCountedInList = 100;

/** An endpoint as its owner is shown it: never with its secret. */
export async function endpointAnswer(
  { endpoint, state }: EndpointAndState,
  counted = mostCounted,
): Promise<EndpointAnswer> {
  const { id, url, description, filter, maxInFlight, contact, createdAt, verifiedAt } = endpoint;
  const backlog = await countPending(id, state.sendAfter, counted);
  return {
    id,
    url,
    description,
    filter,
    maxInFlight,
    contact,
    createdAt,
    verifiedAt,
    status: state.status,
    settledThrough: state.settledThrough,
    backlog,
    // Of what was published before it received, nobody has looked yet what is for it.
    backlogIsMore: backlog >= counted || state.backfill !== undefined,
    firstFailureAt: state.firstFailureAt ?? null,
    nextAttemptAt: state.nextAttemptAt ?? null,
    lastError: state.lastError ?? null,
    disabledReason: state.disabledReason ?? null,
  };
}
