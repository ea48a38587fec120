import { deliveriesAfter, deliveryBefore } from './delivery-lists.ts';
import { type FeedEntry, feedAfter, UnreadableEntry } from './event-log.ts';
import { inParallel } from './in-parallel.ts';
import { isMessage, type Outlook } from './meant-messages.ts';

const entriesPerLook = 100;
const looksAtOnce = 8;

/** Entries up to one before a position, in order; what cannot be read is left out. */
async function entriesBefore(position: number, from: number): Promise<readonly FeedEntry[]> {
  const entries: FeedEntry[] = [];
  for (let after = from - 1; after < position - 1; ) {
    try {
      const { entries: some } = await feedAfter(after, position - 1 - after, false);
      if (some.length === 0) break;
      entries.push(...some);
      after += some.length;
    } catch (error) {
      if (!(error instanceof UnreadableEntry)) throw error;
      after += 1;
    }
  }
  return entries;
}

/** The entry at a position; null if it cannot be read. */
async function entryAt(position: number): Promise<FeedEntry | null> {
  return (await entriesBefore(position + 1, position))[0] ?? null;
}

/** The last message before a position of those that are queued. */
async function queuedBefore(position: number, outlook: Outlook): Promise<number | null> {
  for (let before = position; ; ) {
    const delivery = await deliveryBefore(outlook.endpoint.id, before);
    if (!delivery) return null;
    // What cannot be read is put aside, and counts.
    const entry = delivery.startedAt === undefined ? await entryAt(delivery.position) : null;
    if (!entry || (await isMessage(entry, delivery, outlook))) return delivery.position;
    before = delivery.position;
  }
}

/**
 * The position of the last message to an endpoint before a position: of one that was sent, or will be as far as can be told now;
 * null if there is none.
 */
export async function previousMessage(position: number, outlook: Outlook): Promise<number | null> {
  const { endpoint, unseen } = outlook;
  const queued = await queuedBefore(position, outlook);
  if (!unseen || position <= unseen.from) return queued;
  const lowest = Math.max(unseen.from, (queued ?? 0) + 1);
  for (let end = position; end > lowest; end -= entriesPerLook) {
    const from = Math.max(lowest, end - entriesPerLook);
    const [entries, deliveries] = await Promise.all([
      entriesBefore(end, from),
      deliveriesAfter(endpoint.id, from - 1, end - 1, entriesPerLook),
    ]);
    const queuedAt = new Map(deliveries.map((delivery) => [delivery.position, delivery]));
    for (let last = entries.length; last > 0; last -= looksAtOnce) {
      const few = entries.slice(Math.max(0, last - looksAtOnce), last);
      const told = await inParallel(few, looksAtOnce, (one) => isMessage(one, queuedAt.get(one.position), outlook));
      const found = few.findLast((_, index) => told[index]);
      if (found) return found.position;
    }
  }
  return queued;
}
