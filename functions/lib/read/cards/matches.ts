import { type Certainty, certaintyOf } from '../../../../events/dates/certainty.ts';
import { acceptsOngoing } from '../../../../events/dates/ongoing.ts';
import type { SpanClass } from '../../../../events/dates/span-class.ts';
import type { PlacedRevision } from '../../event-log/published.ts';
import type { Consistency } from '../../runtime/consistency.ts';
import type { ShownCard } from '../../timelines/card-items.ts';
import type { FacetHead } from '../../timelines/heads.ts';
import { CardReader, compareOrders, completeCards, hasReadEnough, slowestReader } from './card-reader.ts';
import { boundsOf, endBoundsOf, isReadByEnd, lookBackBoundsOf, marginOf, type PagePlace } from './key-bounds.ts';
import { mayHavePast, readPast } from './past-cards.ts';
import type { WordSearch } from './text-search.ts';

/**
 * A read asks for at least this many cards, since fewer cost the same, and for no more than one answer of DynamoDB
 * holds.
 */
const smallestRead = 4;
const largestRead = 1_000;

/** So many spans that go on are read by when they end, of one class and cell. */
const largestGoingOn = 500;

/** Which matches to find. */
export interface PageRequest extends Omit<PagePlace, 'head'> {
  readonly generation: string;
  /** The heads of the facets that together have all matches. An entry may be in several of them. */
  readonly heads: readonly FacetHead[];
  /** Whether a card matches the filters that the facet does not cover. */
  readonly accepts: (filters: NonNullable<ShownCard['content']>['filters']) => boolean;
  /** Nothing published later than this exists for the reader; RFC 3339. */
  readonly asOf: string;
  readonly consistency: Consistency;
  /** The words that are searched for, if any are. */
  readonly search?: WordSearch;
}

/** A card that matches the query. */
export interface Match {
  readonly order: string;
  readonly extent: NonNullable<ShownCard['content']>['extent'];
  readonly certainty: Certainty;
  /** The values that filters compare. */
  readonly filters: NonNullable<ShownCard['content']>['filters'];
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
  /**
   * Whether they are fewer than asked for because the request has read as much as it may. How many there are then
   * depends on what else is in the timeline.
   */
  readonly isCut: boolean;
}

const isShownAt = (asOf: string, { publishedAt, publishedUntil, content }: ShownCard) =>
  content !== undefined && publishedAt <= asOf && (publishedUntil === undefined || asOf < publishedUntil);

/** The cards that match, in their order. */
export function matchesIn(cards: readonly ShownCard[], { accepts, range, ongoing, asOf }: PageRequest): Match[] {
  const matches: Match[] = [];
  for (const card of cards) {
    if (!isShownAt(asOf, card) || !card.content || !accepts(card.content.filters)) continue;
    // It is met twice if it is in several facets, or was superseded while it was read: as it was, and as it is now.
    if (matches.at(-1)?.order === card.order) continue;
    const { content } = card;
    const { extent, filters, largeBytes } = content;
    const certainty = certaintyOf(extent, range);
    if (certainty && acceptsOngoing(extent, range, ongoing)) {
      const { eventId, revision, position, publishedAt, order } = card;
      matches.push({
        order,
        extent,
        certainty,
        filters,
        // Read where it is shown: a compressed one is made plain then.
        get entry() {
          return content.entry;
        },
        largeBytes,
        revision: { eventId, revision, position, publishedAt },
      });
    }
  }
  return matches;
}

/** How many more cards to read, by how many of those read matched. */
const nextReadSize = (read: number, matched: number, missing: number) =>
  Math.min(largestRead, Math.max(smallestRead, Math.min(2 * read, Math.ceil((missing * read) / Math.max(matched, 1)))));

/**
 * The long spans of a class that began before those that `boundsOf` finds and still go on in the range. They are read
 * whole by when they end: all of them match. If they are very many, they are left to be read by when they began, page
 * by page.
 */
async function readGoingOn(spanClass: SpanClass, head: FacetHead, page: PageRequest): Promise<CardReader[]> {
  const { generation, heads, descending, consistency } = page;
  const request = { ...page, head };
  const list = { facet: head.facet, spanClass, past: false, descending };
  const byEnd = endBoundsOf(spanClass, request).map(
    (bounds) => new CardReader(generation, { ...list, byEnd: true, ...bounds }, consistency),
  );
  if (byEnd.length === 0) return [];
  await Promise.all(byEnd.map((reader) => reader.read(Math.ceil(largestGoingOn / heads.length))));
  if (byEnd.every(({ done }) => done)) {
    for (const reader of byEnd) reader.keepAfter(request.after);
    return byEnd;
  }
  return [new CardReader(generation, { ...list, byEnd: false, ...lookBackBoundsOf(spanClass, request) }, consistency)];
}

