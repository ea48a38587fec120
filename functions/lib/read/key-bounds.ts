import { dayMs } from '../../../events/dates/durations.ts';
import { keyBounds, type Range } from '../../../events/dates/range.ts';
import { longestSpanMs, type SpanClass } from '../../../events/dates/span-class.ts';
import { instantKey } from '../../../events/timeline/card.ts';
import type { FacetHead } from '../timelines/heads.ts';

/** Where a page looks. */
export interface PagePlace {
  /** The most selective facet of those asked for. */
  readonly head: FacetHead;
  readonly range: Range;
  readonly descending: boolean;
  readonly limit: number;
  /** Where the page before ended. */
  readonly after: string | null;
}

/** The character before: with `~` behind it, all that sorts before the whole. */
const predecessorOf = (character: string) => String.fromCharCode(character.charCodeAt(0) - 1);

/** Between which instants what matches begins, as far as the range tells; null where it is open. */
function beginningsOf(spanClass: SpanClass, { head, range }: PagePlace): { from: number | null; to: number | null } {
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

/** The keys, inclusive, between which a span class can hold what the range asks for. */
export function boundsOf(spanClass: SpanClass, request: PagePlace): { low: string; high: string } {
  const { descending, after } = request;
  const { from: earliest, to } = beginningsOf(spanClass, request);
  const low = earliest === null ? '' : instantKey(earliest, 'start');
  const high = to === null ? '~' : `${instantKey(to, 'end')}~`;
  if (after === null) return { low, high };
  return descending
    ? { low, high: after < high ? `${after.slice(0, -1)}${predecessorOf(after.slice(-1))}~` : high }
    : { low: `${after}~` > low ? `${after}~` : low, high };
}

/**
 * How many cards a first read meets, going by how many the class has a day, before those that the range asks for: from looking
 * back for what still goes on, and from the day that zones make of a difference.
 */
export function marginOf(spanClass: SpanClass, { head, range, descending, after, limit }: PagePlace): number {
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
