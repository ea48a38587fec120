import { type Certainty, overlapOf } from '../../../events/dates/overlap.ts';
import type { SpanClass } from '../../../events/dates/span-class.ts';
import { answerLimitBytes, bytesInJson } from '../http/answer-size.ts';
import type { ShownCard } from '../timelines/card-item.ts';
import { CardReader, compareOrders } from './card-reader.ts';
import { boundsOf, marginOf, type PagePlace } from './key-bounds.ts';

/** What a request reads at most, whatever it finds: the page then is short and the cursor goes on. */
const cardsPerRequest = 4_000;
const bytesPerRequest = 16_000_000;

/** A read asks for at least so many cards, since fewer cost the same, and for no more than fit into one answer of DynamoDB. */
const smallestRead = 4;
const largestRead = 1_000;

/** What a page is made of. */
export interface PageRequest extends PagePlace {
  readonly generation: string;
  /** What else must match. */
  readonly accepts: (filters: NonNullable<ShownCard['content']>['filters']) => boolean;
  /** Nothing published later than this exists for the reader; RFC 3339. */
  readonly asOf: string;
  readonly consistent: boolean;
}

/** A page: entries as JSON text. */
export interface Page {
  readonly entries: readonly string[];
  /** Where to go on after the first so many of them; null at the end. */
  nextAfter(count: number): string | null;
}

/** A card that is shown. */
export interface Found {
  readonly order: string;
  readonly extent: NonNullable<ShownCard['content']>['extent'];
  readonly certainty: Certainty;
  /** The entry as JSON text, without its certainty. */
  readonly entry: string;
}

/** What was found, in order, and where to go on; null at the end. */
export interface FoundRange {
  readonly found: readonly Found[];
  readonly next: string | null;
}

/** Cards in reading order, all there are up to the frontier; a frontier of null is the end. */
interface Settled {
  readonly cards: readonly ShownCard[];
  readonly frontier: string | null;
}

const isShownAt = (asOf: string, { publishedAt, publishedUntil, content }: ShownCard) =>
  content !== undefined && publishedAt <= asOf && (publishedUntil === undefined || asOf < publishedUntil);

/** The entry with its certainty; the text of the entry itself is not parsed. */
const certified = ({ entry, certainty }: Found) => `${entry.slice(0, -1)},"certainty":"${certainty}"}`;

function foundIn({ cards }: Settled, { accepts, range, asOf }: PageRequest): Found[] {
  const found: Found[] = [];
  for (const card of cards) {
    if (!isShownAt(asOf, card) || !card.content || !accepts(card.content.filters)) continue;
    // A card superseded while it was read is met twice, once as what it was and once as what it has become.
    if (found.at(-1)?.order === card.order) continue;
    const { extent, entry } = card.content;
    const certainty = overlapOf(extent, range);
    if (certainty) found.push({ order: card.order, extent, certainty, entry });
  }
  return found;
}

/** The lane that is furthest behind, and where it is: before it nothing can be missing. */
function furthestBehind(lanes: readonly CardReader[], descending: boolean): CardReader | null {
  const compare = compareOrders(descending);
  return lanes
    .filter(({ done }) => !done)
    .reduce<CardReader | null>((one, other) => {
      if (one === null || other.frontier === null) return other;
      return one.frontier !== null && compare(other.frontier, one.frontier) < 0 ? other : one;
    }, null);
}

/** What lanes have read, as far as no lane can bring anything before it, and no further than `end`. */
function settled(lanes: readonly CardReader[], descending: boolean, end: string | null): Settled {
  const compare = compareOrders(descending);
  const behind = furthestBehind(lanes, descending);
  if (behind && behind.frontier === null) return { cards: [], frontier: '' };
  const ends = [behind?.frontier ?? null, end].filter((order) => order !== null).sort(compare);
  const frontier = ends[0] ?? null;
  const cards = lanes
    .flatMap((lane) => lane.cards)
    .filter(({ order }) => frontier === null || compare(order, frontier) <= 0)
    .sort((one, other) => compare(one.order, other.order));
  return { cards, frontier };
}

const isEnough = (lanes: readonly CardReader[]) =>
  lanes.reduce((sum, lane) => sum + lane.cards.length, 0) >= cardsPerRequest ||
  lanes.reduce((sum, lane) => sum + lane.bytes, 0) >= bytesPerRequest;

