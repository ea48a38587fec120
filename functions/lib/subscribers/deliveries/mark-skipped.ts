import { inParallel } from '../../runtime/concurrency.ts';
import type { EndpointState } from '../endpoints/endpoint-state.ts';
import { skipDelivery } from './deliveries.ts';
import { listDeliveries } from './delivery-lists.ts';

const deliveriesPerRead = 500;
const writesAtOnce = 32;
/** The time for one more read, its writes and the rest of the request. */
const reserveMs = 3_000;

/** The work needs more time than a request has. What is done stays done, so that the next request continues there. */
export class Unfinished extends Error {
  override readonly name = 'Unfinished';
  /** Makes it transient (see `isTransient`): less work is left for the next attempt. */
  readonly $retryable = {};
}

/**
 * Settles the pending deliveries that an endpoint skipped as `skipped`. It is called before the endpoint goes back to a
 * position before them: the worker would send them otherwise.
 *
 * @param kept the range of positions, both included, that are to be sent all the same
 * @throws {Unfinished} when the invocation runs short of time
 */
export async function markSkipped(
  { id, epoch, skipped, sendAfter }: EndpointState,
  kept: { readonly from: number; readonly to: number },
  remainingMs: () => number,
): Promise<void> {
  if (!skipped) return;
  const within = { from: skipped.after + 1, to: Math.min(skipped.through, sendAfter) };
  for (let after: number | null = null, more = true; more; more = after !== null) {
    if (remainingMs() < reserveMs)
      throw new Unfinished('Not all skipped deliveries are settled yet. Send the request again.');
    const request = {
      ...within,
      status: 'skipped',
      skippedThrough: sendAfter,
      after,
      limit: deliveriesPerRead,
    } as const;
    const { deliveries, next } = await listDeliveries(id, request);
    const stillPending = deliveries.filter(({ status, position }) => {
      return status === 'pending' && (position < kept.from || position > kept.to);
    });
    await inParallel(stillPending, writesAtOnce, ({ position }) => skipDelivery(id, position, epoch));
    after = next;
  }
}
