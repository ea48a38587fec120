import { type Certainty, certaintyOf } from '../../../events/dates/certainty.ts';
import type { SpanClass } from '../../../events/dates/span-class.ts';
import { entryOf } from '../../../events/timeline/entry.ts';
import { type PlacedRevision, readContents } from '../event-log/published.ts';
import { answerLimitBytes, bytesInJson } from '../http/answer-size.ts';
import type { ShownCard } from '../timelines/card-items.ts';
import { CardReader, type CompleteCards, compareOrders, completeCards, slowestReader } from './card-reader.ts';
import { boundsOf, endBoundsOf, isReadByEnd, lookBackBoundsOf, marginOf, type PagePlace } from './key-bounds.ts';

/** A request reads at most this much, whatever it finds. Then the page is short, and the cursor continues the walk. */
const cardsPerRequest = 4_000;
const bytesPerRequest = 16_000_000;

/** A read asks for at least this many cards, since fewer cost the same, and for no more than one answer of DynamoDB holds. */
const smallestRead = 4;
const largestRead = 1_000;

/** So many spans that go on are read by when they end, of one class and cell. */
const largestGoingOn = 500;

/** `,"certainty":"possible"` and its quotes, escaped. */
const certaintyBytes = 30;

/** What a page is made of. */
export interface PageRequest extends PagePlace {
  readonly generation: string;
  /** Whether a card matches the filters that the facet does not cover. */
  readonly accepts: (filters: NonNullable<ShownCard['content']>['filters']) => boolean;
  /** Nothing published later than this exists for the reader; RFC 3339. */
  readonly asOf: string;
  readonly consistent: boolean;
}

/** A page: entries as JSON text. */
export interface Page {
  readonly entries: readonly string[];
  /** Where the next page begins if this one ends after so many entries; null at the end. */
  nextAfter(count: number): string | null;
}

/** A card that matches the query. */
export interface Match {
  readonly order: string;
  readonly extent: NonNullable<ShownCard['content']>['extent'];
  readonly certainty: Certainty;
  /** The entry as JSON text, without its certainty; null if it is large and not read yet. */
  readonly entry: string | null;
  /** The bytes that the text of a large entry takes in an answer. */
  readonly largeBytes: number;
  /** The revision that the entry is of. */
  readonly revision: PlacedRevision;
}

/** Matches in order, and where the next ones begin; null at the end. */
export interface Matches {
  readonly matches: readonly Match[];
  readonly next: string | null;
}

const isShownAt = (asOf: string, { publishedAt, publishedUntil, content }: ShownCard) =>
  content !== undefined && publishedAt <= asOf && (publishedUntil === undefined || asOf < publishedUntil);

/** The entry with its certainty; the text of the entry itself is not parsed. */
const certified = (entry: string, { certainty }: Match) => `${entry.slice(0, -1)},"certainty":"${certainty}"}`;

/** The bytes that an entry takes in an answer. */
const bytesOf = (match: Match) =>
  match.entry === null ? match.largeBytes + certaintyBytes : bytesInJson(certified(match.entry, match));

function matchesIn({ cards }: CompleteCards, { accepts, range, asOf }: PageRequest): Match[] {
  const matches: Match[] = [];
  for (const card of cards) {
    if (!isShownAt(asOf, card) || !card.content || !accepts(card.content.filters)) continue;
    // A card superseded while it was read is met twice: as it was, and as it is now.
    if (matches.at(-1)?.order === card.order) continue;
    const { extent, entry, largeBytes } = card.content;
    const certainty = certaintyOf(extent, range);
    if (certainty) {
      const { eventId, revision, position, publishedAt, order } = card;
      matches.push({
        order,
        extent,
        certainty,
        entry,
        largeBytes,
        revision: { eventId, revision, position, publishedAt },
      });
    }
  }
  return matches;
}

const hasReadEnough = (readers: readonly CardReader[]) =>
  readers.reduce((sum, { cards }) => sum + cards.length, 0) >= cardsPerRequest ||
  readers.reduce((sum, { bytes }) => sum + bytes, 0) >= bytesPerRequest;

/** How many more cards to read, by how many of those read matched. */
const nextReadSize = (read: number, matched: number, missing: number) =>
  Math.min(largestRead, Math.max(smallestRead, Math.min(2 * read, Math.ceil((missing * read) / Math.max(matched, 1)))));

/**
 * The long spans of a class that began before those that `boundsOf` finds and still go on in the range. They are read whole by when
 * they end: all of them match. If they are very many, they are left to be read by when they began, page by page.
 */
async function readGoingOn(spanClass: SpanClass, past: boolean, request: PageRequest): Promise<CardReader[]> {
  const { generation, head, descending, consistent } = request;
  const list = { facet: head.facet, spanClass, past, descending };
  const isConsistent = past || consistent;
  const byEnd = endBoundsOf(spanClass, request).map(
    (bounds) => new CardReader(generation, { ...list, byEnd: true, ...bounds }, isConsistent),
  );
  if (byEnd.length === 0) return [];
  await Promise.all(byEnd.map((reader) => reader.read(largestGoingOn)));
  if (byEnd.every(({ done }) => done)) {
    for (const reader of byEnd) reader.keepAfter(request.after);
    return byEnd;
  }
  return [new CardReader(generation, { ...list, byEnd: false, ...lookBackBoundsOf(spanClass, request) }, isConsistent)];
}

