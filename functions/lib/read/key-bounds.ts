import { dayMs } from '../../../events/dates/durations.ts';
import { keyBounds, type Range } from '../../../events/dates/range.ts';
import { longestSpanMs, type SpanClass } from '../../../events/dates/span-class.ts';
import { instantKey } from '../../../events/timeline/card.ts';
import type { FacetHead } from '../timelines/heads.ts';

/** The place of a page in a timeline. */
export interface PagePlace {
  /** The head of the requested facet with the fewest entries. */
  readonly head: FacetHead;
  readonly range: Range;
  readonly descending: boolean;
  readonly limit: number;
  /** The order of the last entry of the previous page. */
  readonly after: string | null;
}

/** The character before another. Followed by `~`, it sorts after everything that sorts before the other. */
const predecessorOf = (character: string) => String.fromCharCode(character.charCodeAt(0) - 1);

/** The range of instants in which a match can begin; null where it is open. */
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

/** The key range, inclusive, in which a span class can have matches. */
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
 * How many cards a first read finds before the first match, estimated from the number of cards per day: it starts earlier than the
 * range, by the longest span of the class, for what still goes on, and by one day, for time zones.
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
