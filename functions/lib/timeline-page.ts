import { instantKey } from '../../events/card.ts';
import { overlapOf } from '../../events/overlap.ts';
import { keyBounds, type Range } from '../../events/range.ts';
import { longestSpanMs, type SpanClass } from '../../events/span-class.ts';
import type { ShownCard } from './card-item.ts';
import { compareOrders, Lane } from './lane.ts';
import type { FacetHead } from './timelines.ts';

/** What a request reads at most, whatever it finds: the page then is short and the cursor goes on. */
const cardsPerRequest = 4_000;
const bytesPerRequest = 16_000_000;

/** Lambda answers with 6 MB at most, counted as JSON text in JSON; what stands around the entries needs little. */
const answerLimitBytes = 5_500_000;

/** A read asks for at least so many cards, since fewer cost the same, and for no more than fit into one answer of DynamoDB. */
const smallestRead = 4;
const largestRead = 1_000;
const dayMs = 86_400_000;

/** What a page is made of. */
export interface PageRequest {
  readonly generation: string;
  /** The most selective facet of those asked for. */
  readonly head: FacetHead;
  /** What else must match. */
  readonly accepts: (filters: NonNullable<ShownCard['content']>['filters']) => boolean;
  readonly range: Range;
  readonly descending: boolean;
  readonly limit: number;
  /** Nothing published later than this exists for the reader; RFC 3339. */
  readonly asOf: string;
  /** Where the page before ended. */
  readonly after: string | null;
  readonly consistent: boolean;
}

/** Entries as JSON text, and where to go on; null at the end. */
export interface Page {
  readonly entries: readonly string[];
  readonly next: string | null;
}

/** Between which instants what matches begins, as far as the range tells; null where it is open. */
function beginningsOf(spanClass: SpanClass, { head, range }: PageRequest): { from: number | null; to: number | null } {
  if (spanClass === 'd' && range.compare === 'civil' && head.dayOffsets) {
    const { civilFrom, civilTo } = range;
    return {
      from: civilFrom === null ? null : Date.parse(civilFrom) + head.dayOffsets.from,
      to: civilTo === null ? null : Date.parse(civilTo) + head.dayOffsets.to,
    };
  }
  const { from, to } = keyBounds(range);
  const lookBackMs = range.match === 'overlap' ? longestSpanMs[spanClass] : 0;
  return { from: from === null || !Number.isFinite(lookBackMs) ? null : from - lookBackMs, to };
}

/** The keys between which a span class can hold what the range asks for. */
function boundsOf(spanClass: SpanClass, request: PageRequest): { low: string; high: string } {
  const { descending, after } = request;
  const { from: earliest, to } = beginningsOf(spanClass, request);
  const low = earliest === null ? '' : instantKey(earliest, 'start');
  const high = to === null ? '~' : `${instantKey(to, 'end')}~`;
  if (after === null) return { low, high };
  return descending
    ? { low, high: after < high ? `${after.slice(0, -1)}${predecessorOf(after.slice(-1))}~` : high }
    : { low: `${after}~` > low ? `${after}~` : low, high };
}

/** The character before: with `~` behind it, all that sorts before the whole. */
const predecessorOf = (character: string) => String.fromCharCode(character.charCodeAt(0) - 1);

function lanesOf(request: PageRequest, past: boolean): Lane[] {
  const { generation, head, descending, consistent } = request;
  return (Object.keys(head.classes) as SpanClass[]).map(
    (spanClass) =>
      new Lane(
        generation,
        { facet: head.facet, spanClass, past, descending, ...boundsOf(spanClass, request) },
        // What was replaced this instant must be found, however old the moment asked for is.
        consistent || past,
      ),
  );
}

const isShownAt = (asOf: string, { publishedAt, publishedUntil, content }: ShownCard) =>
  content !== undefined && publishedAt <= asOf && (publishedUntil === undefined || asOf < publishedUntil);

/** The entry with its certainty; the text of the entry itself is not parsed. */
const certified = (entry: string, certainty: string) => `${entry.slice(0, -1)},"certainty":"${certainty}"}`;

/** What the lanes have read so far, in reading order, as far as no lane can bring anything before it. */
function settled(
  lanes: readonly Lane[],
  descending: boolean,
): { cards: ShownCard[]; frontier: string | null; behind: Lane | null } {
  const compare = compareOrders(descending);
  const open = lanes.filter((lane) => !lane.done);
  const behind = open.reduce<Lane | null>((one, other) => {
    if (one === null || other.frontier === null) return other;
    return one.frontier !== null && compare(other.frontier, one.frontier) < 0 ? other : one;
  }, null);
  const frontier = behind?.frontier ?? null;
  const cards = lanes
    .flatMap((lane) => lane.cards)
    .filter(({ order }) => behind === null || (frontier !== null && compare(order, frontier) <= 0))
    .sort((one, other) => compare(one.order, other.order));
  return { cards, frontier, behind };
}

