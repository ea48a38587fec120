import { dayMs } from '../../../events/dates/durations.ts';
import type { Extent } from '../../../events/dates/extent.ts';
import { longestSpanMs, type SpanClass } from '../../../events/dates/span-class.ts';
import { readCards } from '../timelines/cards.ts';
import type { FacetHead } from '../timelines/heads.ts';

/** The first card of a span class usually has the day that is searched for, so a page of cards is short. */
const cardsPerRead = 5;

/** Cards are sorted by instants, and a civil date differs from its instant by at most a day. */
const zoneMarginMs = dayMs;

type Days = Pick<Extent, 'civilEarliest' | 'civilLatest'>;

/** The first day that an event is known to touch. If the start is unbounded, it is the last day. */
export const firstDay = ({ civilEarliest, civilLatest }: Days): string => civilEarliest ?? civilLatest ?? '';

/** The last day that an event is known to touch. If the end is unbounded, it is the first day. */
export const lastDay = ({ civilEarliest, civilLatest }: Days): string => civilLatest ?? civilEarliest ?? '';

export const earlier = (known: string | null, day: string): string => (known === null || day < known ? day : known);
export const later = (known: string | null, day: string): string => (known === null || day > known ? day : known);

/** Visits the entries of a span class of a facet from one end, until `visit` returns false. */
async function visitCards(
  generation: string,
  facet: string,
  spanClass: SpanClass,
  descending: boolean,
  visit: (extent: Omit<Extent, 'precision'>) => boolean,
): Promise<void> {
  const range = { facet, spanClass, past: false, byEnd: false, low: '', high: '~', descending };
  let start: Parameters<typeof readCards>[2] = null;
  do {
    const { cards, next } = await readCards(generation, range, start, cardsPerRead, true);
    for (const { content } of cards) {
      if (content && !visit(content.extent)) return;
    }
    start = next;
  } while (start);
}

/** The first day of a facet, read from its cards. It is needed when the event that had that day was moved or retracted. */
export async function readFirstDay(
  generation: string,
  facet: string,
  classes: readonly SpanClass[],
  dayOffsets: FacetHead['dayOffsets'],
): Promise<string | null> {
  let first: string | null = null;
  for (const spanClass of classes) {
    let stopAfterMs = Number.POSITIVE_INFINITY;
    await visitCards(generation, facet, spanClass, false, (extent) => {
      // Without a start, cards are sorted by their end, which is their first day.
      const sortedBy = extent.earliest ?? extent.latest;
      if (sortedBy !== null && sortedBy > stopAfterMs) return false;
      // If all days begin at the same offset, the first card of a day decides.
      if (spanClass === 'd' && first !== null && dayOffsets) {
        if ((extent.earliest ?? 0) - dayOffsets.to > Date.parse(first) - dayMs) return false;
      }
      if (sortedBy !== null) stopAfterMs = Math.min(stopAfterMs, sortedBy + 2 * zoneMarginMs);
      first = earlier(first, firstDay(extent));
      return true;
    });
  }
  return first;
}

/**
 * The last day of a facet, read from its cards. Cards are sorted by their start, so an event that begins earlier can still end
 * later, by at most the longest span of its class.
 */
export async function readLastDay(
  generation: string,
  facet: string,
  classes: readonly SpanClass[],
  dayOffsets: FacetHead['dayOffsets'],
): Promise<string | null> {
  let last: string | null = null;
  for (const spanClass of classes) {
    await visitCards(generation, facet, spanClass, true, (extent) => {
      // Without a start, cards are sorted by their end; without an end, their start is their last day.
      const spanMs = Number.isFinite(longestSpanMs[spanClass]) ? longestSpanMs[spanClass] : 0;
      const latestEndMs = (extent.earliest ?? extent.latest ?? 0) + spanMs + zoneMarginMs;
      if (last !== null && latestEndMs < Date.parse(last)) return false;
      if (spanClass === 'd' && last !== null && dayOffsets) {
        if ((extent.earliest ?? 0) - dayOffsets.from < Date.parse(last) + dayMs) return false;
      }
      last = later(last, lastDay(extent));
      return true;
    });
  }
  return last;
}
