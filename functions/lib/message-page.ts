import { messageOf } from '../../events/message.ts';
import type { Delivery } from './deliveries.ts';
import { deliveriesAfter } from './delivery-lists.ts';
import { type FeedEntry, feedAfter, UnreadableEntry } from './event-log.ts';
import { inParallel } from './in-parallel.ts';
import { isMessage, type Outlook } from './meant-messages.ts';
import { logger } from './observability.ts';
import { previousMessage } from './previous-message.ts';

/** What a request looks at, whatever it finds. */
const entriesPerRequest = 1_000;
const smallestRead = 50;
const looksAtOnce = 8;
/** As JSON text in JSON, as Lambda counts its 6 MB; and what is compressed to no less grows by a third in base64. */
const bytesPerRequest = 4_000_000;

interface Look {
  readonly entries: readonly FeedEntry[];
  /** The position up to which all was seen; the one asked for if nothing can be seen yet. */
  readonly seen: number;
}

async function look(after: number, size: number): Promise<Look> {
  try {
    const { entries } = await feedAfter(after, size, true);
    return { entries, seen: after + entries.length };
  } catch (error) {
    if (!(error instanceof UnreadableEntry)) throw error;
    // The endpoint is not sent it either: the delivery is parked.
    logger.error(error.message);
    return { entries: [], seen: after + 1 };
  }
}

/** Messages as JSON texts, byte for byte as they are posted, and the position to go on after. */
export interface MessagePage {
  readonly messages: readonly string[];
  readonly next: number;
}

/** The messages to an endpoint after a position, in order: sent or not, whatever the endpoint is at. */
export async function messagesAfter(after: number, limit: number, outlook: Outlook): Promise<MessagePage> {
  const { endpoint, through } = outlook;
  const messages: string[] = [];
  let previous: number | null | undefined;
  let bytes = 0;

  async function add(entry: FeedEntry, delivery: Delivery | undefined): Promise<void> {
    if (delivery?.startedAt !== undefined) previous = delivery.previousPosition ?? null;
    else if (previous === undefined) previous = await previousMessage(entry.position, outlook);
    const text = JSON.stringify(messageOf(entry, previous));
    previous = entry.position;
    messages.push(text);
    bytes += Buffer.byteLength(JSON.stringify(text));
  }

  let next = after;
  for (let looked = 0; next < through && looked < entriesPerRequest; ) {
    const size = Math.max(smallestRead, limit - messages.length);
    const { entries, seen } = await look(next, Math.min(size, through - next, entriesPerRequest - looked));
    if (seen === next) break;
    const deliveries = await deliveriesAfter(endpoint.id, next, seen, entries.length);
    const queuedAt = new Map(deliveries.map((delivery) => [delivery.position, delivery]));
    const verdicts = await inParallel(entries, looksAtOnce, (one) =>
      isMessage(one, queuedAt.get(one.position), outlook),
    );
    for (const [index, entry] of entries.entries()) {
      if (verdicts[index]) await add(entry, queuedAt.get(entry.position));
      if (messages.length === limit || bytes >= bytesPerRequest) return { messages, next: entry.position };
    }
    looked += seen - next;
    next = seen;
  }
  return { messages, next };
}
