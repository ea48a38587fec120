import { setTimeout } from 'node:timers/promises';
import type { PublishedRevision } from '../../../events/revision.ts';
import { feedAfter, UnreadableEntry } from '../event-log/feed.ts';
import { publishedRevisions } from '../event-log/log.ts';
import type { FeedEntry } from '../event-log/log-items.ts';
import { IncompleteRead } from '../runtime/failures.ts';
import { inParallel } from '../runtime/in-parallel.ts';
import { logger } from '../runtime/observability.ts';
import { type Delivery, queueDelivery, requeueDelivery } from '../subscribers/deliveries.ts';
import { isForgotten } from '../subscribers/delivery-expiry.ts';
import { deliveriesAfter } from '../subscribers/delivery-lists.ts';
import { matchesEndpoint } from '../subscribers/endpoint-matching.ts';
import { type Backfill, type EndpointState, saveState } from '../subscribers/endpoint-state.ts';
import type { Endpoint } from '../subscribers/endpoints.ts';
import { readFanOutCheckpoint } from '../subscribers/fan-out-checkpoint.ts';
import { putRecipient, readRecipient } from '../subscribers/recipients.ts';

const entriesPerStep = 50;
const eventsAtOnce = 8;

/** A transaction that can be seen in part is over a moment later. */
const tries = 5;
const firstPauseMs = 20;

/** One step of a backfill. */
interface Step {
  readonly endpoint: Endpoint;
  readonly epoch: number;
  readonly backfill: Backfill & { readonly to: number };
  /** What is queued already, by position. */
  readonly there: ReadonlyMap<number, Delivery>;
}

/** Whether an entry is sent again to who has acknowledged it. */
function isResent({ position }: FeedEntry, { resend, resendThrough = Number.POSITIVE_INFINITY }: Backfill): boolean {
  return resend && position <= resendThrough;
}

/** Fan-out puts aside what cannot be read. */
function takes({ filter }: Endpoint, entry: FeedEntry): boolean {
  try {
    return matchesEndpoint(filter, entry);
  } catch (error) {
    logger.error(`The entry at position ${entry.position} cannot be matched.`, error as Error);
    return false;
  }
}

/**
 * Whether an entry is meant for the endpoint: its filter takes it now, or an earlier revision was meant for it. What was
 * acknowledged and is forgotten is so only for who wants all of it again.
 */
async function isMeant(entry: FeedEntry, { endpoint, backfill }: Step): Promise<boolean> {
  const isTaken = takes(endpoint, entry);
  const wasAcknowledged = !isResent(entry, backfill) && isForgotten(entry.publishedAt);
  if (isTaken ? !wasAcknowledged : entry.revision === 0) return isTaken;
  const reach = await readRecipient(entry.eventId, endpoint.id);
  if (wasAcknowledged && (reach?.acknowledgedRevision ?? -1) >= entry.revision) return false;
  return isTaken || (reach !== null && reach.firstPosition < entry.position);
}

/** All that an event has in the record. What fan-out has seen of it can be seen here too, at the latest in a moment. */
async function publishedOf(eventId: string): Promise<readonly PublishedRevision[]> {
  for (let attempt = 1; ; attempt++) {
    const { published, waiting } = await publishedRevisions(eventId, undefined, true);
    if (!waiting || attempt === tries) return published;
    await setTimeout(Math.random() * firstPauseMs * 2 ** attempt);
  }
}

async function queue({ id, owner }: Endpoint, revision: PublishedRevision): Promise<void> {
  await putRecipient(revision.eventId, { id, owner }, revision);
  await queueDelivery(id, revision);
}

/**
 * Queues the entries of one event. Fan-out may have passed its later revisions without knowing that they are meant for this
 * endpoint: they are queued before what makes it so. Those yet to come find it in the reach of the event.
 */
async function bring(entries: readonly FeedEntry[], step: Step): Promise<void> {
  const { endpoint, epoch, backfill, there } = step;
  let later: readonly PublishedRevision[] | undefined;
  for (const entry of entries) {
    const delivery = there.get(entry.position);
    if (delivery) {
      const acknowledged = isResent(entry, backfill);
      const isToBeSent = ['parked', 'skipped', ...(acknowledged ? ['acknowledged'] : [])].includes(delivery.status);
      if (isToBeSent) await requeueDelivery(endpoint.id, entry.position, { epoch, acknowledged });
      continue;
    }
    if (!(await isMeant(entry, step))) continue;
    await putRecipient(entry.eventId, endpoint, entry);
    if (!later) {
      later = (await publishedOf(entry.eventId)).filter(({ position }) => position > backfill.to);
      for (const revision of later) await queue(endpoint, revision);
    }
    await queueDelivery(endpoint.id, entry);
  }
}

/** The next entries to look at, and the position to go on from. */
async function nextEntries({ next, to }: Step['backfill']): Promise<{ entries: readonly FeedEntry[]; next: number }> {
  try {
    const { entries, gap } = await feedAfter(next - 1, Math.min(entriesPerStep, to - next + 1), true);
    if (entries.length === 0 && gap) throw new IncompleteRead(`Position ${next} cannot be seen yet.`);
    // What comes into the feed from now on is for fan-out.
    return { entries, next: entries.length === 0 ? to + 1 : next + entries.length };
  } catch (error) {
    if (!(error instanceof UnreadableEntry)) throw error;
    logger.error(error.message);
    return { entries: [], next: next + 1 };
  }
}

/**
 * Looks at the next few entries of what an endpoint is to get of the past, and queues what is meant for it. To be called by who has
 * the lease, again and again, until there is no backfill in the state; of what is queued, only what comes before `backfill.next` is to
 * be sent.
 *
 * It ends where fan-out stood after the endpoint had come into the registry: all that comes later is for fan-out.
 *
 * @returns the state as it is then
 * @throws {ConcurrencyConflict} if the endpoint has changed or another has the lease; what was queued by then does no harm
 */
export async function extendBackfill(endpoint: Endpoint, state: EndpointState): Promise<EndpointState> {
  const { backfill, epoch } = state;
  if (!backfill) return state;
  if (backfill.to === null) {
    const { position: to } = await readFanOutCheckpoint(true);
    return extendBackfill(endpoint, await saveState(state, { backfill: { ...backfill, to } }));
  }
  const stretch = { ...backfill, to: backfill.to };
  if (stretch.next > stretch.to) return saveState(state, { backfill: undefined });
  const { entries, next } = await nextEntries(stretch);
  const queued = await deliveriesAfter(endpoint.id, stretch.next - 1, next - 1, entriesPerStep);
  const there = new Map(queued.map((delivery) => [delivery.position, delivery]));
  const step = { endpoint, epoch, backfill: stretch, there };
  const events = [...Map.groupBy(entries, ({ eventId }) => eventId).values()];
  await inParallel(events, eventsAtOnce, (mine) => bring(mine, step));
  return saveState(state, { backfill: next > stretch.to ? undefined : { ...backfill, next } });
}
