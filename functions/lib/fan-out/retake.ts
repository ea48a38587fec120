import { everyPosition, receives } from '../../../events/webhooks/audience.ts';
import { readEntry } from '../event-log/feed.ts';
import { retry } from '../runtime/retry.ts';
import { markSkipped } from '../subscribers/deliveries/mark-skipped.ts';
import { recordedAmong } from '../subscribers/deliveries/recipients.ts';
import { readActiveEndpoints } from '../subscribers/endpoints/active-endpoints.ts';
import { commitChange } from '../subscribers/endpoints/commit-endpoint.ts';
import { ConcurrencyConflict, isActive, readState } from '../subscribers/endpoints/endpoint-state.ts';
import { readEndpoint } from '../subscribers/endpoints/endpoints.ts';
import { joinedBackfill } from '../subscribers/endpoints/joined-backfill.ts';
import { unparkByFanOut } from '../subscribers/fan-out/fan-out-parked.ts';
import { parsedFilter } from '../subscribers/table/stored-filter.ts';

/** The worker of an endpoint may change it first. */
const conflictOptions = {
  maximumAttempts: 10,
  firstPauseMs: 20,
  isRetryable: (error: unknown) => error instanceof ConcurrencyConflict,
};

/** There is no deadline on a terminal. */
const unlimitedMs = () => Number.POSITIVE_INFINITY;

/**
 * Lets the worker of an endpoint search a position again, and send what was never queued. The sweep wakes it within a
 * minute.
 */
async function searchAgain(endpointId: string, position: number, isRecipient: boolean): Promise<void> {
  const [state, endpoint] = [await readState(endpointId), await readEndpoint(endpointId)];
  if (!state || !endpoint || !isActive(state)) return;
  // It was registered to receive only later messages.
  if (!isRecipient && position <= endpoint.since) return;
  await markSkipped(state, { from: position, to: position }, unlimitedMs);
  // Without `leaseBy`, the write does not depend on the lease, which a worker may have.
  const { leaseBy: _, ...unleased } = state;
  await commitChange(endpoint, unleased, {
    state: {
      sendAfter: Math.min(state.sendAfter, position - 1),
      backfill: joinedBackfill(state.backfill, { next: position, to: position, resend: false }),
      skipped: undefined,
    },
    due: { at: new Date().toISOString(), queue: state.queue },
  });
}

/**
 * Takes back an entry that fan-out has parked, once it can be read: the active endpoints that receive it are sent it,
 * after later messages. It has its own position as ever.
 *
 * @throws {Error} when it still cannot be read; it stays parked
 */
export async function retake(position: number): Promise<void> {
  const entry = await readEntry(position);
  const { endpoints } = await readActiveEndpoints();
  const ids = endpoints.map(({ id }) => id);
  const recipients = await recordedAmong(entry.eventId, ids);
  const recorded = new Map(recipients.map((recipient) => [recipient.endpointId, recipient]));
  for (const endpoint of endpoints) {
    const { id } = endpoint;
    const recipient = recorded.get(id) ?? null;
    if (!receives({ filter: parsedFilter(endpoint), ...everyPosition }, entry, recipient)) continue;
    await retry(() => searchAgain(id, position, recipient !== null), conflictOptions);
  }
  await unparkByFanOut(position);
}
