import type { PublishedRevision } from '../../../events/revision.ts';
import { largestPosition } from '../../../events/revision-fields.ts';
import { receives, type Subscription } from '../../../events/webhooks/audience.ts';
import { messageOf } from '../../../events/webhooks/message.ts';
import { feedAfter, readEntry, UnreadableEntry } from '../event-log/feed.ts';
import { latestMarker } from '../event-log/log.ts';
import type { FeedEntry } from '../event-log/log-items.ts';
import { entryAsOf, readContents } from '../event-log/published.ts';
import { bytesInJson, pageLimitBytes } from '../http/answer-size.ts';
import { inParallel } from '../runtime/concurrency.ts';
import { isFaultOfItem } from '../runtime/failures.ts';
import { logger } from '../runtime/observability.ts';
import { type Delivery, mayHaveExpired } from '../subscribers/deliveries/deliveries.ts';
import { deliveriesAfter } from '../subscribers/deliveries/delivery-lists.ts';
import { readRecipient } from '../subscribers/deliveries/recipients.ts';
import { isActive } from '../subscribers/endpoints/endpoint-state.ts';
import type { EndpointAndState } from '../subscribers/endpoints/endpoints.ts';
import type { FanOutCheckpoint } from '../subscribers/fan-out/fan-out-checkpoint.ts';
import { isBeingTakenDown, withoutTakenDownNote } from '../subscribers/fan-out/taken-down.ts';
import { parsedFilter } from '../subscribers/table/stored-filter.ts';

/** A request reads at most this many entries, however few messages it finds. */
const entriesPerRequest = 1_000;
const entriesPerRead = 100;
/** How many entries are decided together. Their revisions have at most 2 MB. */
const entriesAtOnce = 25;

/** The endpoint whose messages are listed, and how far they are known. */
export interface MessagesContext extends EndpointAndState {
  /** The checkpoint of fan-out. Nothing beyond its position is listed. */
  readonly checkpoint: FanOutCheckpoint;
}

/** A range of positions, both included. */
interface Range {
  readonly from: number;
  readonly to: number;
}

const nowhere: Range = { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY };

/**
 * The positions that its worker has yet to search for the endpoint. Of all other positions up to the checkpoint, the
 * messages to the endpoint have been queued.
 */
function unscannedBy({ state, checkpoint }: MessagesContext): Range {
  const { sendAfter, backfill, behindFrom } = state;
  const { position: through } = checkpoint;
  // Fan-out queues nothing for an endpoint that is not active. Some of the range may have been queued before:
  // deliveries show it.
  if (!isActive(state)) return { from: Math.min(sendAfter + 1, backfill?.next ?? largestPosition), to: through };
  if (behindFrom !== undefined) return { from: Math.min(behindFrom, backfill?.next ?? behindFrom), to: through };
  return backfill ? { from: backfill.next, to: backfill.to ?? through } : nowhere;
}

/**
 * The filter decides in the range that is not searched yet. Elsewhere deliveries and recipients show what it decided.
 */
function subscriptionOf(context: MessagesContext): Subscription {
  return { filter: parsedFilter(context.endpoint), ...unscannedBy(context) };
}

/**
 * Whether an entry without a delivery may have a recipient: the delivery may have expired, or the entry is not searched
 * yet and an earlier revision was sent.
 */
function mayBeRecorded({ revision, position, publishedAt }: FeedEntry, context: MessagesContext): boolean {
  const { from, to } = unscannedBy(context);
  const isUnscanned = position >= from && position <= to;
  return mayHaveExpired(publishedAt) || (revision > 0 && isUnscanned);
}

/**
 * Whether an entry after the range that is not searched yet is a later revision of an event that the backfill will find
 * in the range. The backfill then queues the later revisions too, which fan-out did not queue.
 */
async function followsReceived(entry: FeedEntry, context: MessagesContext): Promise<boolean> {
  const { from, to } = unscannedBy(context);
  if (from > to || entry.revision === 0 || entry.position <= to) return false;
  const found = await entryAsOf(entry, await readEntry(to));
  return found !== null && receives(subscriptionOf(context), found);
}

/** Whether an entry without a delivery was sent to the endpoint, or will be. */
async function isReceived(entry: FeedEntry, context: MessagesContext): Promise<boolean> {
  const subscription = subscriptionOf(context);
  if (receives(subscription, entry)) return true;
  const recipient = mayBeRecorded(entry, context) ? await readRecipient(entry.eventId, context.endpoint.id) : null;
  return receives(subscription, entry, recipient) || (await followsReceived(entry, context));
}