/** How many more cards to read, going by how many of those read were of use. */
const refillOf = (read: number, found: number, missing: number) =>
  Math.min(largestRead, Math.max(smallestRead, Math.min(2 * read, Math.ceil((missing * read) / Math.max(found, 1)))));

/** Reads current cards, the span classes side by side and each by its share, until there is more than a page of them. */
async function readCurrent(request: PageRequest): Promise<Settled> {
  const { generation, head, limit, descending, consistent } = request;
  const lanes = (Object.keys(head.classes) as SpanClass[]).map(
    (spanClass) =>
      new CardReader(
        generation,
        { facet: head.facet, spanClass, past: false, descending, ...boundsOf(spanClass, request) },
        consistent,
      ),
  );
  // One more than the page tells whether there is a next one.
  const wanted = limit + 1;
  const shareOf = (spanClass: SpanClass) =>
    Math.ceil(((head.classes[spanClass] ?? 0) / Math.max(1, head.entries)) * wanted);
  await Promise.all(
    lanes.map((lane) => {
      const { spanClass } = lane.stretch;
      return lane.read(Math.min(wanted, Math.max(smallestRead, shareOf(spanClass))) + marginOf(spanClass, request));
    }),
  );
  while (true) {
    const now = settled(lanes, descending, null);
    const found = foundIn(now, request);
    const behind = furthestBehind(lanes, descending);
    if (found.length >= wanted) return { ...now, frontier: found[limit]?.order ?? null };
    if (behind === null || (isEnough(lanes) && behind.frontier !== null)) return now;
    const read = lanes.reduce((sum, lane) => sum + lane.cards.length, 0);
    await behind.read(refillOf(read, found.length, wanted - found.length));
  }
}

/**
 * Adds the past cards of a stretch whose current ones are read already. In this order, always: whatever is superseded is kept as
 * a past card before it is replaced, and so what was met as replaced is found here.
 */
async function withPast(current: Settled, request: PageRequest): Promise<Settled> {
  const { generation, head, descending } = request;
  const lanes = (Object.keys(head.classes) as SpanClass[]).map((spanClass) => {
    const bounds = boundsOf(spanClass, request);
    const end = current.frontier;
    const stretch = end === null ? bounds : descending ? { ...bounds, low: end } : { ...bounds, high: `${end}~` };
    // However old the moment asked for is, what was replaced this instant must be found.
    return new CardReader(generation, { facet: head.facet, spanClass, past: true, descending, ...stretch }, true);
  });
  await Promise.all(lanes.map((lane) => lane.read(largestRead)));
  let behind = furthestBehind(lanes, descending);
  while (behind && !(isEnough(lanes) && behind.frontier !== null)) {
    await behind.read(largestRead);
    behind = furthestBehind(lanes, descending);
  }
  const compare = compareOrders(descending);
  const past = settled(lanes, descending, current.frontier);
  const cards = [...current.cards, ...past.cards]
    .filter(({ order }) => past.frontier === null || compare(order, past.frontier) <= 0)
    .sort((one, other) => compare(one.order, other.order));
  return { cards, frontier: past.frontier };
}

/**
 * Finds what a timeline held at `asOf`, up to `limit` of it: the current cards, and then, only if one of them is newer than that,
 * the past cards of the same stretch.
 */
export async function timelineRange(request: PageRequest): Promise<FoundRange> {
  const current = await readCurrent(request);
  const isNewer = current.cards.some(({ publishedAt }) => publishedAt > request.asOf);
  const { cards, frontier } = isNewer ? await withPast(current, request) : current;
  const all = foundIn({ cards, frontier }, request);
  const found = all.slice(0, request.limit);
  return { found, next: all.length > found.length ? (found.at(-1)?.order ?? null) : frontier };
}

/** As many as fit into an answer. */
function fitting(texts: readonly string[]): number {
  let bytes = 0;
  const end = texts.findIndex((text) => {
    bytes += bytesInJson(text);
    return bytes > answerLimitBytes;
  });
  return end < 0 ? texts.length : Math.max(1, end);
}

/** One page of a timeline, as it stood at `asOf`. */
export async function timelinePage(request: PageRequest): Promise<Page> {
  const { found, next } = await timelineRange(request);
  const texts = found.map(certified);
  const entries = texts.slice(0, fitting(texts));
  return {
    entries,
    nextAfter: (count) => (count < found.length ? (found[count - 1]?.order ?? null) : next),
  };
}
