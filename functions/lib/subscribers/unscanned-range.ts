import { isActive } from './endpoint-state.ts';
import type { EndpointAndState } from './endpoints.ts';

/** Positions, the first included, the last as well; nobody has looked yet what of them is meant for an endpoint. */
export interface UnscannedRange {
  readonly from: number;
  readonly to: number;
}

/**
 * What of the past is still to be looked at for an endpoint, by its worker, or will be once it receives; null if nothing. All
 * else has been looked at: what of it is meant for the endpoint is queued.
 *
 * @param checkpoint how far fan-out has come
 */
export function unscannedBy({ state }: Pick<EndpointAndState, 'state'>, checkpoint: number): UnscannedRange | null {
  const { sendAfter, backfill } = state;
  // Fan-out passes over who does not receive, from some position on; what it queued before is found as well.
  if (!isActive(state))
    return { from: Math.min(sendAfter + 1, backfill?.next ?? Number.POSITIVE_INFINITY), to: checkpoint };
  return backfill ? { from: backfill.next, to: backfill.to ?? checkpoint } : null;
}