/** Reads current cards until there are more than a page of them: the span classes side by side, each by its share. */
async function readCurrent(request: PageRequest): Promise<CompleteCards> {
  const { generation, head, limit, descending, consistent } = request;
  const classes = Object.keys(head.classes) as SpanClass[];
  const list = { facet: head.facet, past: false, byEnd: false, descending };
  const byStart = classes.map((spanClass) => {
    const bounds = boundsOf(spanClass, request, isReadByEnd(spanClass, request));
    return new CardReader(generation, { ...list, spanClass, ...bounds }, consistent);
  });
  // One more than the page holds shows whether there is a next page.
  const wanted = limit + 1;
  const shareOf = (spanClass: SpanClass) =>
    Math.ceil(((head.classes[spanClass] ?? 0) / Math.max(1, head.entries)) * wanted);
  const [goingOn] = await Promise.all([
    Promise.all(
      classes
        .filter((spanClass) => isReadByEnd(spanClass, request))
        .map((spanClass) => readGoingOn(spanClass, false, request)),
    ),
    ...byStart.map((reader) => {
      const { spanClass } = reader.keyRange;
      return reader.read(Math.min(wanted, Math.max(smallestRead, shareOf(spanClass))) + marginOf(spanClass, request));
    }),
  ]);
  const readers = [...byStart, ...goingOn.flat()];
  while (true) {
    const complete = completeCards(readers, descending);
    const matches = matchesIn(complete, request);
    const slowest = slowestReader(readers, descending);
    if (matches.length >= wanted) return { ...complete, frontier: matches[limit]?.order ?? null };
    if (slowest === null || (hasReadEnough(readers) && slowest.frontier !== null)) return complete;
    const read = readers.reduce((sum, { cards }) => sum + cards.length, 0);
    await slowest.read(nextReadSize(read, matches.length, wanted - matches.length));
  }
}

/**
 * Adds the past cards of a range whose current cards were read. The order matters: a card is kept as a past card before it is
 * replaced, and so what was met as replaced is found here.
 */
async function withPast(current: CompleteCards, request: PageRequest): Promise<CompleteCards> {
  const { generation, head, descending } = request;
  const classes = Object.keys(head.classes) as SpanClass[];
  const end = current.frontier;
  const until = ({ low, high }: { low: string; high: string }) =>
    end === null
      ? { low, high }
      : descending
        ? { low: low > end ? low : end, high }
        : { low, high: high < `${end}~` ? high : `${end}~` };
  const list = { facet: head.facet, past: true, byEnd: false, descending };
  const byStart = classes.map(
    (spanClass) =>
      // Consistently: also a card that was replaced this very moment must be found.
      new CardReader(
        generation,
        { ...list, spanClass, ...until(boundsOf(spanClass, request, isReadByEnd(spanClass, request))) },
        true,
      ),
  );
  const [goingOn] = await Promise.all([
    Promise.all(
      classes
        .filter((spanClass) => isReadByEnd(spanClass, request))
        .map((spanClass) => readGoingOn(spanClass, true, request)),
    ),
    ...byStart.map((reader) => reader.read(largestRead)),
  ]);
  const readers = [...byStart, ...goingOn.flat()];
  let slowest = slowestReader(readers, descending);
  while (slowest && !(hasReadEnough(readers) && slowest.frontier !== null)) {
    await slowest.read(largestRead);
    slowest = slowestReader(readers, descending);
  }
  const compare = compareOrders(descending);
  const past = completeCards(readers, descending, current.frontier);
  const cards = [...current.cards, ...past.cards]
    .filter(({ order }) => past.frontier === null || compare(order, past.frontier) <= 0)
    .sort((one, other) => compare(one.order, other.order));
  return { cards, frontier: past.frontier };
}

/** The first matches whose entries fit into an answer. */
function fitting(matches: readonly Match[]): readonly Match[] {
  let bytes = 0;
  const end = matches.findIndex((match) => {
    bytes += bytesOf(match);
    return bytes > answerLimitBytes;
  });
  return end < 0 ? matches : matches.slice(0, Math.max(1, end));
}

/** The entries of matches as JSON text, with their certainty. Large ones are read from the log, in one more round trip. */
async function entriesOf(matches: readonly Match[], consistent: boolean): Promise<string[]> {
  const large = matches.filter(({ entry }) => entry === null).map(({ revision }) => revision);
  const contentOf = await readContents(large, consistent);
  return matches.map((match) => certified(match.entry ?? JSON.stringify(entryOf(contentOf(match.revision))), match));
}

/**
 * Finds up to `limit` matches as of a moment: among the current cards, and, only if one of them is newer than that moment, among
 * the past cards of the same range.
 *
 * @param request null where nothing can match
 */
export async function readMatches(request: PageRequest | null): Promise<Matches> {
  if (request === null) return { matches: [], next: null };
  const current = await readCurrent(request);
  const isNewer = current.cards.some(({ publishedAt }) => publishedAt > request.asOf);
  const { cards, frontier } = isNewer ? await withPast(current, request) : current;
  const all = matchesIn({ cards, frontier }, request);
  const matches = all.slice(0, request.limit);
  return { matches, next: all.length > matches.length ? (matches.at(-1)?.order ?? null) : frontier };
}

/** One page of a timeline as of a moment. */
export async function readPage(request: PageRequest | null): Promise<Page> {
  const { matches, next } = await readMatches(request);
  const entries = await entriesOf(fitting(matches), request?.consistent ?? false);
  return {
    entries,
    nextAfter: (count) => (count < matches.length ? (matches[count - 1]?.order ?? null) : next),
  };
}
