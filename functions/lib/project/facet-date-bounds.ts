import { dayMs } from '../../../events/dates/durations.ts';
import { commonDateOf, compareExactness, type Edge, edgeDateOf } from '../../../events/dates/edge-date.ts';
import type { Extent } from '../../../events/dates/extent.ts';
import { longestSpanMs, type SpanClass } from '../../../events/dates/span-class.ts';
import { maximumCopiedEntryBytes } from '../../../events/input/limits.ts';
import { readCards } from '../timelines/cards.ts';
import type { DaySearch, FacetHead } from '../timelines/heads.ts';
import { cardSortKey, listKey } from '../timelines/timelines-table.ts';

/** The first card of a span class usually has the day that is searched for, so a first read of cards is short. */
const cardsPerRead = 5;

/** Cards are sorted by instants, and a civil date differs from its instant by at most a day. */
const zoneMarginMs = dayMs;

type Days = Pick<Extent, 'civilEarliest' | 'civilLatest'>;
type ShownExtent = Omit<Extent, 'precision'>;

/** How many reads searches may still make together. Each counts its own. */
export interface ReadsLeft {
  left: number;
}

/** The facet in which a search looks, and the offsets of its days. */
interface SearchedFacet {
  readonly generation: string;
  readonly facet: string;
  readonly dayOffsets: FacetHead['dayOffsets'];
}

/** The first day that an event is known to touch. If the start is unbounded, it is the last day. */
export const firstDay = ({ civilEarliest, civilLatest }: Days): string => civilEarliest ?? civilLatest ?? '';

/** The last day that an event is known to touch. If the end is unbounded, it is the first day. */
export const lastDay = ({ civilEarliest, civilLatest }: Days): string => civilLatest ?? civilEarliest ?? '';

export const earlier = (known: string | null, day: string): string => (known === null || day < known ? day : known);
export const later = (known: string | null, day: string): string => (known === null || day > known ? day : known);

/** A day at one end of a facet, and the date that it stands for. */
export interface EdgeDate {
  readonly day: string;
  /** EDTF of a date that is not a day, such as `199X`; null if it is one. */
  readonly date: string | null;
}

/** Dates of entries by their extents: an entry is in several facets, and each of them asks for both ends. */
const dates = new WeakMap<ShownExtent, string>();

function edtfIn(extent: ShownExtent, entry: string): string {
  const edtf = dates.get(extent) ?? JSON.parse(entry).when.edtf;
  dates.set(extent, edtf);
  return edtf;
}

/**
 * The date of an entry at one of its ends.
 *
 * @param entry its text; null if it is large, whether it is at hand or not: then its days say what is known
 */
export function edgeDateIn(edge: Edge, extent: ShownExtent, entry: string | null): EdgeDate {
  const isLarge = entry === null || Buffer.byteLength(entry) > maximumCopiedEntryBytes;
  const date = isLarge ? commonDateOf(extent) : edgeDateOf(edtfIn(extent, entry), edge);
  return { day: edges[edge].dayOf(extent), date };
}

/** The date that lies farther out, at one end of a facet. Of dates of the same day, the more exact one. */
export function outermost(edge: Edge, one: EdgeDate | null, other: EdgeDate | null): EdgeDate | null {
  if (one === null || other === null) return one ?? other;
  if (one.day !== other.day) return edges[edge].beyond(one.day, other.day) === one.day ? one : other;
  return compareExactness(one.date, other.date) <= 0 ? one : other;
}