interface Found {
  readonly order: string;
  readonly text: string;
}

function foundIn(cards: readonly ShownCard[], { accepts, range, asOf }: PageRequest): Found[] {
  const found: Found[] = [];
  for (const card of cards) {
    if (!isShownAt(asOf, card) || !card.content || !accepts(card.content.filters)) continue;
    // A card superseded while it was read is met twice, once as what it was and once as what it has become.
    if (found.at(-1)?.order === card.order) continue;
    const certainty = overlapOf(card.content.extent, range);
    if (certainty) found.push({ order: card.order, text: certified(card.content.entry, certainty) });
  }
  return found;
}

/** As many as fit into an answer. */
function fitting(found: readonly Found[]): number {
  let bytes = 0;
  const end = found.findIndex(({ text }) => {
    bytes += Buffer.byteLength(JSON.stringify(text));
    return bytes > answerLimitBytes;
  });
  return end < 0 ? found.length : Math.max(1, end);
}

/** How many more cards to read, going by how many of those read were of use. */
const refillOf = (read: number, found: number, missing: number) =>
  Math.min(largestRead, Math.max(smallestRead, Math.min(2 * read, Math.ceil((missing * read) / Math.max(found, 1)))));

/**
 * How many cards a first read meets, going by how many the class has a day, before those that the range asks for: from looking
 * back for what still goes on, and from the day that zones make of a difference.
 */
function marginOf(spanClass: SpanClass, { head, range, descending, after, limit }: PageRequest): number {
  const { first, last, classes } = head;
  const { from, to } = keyBounds(range);
  if (after !== null || !first || !last || (descending ? to : from) === null) return 0;
  if (spanClass === 'd' && range.compare === 'civil') return 0;
  const zoneDays = range.compare === 'civil' ? 1 : 0;
  const lookBackDays = descending || range.match !== 'overlap' ? 0 : longestSpanMs[spanClass] / dayMs;
  if (!Number.isFinite(lookBackDays)) return 0;
  const days = Math.max(1, (Date.parse(last) - Date.parse(first)) / dayMs);
  return Math.min(limit, Math.ceil(((classes[spanClass] ?? 0) / days) * (zoneDays + lookBackDays)));
}

/**
 * Reads one page of a timeline: the span classes in use side by side, each by its share, merged in order. Past cards are
 * read only if something newer than the reader's moment was met.
 */
export async function timelinePage(request: PageRequest): Promise<Page> {
  const { head, limit, asOf, descending } = request;
  const lanes = lanesOf(request, false);
  const total = Math.max(1, head.entries);
  // One more than the page tells whether there is a next one.
  const shareOf = (spanClass: SpanClass, wanted: number) =>
    Math.max(smallestRead, Math.ceil(((head.classes[spanClass] ?? 0) / total) * wanted));
  await Promise.all(
    lanes.map((lane) => {
      const { spanClass } = lane.stretch;
      return lane.read(Math.min(limit + 1, shareOf(spanClass, limit + 1)) + marginOf(spanClass, request));
    }),
  );
  let withPast = false;
  while (true) {
    const newer = !withPast && lanes.some((lane) => lane.cards.some(({ publishedAt }) => publishedAt > asOf));
    if (newer) {
      const past = lanesOf(request, true);
      await Promise.all(past.map((lane) => lane.read(limit + 1)));
      lanes.push(...past);
      withPast = true;
    }
    const { cards, frontier, behind } = settled(lanes, descending);
    const found = foundIn(cards, request);
    const page = found.slice(0, Math.min(limit, fitting(found.slice(0, limit))));
    if (found.length > page.length) return { entries: page.map(({ text }) => text), next: page.at(-1)?.order ?? null };
    if (behind === null) return { entries: page.map(({ text }) => text), next: null };
    const read = lanes.reduce((sum, lane) => sum + lane.cards.length, 0);
    const bytes = lanes.reduce((sum, lane) => sum + lane.bytes, 0);
    const enough = read >= cardsPerRequest || bytes >= bytesPerRequest;
    if (enough && frontier !== null) return { entries: page.map(({ text }) => text), next: frontier };
    await behind.read(refillOf(read, found.length, limit + 1 - found.length));
  }
}
