import type { PublishedRevision } from '../../../events/revision.ts';
import { largestPosition } from '../../../events/revision-fields.ts';
import { receives, type Subscription } from '../../../events/webhooks/audience.ts';
import { messageOf } from '../../../events/webhooks/message.ts';
import { feedAfter, readEntry, UnreadableEntry } from '../event-log/feed.ts';
import { latestMarker } from '../event-log/log.ts';
import type { FeedEntry } from '../event-log/log-items.ts';
import { entryAsOf, readContents } from '../event-log/published.ts';
import { bytesInJson, pageLimitBytes } from '../http/answer-size.ts';
import { isFaultOfItem } from '../runtime/failures.ts';
import { inParallel } from '../runtime/in-parallel.ts';
import { logger } from '../runtime/observability.ts';
import { type Delivery, mayHaveExpired } from '../subscribers/deliveries.ts';
import { deliveriesAfter } from '../subscribers/delivery-lists.ts';
import { isActive } from '../subscribers/endpoint-state.ts';
import type { EndpointAndState } from '../subscribers/endpoints.ts';
import { readRecipient } from '../subscribers/recipients.ts';
import { parsedFilter } from '../subscribers/stored-filter.ts';

/** A request looks at this many entries, whatever it finds. */
const entriesPerRequest = 1_000;
const entriesPerRead = 100;
/** Looked at together: their revisions have at most 2 MB. */
const looksAtOnce = 25;

/** What is known of an endpoint while its messages are listed. */
export interface MessagesContext extends EndpointAndState {
  /** The checkpoint of fan-out: nothing beyond it is listed. */
  readonly through: number;
}

/** A range of positions, both included. */
interface Range {
  readonly from: number;
  readonly to: number;
}

const nowhere: Range = { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY };

/**
 * The positions that no backfill has searched for the endpoint yet. Of all other positions up to the checkpoint, the messages to the
 * endpoint have been queued.
 */
function unscannedBy({ state, through }: MessagesContext): Range {
  const { sendAfter, backfill } = state;
  // Fan-out passes over an endpoint that is not active. Some of the range may have been queued before: deliveries tell.
  if (!isActive(state)) return { from: Math.min(sendAfter + 1, backfill?.next ?? largestPosition), to: through };
  return backfill ? { from: backfill.next, to: backfill.to ?? through } : nowhere;
}

/** The filter decides in the range that is not searched yet. Elsewhere deliveries and recipients show what it decided. */
function subscriptionOf(context: MessagesContext): Subscription {
  return { filter: parsedFilter(context.endpoint.filter), ...unscannedBy(context) };
}

/**
 * Whether an entry without a delivery may have a recipient: the delivery may have expired, or the entry is not searched yet and an
 * earlier revision was sent.
 */
function mayBeRecorded({ revision, position, publishedAt }: FeedEntry, context: MessagesContext): boolean {
  const { from, to } = unscannedBy(context);
  const isUnscanned = position >= from && position <= to;
  return mayHaveExpired(publishedAt) || (revision > 0 && isUnscanned);
}

/**
 * Whether an entry behind the range that is not searched yet is of an event of which the worker will find a revision in that range. It
 * then queues all later ones too, for which fan-out had no reason.
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
async function isRetracted({ eventId, kind }: FeedEntry, { through }: MessagesContext): Promise<boolean> {
  if (kind === 'retracted') return false;
  // A retraction is final, and so the latest.
  const latest = await latestMarker(eventId, true);
  return latest?.kind === 'retracted' && latest.position <= through;
}

/** Whether an entry is a message to the endpoint: it was sent, or would be. */
async function isMessage(entry: FeedEntry, delivery: Delivery | undefined, context: MessagesContext): Promise<boolean> {
  if (delivery?.status === 'withdrawn') return false;
  if (delivery?.startedAt !== undefined) return true;
  return (delivery !== undefined || (await isReceived(entry, context))) && !(await isRetracted(entry, context));
}

interface Looked {
  readonly entries: readonly FeedEntry[];
  /** The last position that was looked at. */
  readonly through: number;
}

async function entriesAfter(position: number, limit: number): Promise<Looked> {
  try {
    const { entries } = await feedAfter(position, limit, true);
    return { entries, through: position + entries.length };
  } catch (error) {
    if (!(error instanceof UnreadableEntry)) throw error;
    // The endpoint is not sent it either: the delivery is parked.
    logger.error(error.message);
    return { entries: [], through: position + 1 };
  }
}

/** A page of the messages to an endpoint, in order, whether they were sent yet or not. */
export class MessagesPage {
  /** JSON texts; of what was attempted, byte for byte as it was posted. */
  readonly messages: string[] = [];
  /** The last position that was looked at; the requested one if there was none. */
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

  /** Reads on until the page is full, or fan-out has come no further. */
  async fill(): Promise<void> {
    const end = Math.min(this.#context.through, this.next + entriesPerRequest);
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
    for (let index = 0; index < entries.length; index += looksAtOnce) {
      const few = entries.slice(index, index + looksAtOnce);
      const areMessages = await inParallel(few, looksAtOnce, (entry) =>
        isMessage(entry, queued.get(entry.position), this.#context),
      );
      const messages = few.filter((_, place) => areMessages[place]);
      const contentOf = await readContents(messages, true);
      for (const entry of few) {
        if (messages.includes(entry)) this.#addMessage(entry, contentOf, queued.get(entry.position));
        this.next = entry.position;
        if (this.#isFull) return;
      }
    }
  }

  /** The message before is named only once a message was attempted: until then, the one before may still be withdrawn. */
  #addMessage(
    entry: FeedEntry,
    contentOf: (entry: FeedEntry) => PublishedRevision,
    delivery: Delivery | undefined,
  ): void {
    const previousPosition = delivery?.startedAt === undefined ? null : (delivery.previousPosition ?? null);
    try {
      const text = JSON.stringify(messageOf(contentOf(entry), previousPosition));
      this.messages.push(text);
      this.#bytes += bytesInJson(text);
    } catch (error) {
      if (!isFaultOfItem(error)) throw error;
      // The endpoint is not sent it either: the delivery is parked.
      logger.error(`The message at position ${entry.position} cannot be made.`, error as Error);
    }
  }
}