/** Whether the event of an entry is retracted, at a position that is listed. */
async function isRetracted({ eventId, kind }: FeedEntry, { checkpoint }: MessagesContext): Promise<boolean> {
  if (kind === 'retracted') return false;
  // A retraction is final, and so the latest.
  const latest = await latestMarker(eventId, 'consistent');
  return latest?.kind === 'retracted' && latest.position <= checkpoint.position;
}

/** Whether an entry is a message to the endpoint: it was sent, or would be. */
async function isMessage(entry: FeedEntry, delivery: Delivery | undefined, context: MessagesContext): Promise<boolean> {
  if (delivery?.status === 'withdrawn' || delivery?.redactedBy !== undefined) return false;
  const isSent =
    delivery?.startedAt !== undefined ||
    ((delivery !== undefined || (await isReceived(entry, context))) && !(await isRetracted(entry, context)));
  return isSent && !(await isBeingTakenDown(entry, context.checkpoint));
}

interface EntriesRead {
  readonly entries: readonly FeedEntry[];
  /** The last position that was read. */
  readonly through: number;
}

async function entriesAfter(position: number, limit: number): Promise<EntriesRead> {
  try {
    const { entries } = await feedAfter(position, limit, 'consistent');
    return { entries, through: position + entries.length };
  } catch (error) {
    if (!(error instanceof UnreadableEntry)) throw error;
    // The message is not sent to the endpoint either: its delivery is parked.
    logger.error(error.message);
    return { entries: [], through: position + 1 };
  }
}

/** A page of the messages to an endpoint in order, sent or not. */
export class MessagesPage {
  /** The messages as JSON texts. Those that were attempted are the same as the bodies that were sent, byte for byte. */
  readonly messages: string[] = [];
  /** The last position that was read; the requested one if none was. */
  next: number;

  readonly #limit: number;
  readonly #context: MessagesContext;
  #bytes = 0;

  constructor(after: number, limit: number, context: MessagesContext) {
    this.next = after;
    this.#limit = limit;
    this.#context = context;
  }

  get #isFull(): boolean {
    return this.messages.length >= this.#limit || this.#bytes >= pageLimitBytes;
  }

  /** Reads until the page is full, or to the checkpoint of fan-out. */
  async fill(): Promise<void> {
    const end = Math.min(this.#context.checkpoint.position, this.next + entriesPerRequest);
    while (this.next < end && !this.#isFull) {
      const { entries, through } = await entriesAfter(this.next, Math.min(entriesPerRead, end - this.next));
      if (through === this.next) return;
      await this.#add(entries, await this.#queued(through));
      if (!this.#isFull) this.next = through;
    }
  }

  async #queued(through: number): Promise<ReadonlyMap<number, Delivery>> {
    const queued = await deliveriesAfter(this.#context.endpoint.id, this.next, through, entriesPerRead);
    return new Map(queued.map((delivery) => [delivery.position, delivery]));
  }

  async #add(entries: readonly FeedEntry[], queued: ReadonlyMap<number, Delivery>): Promise<void> {
    for (let index = 0; index < entries.length; index += entriesAtOnce) {
      const few = entries.slice(index, index + entriesAtOnce);
      const areMessages = await inParallel(few, entriesAtOnce, (entry) =>
        isMessage(entry, queued.get(entry.position), this.#context),
      );
      const messages = few.filter((_, place) => areMessages[place]);
      const contentOf = await readContents(messages, 'consistent');
      for (const entry of few) {
        if (messages.includes(entry)) await this.#addMessage(entry, contentOf, queued.get(entry.position));
        this.next = entry.position;
        if (this.#isFull) return;
      }
    }
  }

  /**
   * A message has the position of the previous one only after its first attempt. Before, the previous one may still be
   * withdrawn.
   */
  async #addMessage(
    entry: FeedEntry,
    contentOf: (entry: FeedEntry) => PublishedRevision,
    delivery: Delivery | undefined,
  ): Promise<void> {
    const previousPosition = delivery?.startedAt === undefined ? null : (delivery.previousPosition ?? null);
    try {
      const revision = await withoutTakenDownNote(contentOf(entry), this.#context.checkpoint);
      // Its content was taken down.
      if (revision.redactedBy !== undefined) return;
      const text = JSON.stringify(messageOf(revision, previousPosition));
      this.messages.push(text);
      this.#bytes += bytesInJson(text);
    } catch (error) {
      if (!isFaultOfItem(error)) throw error;
      // The message is not sent to the endpoint either: its delivery is parked.
      logger.error(`The message at position ${entry.position} cannot be made.`, error as Error);
    }
  }
}
