import { redactedType } from '../../../events/redaction.ts';
import { everyPosition, receives } from '../../../events/webhooks/audience.ts';
import { feedAfter, UnreadableEntry } from '../event-log/feed.ts';
import type { FeedEntry, Marker } from '../event-log/log-items.ts';
import { laterMarkers } from '../event-log/published.ts';
import { inParallel } from '../runtime/concurrency.ts';
import { IncompleteRead } from '../runtime/failures.ts';
import { logger } from '../runtime/observability.ts';
import { retry } from '../runtime/retry.ts';
import {
  type Delivery,
  mayHaveExpired,
  type QueuedEntry,
  queueDelivery,
  requeueDelivery,
} from '../subscribers/deliveries/deliveries.ts';
import { deliveriesAfter } from '../subscribers/deliveries/delivery-lists.ts';
import { putRecipient, type Recipient, readRecipient } from '../subscribers/deliveries/recipients.ts';
import { type Backfill, type EndpointState, saveState } from '../subscribers/endpoints/endpoint-state.ts';
import type { Endpoint } from '../subscribers/endpoints/endpoints.ts';
import { readBehind } from '../subscribers/endpoints/endpoints-behind.ts';
import { readFormerFilters } from '../subscribers/endpoints/former-filters.ts';
import { readFanOutCheckpoint } from '../subscribers/fan-out/fan-out-checkpoint.ts';
import { parsedFilter } from '../subscribers/table/stored-filter.ts';

const entriesPerStep = 50;
const eventsAtOnce = 8;

/** A read may see only a part of a transaction, and sees all of it a moment later. */
const readAttempts = 5;
const firstPauseMs = 40;

/** One step of a backfill. */
interface Step {
  readonly endpoint: Endpoint;
  /**
   * The filters that it had since it fell behind, besides the one that it has now. They match only what fan-out left to
   * the worker.
   */
  readonly formerFilters: readonly Endpoint['filter'][];
  /** The first position that fan-out left to the worker. */
  readonly leftFrom: number;
  readonly epoch: number;
  readonly backfill: Backfill & { readonly to: number };
  /** The deliveries that are queued already, by position. */
  readonly queued: ReadonlyMap<number, Delivery>;
}

/** Whether an entry is sent again if the endpoint has acknowledged it. */
function isResent({ position }: FeedEntry, { resend, resendThrough = Number.POSITIVE_INFINITY }: Backfill): boolean {
  return resend && position <= resendThrough;
}

/** Whether the endpoint receives an entry. */
function isReceived(entry: FeedEntry, step: Step, recipient: Recipient | null): boolean {
  const former = entry.position >= step.leftFrom ? step.formerFilters : [];
  const { id } = step.endpoint;
  return [step.endpoint.filter, ...former].some((filter) =>
    receives({ filter: parsedFilter({ id, filter }), ...everyPosition }, entry, recipient),
  );
}

/**
 * Whether an entry without a delivery is to be queued: its endpoint receives it, and has not acknowledged it already.
 * The recipients are read only where they can tell more than the filter. Once the delivery may have expired, they alone
 * know what was acknowledged, and what was sent by an earlier filter: a replay sends that again.
 */
async function isToBeQueued(entry: FeedEntry, step: Step): Promise<boolean> {
  const { endpoint, backfill } = step;
  const isOld = mayHaveExpired(entry.publishedAt);
  const isAgain = isResent(entry, backfill);
  const isMatch = isReceived(entry, step, null);
  if (isMatch && (isAgain || !isOld)) return true;
  if (!isMatch && entry.revision === 0 && !(isAgain && isOld)) return false;
  const recipient = await readRecipient(entry.eventId, endpoint.id);
  const wasAcknowledged = isOld && (recipient?.acknowledgedRevision ?? -1) >= entry.revision;
  return (isAgain || !wasAcknowledged) && (isMatch || (recipient !== null && isReceived(entry, step, recipient)));
}

/** Queues a delivery again that was parked or skipped, and with `isAgain` also one that was acknowledged. */
async function requeue({ position, status }: Delivery, isAgain: boolean, { endpoint, epoch }: Step): Promise<void> {
  const settled = ['parked', 'skipped', ...(isAgain ? ['acknowledged'] : [])];
  if (settled.includes(status)) await requeueDelivery(endpoint.id, position, { epoch, acknowledged: isAgain });
}

/** The entry of a revision. One that cannot be read may have lost its type. */
async function entryOf(marker: Marker, story: string): Promise<QueuedEntry> {
  try {
    const { entries } = await feedAfter(marker.position - 1, 1, 'consistent');
    if (!entries[0]) throw new IncompleteRead(`Position ${marker.position} is not visible yet.`);
    return entries[0];
  } catch (error) {
    if (!(error instanceof UnreadableEntry)) throw error;
    return { ...marker, type: redactedType, story };
  }
}

