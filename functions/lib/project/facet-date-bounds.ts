import { dayMs } from '../../../events/dates/durations.ts';
import type { Extent } from '../../../events/dates/extent.ts';
import { longestSpanMs, type SpanClass } from '../../../events/dates/span-class.ts';
import { readCards } from '../timelines/cards.ts';
import type { FacetHead } from '../timelines/heads.ts';

/** What is looked for stands at the end of a class, most often in the first card. */
const cardsPerRead = 5;

/** Civil dates lie up to a day beside the instants that cards are sorted by. */
const zoneMarginMs = dayMs;

type Days = Pick<Extent, 'civilEarliest' | 'civilLatest'>;

/** The first day that an event is known to touch; an unbounded side counts as the other one. */
export const firstDay = ({ civilEarliest, civilLatest }: Days): string => civilEarliest ?? civilLatest ?? '';

/** The last day that an event is known to touch. */
export const lastDay = ({ civilEarliest, civilLatest }: Days): string => civilLatest ?? civilEarliest ?? '';

export const earlier = (one: string | null, other: string): string => (one === null || other < one ? other : one);
export const later = (one: string | null, other: string): string => (one === null || other > one ? other : one);

/** Walks the entries of a span class of a facet from one end, for as long as `wanted` says so. */
async function walk(
  generation: string,
  facet: string,
  spanClass: SpanClass,
  descending: boolean,
  wanted: (extent: Omit<Extent, 'precision'>) => boolean,
): Promise<void> {
  const stretch = { facet, spanClass, past: false, low: '', high: '~', descending };
  let start: Parameters<typeof readCards>[2] = null;
  do {
    const { cards, next } = await readCards(generation, stretch, start, cardsPerRead, true);
    for (const { content } of cards) {
      if (content && !wanted(content.extent)) return;
    }
    start = next;
  } while (start);
}

/** The first day of a facet, read from its cards: needed when the event that set it has moved or gone. */
export async function measureFirst(
  generation: string,
  facet: string,
  classes: readonly SpanClass[],
  dayOffsets: FacetHead['dayOffsets'],
): Promise<string | null> {
  let first: string | null = null;
  for (const spanClass of classes) {
    let enoughMs = Number.POSITIVE_INFINITY;
    await walk(generation, facet, spanClass, false, (extent) => {
      if (extent.earliest !== null && extent.earliest > enoughMs) return false;
      // Where all days begin at the same offset, the first card of a day tells.
      if (spanClass === 'd' && first !== null && dayOffsets) {
        if ((extent.earliest ?? 0) - dayOffsets.to > Date.parse(first) - dayMs) return false;
      }
      if (extent.earliest !== null) enoughMs = Math.min(enoughMs, extent.earliest + 2 * zoneMarginMs);
      first = earlier(first, firstDay(extent));
      return true;
    });
  }
  return first;
}

/** The last day of a facet, likewise: an earlier event of a class can end later, by as much as the class is long. */
export async function measureLast(
  generation: string,
  facet: string,
  classes: readonly SpanClass[],
  dayOffsets: FacetHead['dayOffsets'],
): Promise<string | null> {
  let last: string | null = null;
  for (const spanClass of classes) {
    await walk(generation, facet, spanClass, true, (extent) => {
      const reachMs = (extent.earliest ?? 0) + longestSpanMs[spanClass] + zoneMarginMs;
      if (last !== null && reachMs < Date.parse(last)) return false;
      if (spanClass === 'd' && last !== null && dayOffsets) {
        if ((extent.earliest ?? 0) - dayOffsets.from < Date.parse(last) + dayMs) return false;
      }
      last = later(last, lastDay(extent));
      return true;
    });
  }
  return last;
}
