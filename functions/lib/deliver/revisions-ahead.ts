import { readSendable, type SendableRevision } from '../event-log/published.ts';
import type { Delivery } from '../subscribers/deliveries/deliveries.ts';
import { keyOfState, stateOfItem } from '../subscribers/endpoints/endpoint-state.ts';
import type { DeliveryPage } from './delivery-page.ts';
import { assertUnchanged, type Run } from './run.ts';

/** How long what was read is used. */
const longestUseMs = 1_000;

/**
 * Reads the revisions of a page of deliveries just before they are sent, as many in one call as are sent at once. The
 * same call checks that the endpoint was not changed, so an owner who changes or disables it need not wait for the end
 * of the page, and tells the run if the endpoint has fallen behind.
 *
 * @returns a function of the next delivery of the page, which is not called again before it has answered. It throws
 *   ConcurrencyConflict when the endpoint was changed or another worker has the lease. What it returns throws when the
 *   revision cannot be read
 */
export function revisionsAhead(run: Run, page: DeliveryPage): (delivery: Delivery) => Promise<() => SendableRevision> {
  const { id, maxInFlight } = run.endpoint;
  let revisionOf: (delivery: Delivery) => SendableRevision;
  let read = new Set<Delivery>();
  let readAt = 0;
  return async (delivery) => {
    const now = run.clock.now();
    if (!read.has(delivery) || now - readAt > longestUseMs) {
      const next = [delivery, ...page.upcoming(maxInFlight - 1)];
      const found = await readSendable(next, keyOfState(id));
      const [item] = found.beside;
      const stored = item ? stateOfItem(item, id) : null;
      assertUnchanged(run, stored);
      // Fan-out sets it whichever worker has the lease.
      if (stored?.behindFrom !== undefined) run.state = { ...run.state, behindFrom: stored.behindFrom };
      revisionOf = found.revisionOf;
      read = new Set(next);
      readAt = now;
    }
    return () => revisionOf(delivery);
  };
}
