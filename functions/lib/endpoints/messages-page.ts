import { messageOf } from '../../../events/webhooks/message.ts';
import { feedAfter, UnreadableEntry } from '../event-log/feed.ts';
import type { FeedEntry } from '../event-log/log-items.ts';
import { inParallel } from '../runtime/in-parallel.ts';
import { logger } from '../runtime/observability.ts';
import type { Delivery } from '../subscribers/deliveries.ts';
import { deliveriesAfter } from '../subscribers/delivery-lists.ts';
import { type DeliveryContext, isMessage } from './meant-messages.ts';

/** What a request looks at, whatever it finds. */
const entriesPerRequest = 1_000;
const entriesPerRead = 100;
const looksAtOnce = 8;
/** As JSON text in JSON, as Lambda counts its 6 MB; and what is compressed to no less grows by a third in base64. */
const bytesPerRequest = 4_000_000;

interface Seen {
  readonly entries: readonly FeedEntry[];
  /** The position up to which that is all. */
  readonly through: number;
}

async function entriesAfter(position: number, limit: number): Promise<Seen> {
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

/** Messages to an endpoint in the making, in order: sent or not, whatever the endpoint is at. */
export class MessagePage {
  /** JSON texts; of what was attempted, byte for byte as it was posted. */
  readonly messages: string[] = [];
  /** The position last looked at; the one asked for if there was none. */
  next: number;

  readonly #limit: number;
  readonly #outlook: DeliveryContext;
  #bytes = 0;

  constructor(after: number, limit: number, outlook: DeliveryContext) {
    this.next = after;
    this.#limit = limit;
    this.#outlook = outlook;
  }

  get #isFull(): boolean {
    return this.messages.length >= this.#limit || this.#bytes >= bytesPerRequest;
  }

  /** Reads on until the page is full, or all that may be told is. */
  async fill(): Promise<void> {
    const end = Math.min(this.#outlook.through, this.next + entriesPerRequest);
    while (this.next < end && !this.#isFull) {
      const { entries, through } = await entriesAfter(this.next, Math.min(entriesPerRead, end - this.next));
      if (through === this.next) return;
      await this.#take(entries, await this.#queued(through));
      if (!this.#isFull) this.next = through;
    }
  }

  async #queued(through: number): Promise<ReadonlyMap<number, Delivery>> {
    const queued = await deliveriesAfter(this.#outlook.endpoint.id, this.next, through, entriesPerRead);
    return new Map(queued.map((delivery) => [delivery.position, delivery]));
  }

  async #take(entries: readonly FeedEntry[], queued: ReadonlyMap<number, Delivery>): Promise<void> {
    for (let index = 0; index < entries.length; index += looksAtOnce) {
      const few = entries.slice(index, index + looksAtOnce);
      const told = await inParallel(few, looksAtOnce, (one) => isMessage(one, queued.get(one.position), this.#outlook));
      for (const [place, entry] of few.entries()) {
        if (told[place]) this.#add(entry, queued.get(entry.position));
        this.next = entry.position;
        if (this.#isFull) return;
      }
    }
  }

  /** Which message comes before one is settled when it is first attempted: until then, the one that does now may be withdrawn. */
  #add(entry: FeedEntry, delivery: Delivery | undefined): void {
    const previousPosition = delivery?.startedAt === undefined ? null : (delivery.previousPosition ?? null);
    const text = JSON.stringify(messageOf(entry, previousPosition));
    this.messages.push(text);
    this.#bytes += Buffer.byteLength(JSON.stringify(text));
  }
}