/** Reads the first cards of a page in one facet: the span classes side by side, each by its share. */
async function readFirstIn(head: FacetHead, page: PageRequest): Promise<CardReader[]> {
  const { generation, heads, limit, descending, consistency } = page;
  const request = { ...page, head };
  const classes = Object.keys(head.classes) as SpanClass[];
  const list = { facet: head.facet, past: false, byEnd: false, descending };
  const byStart = classes.map((spanClass) => {
    const bounds = boundsOf(spanClass, request, isReadByEnd(spanClass, request));
    return new CardReader(generation, { ...list, spanClass, ...bounds }, consistency);
  });
  const wanted = limit + 1;
  const entries = heads.reduce((sum, other) => sum + other.entries, 0);
  const shareOf = (spanClass: SpanClass) => Math.ceil(((head.classes[spanClass] ?? 0) / Math.max(1, entries)) * wanted);
  const [goingOn] = await Promise.all([
    Promise.all(
      classes
        .filter((spanClass) => isReadByEnd(spanClass, request))
        .map((spanClass) => readGoingOn(spanClass, head, page)),
    ),
    ...byStart.map((reader) => {
      const { spanClass } = reader.keyRange;
      return reader.read(Math.min(wanted, Math.max(smallestRead, shareOf(spanClass))) + marginOf(spanClass, request));
    }),
  ]);
  return [...byStart, ...goingOn.flat()];
}

/** Reads the first cards of a page: the facets side by side. */
async function readFirst(request: PageRequest): Promise<CardReader[]> {
  return (await Promise.all(request.heads.map((head) => readFirstIn(head, request)))).flat();
}

/** The orders of the cards that match as of an instant, or whose past may. */
function candidatesIn(cards: readonly ShownCard[], request: PageRequest): string[] {
  const matches = new Set(matchesIn(cards, request).map(({ order }) => order));
  const orders = cards
    .filter((card) => matches.has(card.order) || mayHavePast(card, request.asOf))
    .map(({ order }) => order);
  return [...new Set(orders)];
}

/** The first matches of a page and one more, if it has one more. */
interface FoundMatches {
  readonly matches: readonly Match[];
  /** The order up to which all matches are found; null at the end. */
  readonly frontier: string | null;
  /** Whether the request has read as much as it may. */
  readonly isCut: boolean;
}

/**
 * Reads current cards until they, or their past, may fill the page, and then the past of those that are newer than the
 * instant. If that fills less of the page than it could have, it goes on: how a page is filled depends only on what was
 * shown as of the instant, so that it never changes.
 */
async function findMatches(request: PageRequest): Promise<FoundMatches> {
  const { descending } = request;
  const search = request.search?.begin();
  const compare = compareOrders(descending);
  // One more than the page holds shows whether there is a next page.
  const wanted = request.limit + 1;
  // Of a search, few of them may have the words.
  let candidatesWanted = wanted;
  const readers = await readFirst(request);
  const matches: Match[] = [];
  let pastReaders: readonly CardReader[] = [];
  let done: string | null = null;
  while (true) {
    const complete = completeCards(readers, descending);
    const cards = complete.cards.filter(({ order }) => done === null || compare(order, done) > 0);
    const candidates = candidatesIn(cards, request);
    const slowest = slowestReader(readers, descending);
    const isSpent = slowest !== null && slowest.frontier !== null && hasReadEnough([...readers, ...pastReaders]);
    if (candidates.length < candidatesWanted && slowest !== null && !isSpent) {
      const read = readers.reduce((sum, reader) => sum + reader.cards.length, 0);
      await slowest.read(nextReadSize(read, candidates.length, candidatesWanted - candidates.length));
      continue;
    }
    const until = candidates[candidatesWanted - 1] ?? complete.frontier;
    const part = { readers, after: done, until };
    const past = await readPast(part, request);
    pastReaders = [...pastReaders, ...past.readers];
    const upTo = ({ order }: ShownCard) => past.frontier === null || compare(order, past.frontier) <= 0;
    const found = [...cards, ...past.cards].filter(upTo).sort((one, other) => compare(one.order, other.order));
    const inRange = matchesIn(found, request);
    const narrowed = search ? await search.narrow(inRange) : { matches: inRange, lookedUntil: null };
    matches.push(...narrowed.matches);
    done = past.frontier;
    if (search?.isSpent && matches.length < wanted) {
      const frontier = narrowed.lookedUntil ?? done;
      return { matches, frontier, isCut: frontier !== null };
    }
    if (search) candidatesWanted = Math.min(largestRead, 2 * candidatesWanted);
    const isCut = done !== null && matches.length < wanted && (isSpent || done !== until || hasReadEnough(pastReaders));
    if (matches.length >= wanted || done === null || isCut) return { matches, frontier: done, isCut };
  }
}

/**
 * Finds up to `limit` matches as of a moment: among the current cards and, where those are newer than that moment,
 * among the past cards.
 *
 * @param request null where nothing can match
 */
export async function readMatches(request: PageRequest | null): Promise<Matches> {
  if (request === null) return { matches: [], next: null, isCut: false };
  const { matches: all, frontier, isCut } = await findMatches(request);
  const matches = all.slice(0, request.limit);
  return { matches, next: all.length > matches.length ? (matches.at(-1)?.order ?? null) : frontier, isCut };
}