/**
 * The later revisions of an event that fan-out may have passed, as entries to be queued. Whatever fan-out has seen can
 * be seen here, a moment later at the latest; a revision that still waits for its position then is left to fan-out.
 */
async function laterEntries(entry: FeedEntry): Promise<QueuedEntry[]> {
  const { eventId, revision, type, story } = entry;
  const markers = await retry(
    async (attempt) => {
      const { markers: seen, waiting } = await laterMarkers(eventId, revision);
      if (waiting && attempt < readAttempts) throw new IncompleteRead('A revision waits for its position.');
      return seen;
    },
    { maximumAttempts: readAttempts, firstPauseMs, isRetryable: (error) => error instanceof IncompleteRead },
  );
  const hasRedaction = type === redactedType || markers.some(({ kind }) => kind === 'redacted');
  // All revisions have the same type, but for those that were taken down.
  if (!hasRedaction) return markers.map((marker) => ({ ...marker, type, story }));
  return inParallel(markers, eventsAtOnce, (marker) => entryOf(marker, story));
}

async function queue(endpoint: Endpoint, entry: QueuedEntry): Promise<void> {
  await putRecipient(entry.eventId, endpoint, entry);
  await queueDelivery(endpoint.id, entry);
}

/**
 * Queues the entries of one event. Fan-out may have passed later revisions before the endpoint was recorded as a
 * recipient: they are queued before the entry, so that nothing is missing once it is queued. Those yet to come find the
 * recipient recorded.
 */
async function queueEvent(entries: readonly FeedEntry[], step: Step): Promise<void> {
  const { endpoint, backfill, queued } = step;
  let later: readonly QueuedEntry[] | undefined;
  for (const entry of entries) {
    const delivery = queued.get(entry.position);
    if (delivery) await requeue(delivery, isResent(entry, backfill), step);
    else if (await isToBeQueued(entry, step)) {
      await putRecipient(entry.eventId, endpoint, entry);
      if (!later) {
        later = (await laterEntries(entry)).filter(({ position }) => position > backfill.to);
        for (const one of later) await queue(endpoint, one);
      }
      await queueDelivery(endpoint.id, entry);
    }
  }
}

/** The next entries to search, and the position to continue from. */
async function nextEntries({ next, to }: Step['backfill']): Promise<{ entries: readonly FeedEntry[]; next: number }> {
  try {
    const { entries, gap } = await feedAfter(next - 1, Math.min(entriesPerStep, to - next + 1), 'consistent');
    if (entries.length === 0 && gap) throw new IncompleteRead(`Position ${next} is not visible yet.`);
    // Entries that are added to the feed from now on are for fan-out.
    return { entries, next: entries.length === 0 ? to + 1 : next + entries.length };
  } catch (error) {
    if (!(error instanceof UnreadableEntry)) throw error;
    logger.error(error.message);
    return { entries: [], next: next + 1 };
  }
}

/**
 * Searches the next entries of the past for an endpoint, and queues those that it receives. The worker that has the
 * lease calls it until the state has no backfill any more. Meanwhile it sends only deliveries before `backfill.next`.
 *
 * The backfill ends at the checkpoint that fan-out had after the endpoint became active. Everything later is for
 * fan-out.
 *
 * @returns the new state
 * @throws {ConcurrencyConflict} when the endpoint was changed or another worker has the lease. Deliveries that are
 *   queued by then do no harm
 */
export async function extendBackfill(endpoint: Endpoint, state: EndpointState): Promise<EndpointState> {
  const { backfill, epoch } = state;
  if (!backfill) return state;
  if (backfill.to === null) {
    const { position: to } = await readFanOutCheckpoint('consistent');
    return extendBackfill(endpoint, await saveState(state, { backfill: { ...backfill, to } }));
  }
  const range = { ...backfill, to: backfill.to };
  if (range.next > range.to) return saveState(state, { backfill: undefined });
  const { entries, next } = await nextEntries(range);
  const deliveries = await deliveriesAfter(endpoint.id, range.next - 1, next - 1, entriesPerStep);
  const queued = new Map(deliveries.map((delivery) => [delivery.position, delivery]));
  const formerFilters = state.behindFrom === undefined ? [] : await readFormerFilters(endpoint.id);
  const { from: leftFrom = 0 } = (formerFilters.length > 0 && (await readBehind(endpoint.id))) || {};
  const step = { endpoint, formerFilters, leftFrom, epoch, backfill: range, queued };
  const events = [...Map.groupBy(entries, ({ eventId }) => eventId).values()];
  await inParallel(events, eventsAtOnce, (its) => queueEvent(its, step));
  return saveState(state, { backfill: next > range.to ? undefined : { ...backfill, next } });
}
