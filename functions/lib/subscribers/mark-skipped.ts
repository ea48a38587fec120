import { inParallel } from '../runtime/in-parallel.ts';
import { skipDelivery } from './deliveries.ts';
import { listDeliveries } from './delivery-lists.ts';
import type { EndpointState } from './endpoint-state.ts';

const deliveriesPerRead = 500;
const writesAtOnce = 32;
/** What a read, its writes and all that follows take. */
const reserveMs = 3_000;

/** There is more to be done than a request has time for. What is done stays done: the next one goes on from there. */
export class Unfinished extends Error {
  override readonly name = 'Unfinished';
  /** It is less at the next try: what `isTransient` goes by. */
  readonly $retryable = {};
}

/**
 * Writes down what an endpoint has passed over, before it goes back behind it: else all of it would be sent.
 *
 * @param kept positions, both included, that are to be sent
 * @throws {Unfinished} if the invocation has not enough time left
 */
export async function markSkipped(
  { id, epoch, skipped, sendAfter: passed }: EndpointState,
  kept: { readonly from: number; readonly to: number },
  remainingMs: () => number,
): Promise<void> {
  if (!skipped) return;
  const within = { from: skipped.after + 1, to: Math.min(skipped.through, passed) };
  for (let after: number | null = null, more = true; more; more = after !== null) {
    if (remainingMs() < reserveMs) throw new Unfinished('What was skipped is not settled yet.');
    const asked = { ...within, status: 'skipped', passed, after, limit: deliveriesPerRead } as const;
    const { deliveries, next } = await listDeliveries(id, asked);
    const passedOver = deliveries.filter(({ status, position }) => {
      return status === 'pending' && (position < kept.from || position > kept.to);
    });
    await inParallel(passedOver, writesAtOnce, ({ position }) => skipDelivery(id, position, epoch));
    after = next;
  }
}