/** What differs between the two ends of a facet. */
export const edges = {
  first: {
    dayOf: firstDay,
    beyond: earlier,
    /**
     * Whether neither a card nor those after it can have an earlier day, or a more exact date of the same one. Without
     * a start, cards are sorted by their end.
     */
    isPast(
      { day, date }: EdgeDate,
      { earliest, latest }: ShownExtent,
      spanClass: SpanClass,
      { dayOffsets }: SearchedFacet,
    ) {
      const sortedBy = earliest ?? latest;
      if (sortedBy === null) return false;
      // If all days begin at the same offset, the first card of a day decides, unless a more exact one may follow.
      if (spanClass === 'd' && dayOffsets)
        return sortedBy - dayOffsets.to > Date.parse(day) - (date === null ? dayMs : 0);
      return sortedBy > Date.parse(day) + 2 * zoneMarginMs;
    },
  },
  last: {
    dayOf: lastDay,
    beyond: later,
    /**
     * Whether neither a card nor those before it can have a later day, or a more exact date of the same one. Cards are
     * sorted by their start, so an event that begins earlier can still end later, by at most the longest span of its
     * class. Without an end, their start is their last day.
     */
    isPast(
      { day, date }: EdgeDate,
      { earliest, latest }: ShownExtent,
      spanClass: SpanClass,
      { dayOffsets }: SearchedFacet,
    ) {
      const spanMs = Number.isFinite(longestSpanMs[spanClass]) ? longestSpanMs[spanClass] : 0;
      if ((earliest ?? latest ?? 0) + spanMs + zoneMarginMs < Date.parse(day)) return true;
      if (spanClass !== 'd' || !dayOffsets) return false;
      return (earliest ?? 0) - dayOffsets.from < Date.parse(day) + (date === null ? dayMs : 0);
    },
  },
} as const;

/** A search that begins at the edge. */
export const newSearch = (classes: readonly SpanClass[]): DaySearch => ({ classes, after: null, found: null });

/**
 * Goes on with a search through the cards of a facet from one of its ends, for a number of cards and tombstones at
 * most. A search is needed when the event that had the first or last day was moved or retracted. There may be any
 * number of tombstones before the next event, so that one step may not find it. There may also be many span classes,
 * each of which takes a read.
 *
 * @returns the search as far as it has come; with no classes left, `found` is the day
 */
export async function goOnSearching(
  { classes, after, found, date }: DaySearch,
  edge: Edge,
  searched: SearchedFacet,
  cardsAtMost: number,
  reads: ReadsLeft,
): Promise<DaySearch> {
  const { generation, facet } = searched;
  const { isPast } = edges[edge];
  const [spanClass, ...others] = classes;
  if (spanClass === undefined) return { classes, after, found, ...(date !== undefined && { date }) };
  const list = { past: false, byEnd: false };
  const range = { facet, spanClass, ...list, low: '', high: '~', descending: edge === 'last' };
  const keyOf = (order: string) => ({
    pk: { S: listKey(generation, facet, list) },
    sk: { S: cardSortKey(spanClass, order) },
  });
  let outer: EdgeDate | null = found === null ? null : { day: found, date: date ?? null };
  const asFound = () => ({ found: outer?.day ?? null, ...(outer?.date && { date: outer.date }) });
  let left = cardsAtMost;
  let start: Parameters<typeof readCards>[2] = after === null ? null : keyOf(after);
  for (let size = cardsPerRead; left > 0 && reads.left > 0; size = left) {
    reads.left -= 1;
    const { cards, next } = await readCards(generation, range, start, Math.min(size, left), 'consistent');
    for (const { content } of cards) {
      if (!content) continue;
      if (outer !== null && isPast(outer, content.extent, spanClass, searched)) {
        return goOnSearching({ classes: others, after: null, ...asFound() }, edge, searched, left, reads);
      }
      outer = outermost(edge, outer, edgeDateIn(edge, content.extent, content.entry));
    }
    left -= cards.length;
    start = next;
    if (next === null)
      return goOnSearching({ classes: others, after: null, ...asFound() }, edge, searched, left, reads);
    const last = cards.at(-1);
    if (last && (left <= 0 || reads.left <= 0)) return { classes, after: last.order, ...asFound() };
  }
  return { classes, after, ...asFound() };
}
