import { dayMs } from '../../../../events/dates/durations.ts';
import type { OngoingChoice } from '../../../../events/dates/ongoing.ts';
import { keyBounds, type Range } from '../../../../events/dates/range.ts';
import { boundaryFrom, cellMs, longestSpanMs, type SpanClass } from '../../../../events/dates/span-class.ts';
import { instantKey } from '../../../../events/timeline/card.ts';
import type { FacetHead } from '../../timelines/heads.ts';

/** The place of a page in a timeline. */
export interface PagePlace {
  /** The head of the facet that is read. */
  readonly head: FacetHead;
  readonly range: Range;
  /** Whether what began before the range and goes on in it is found: too, alone, or not. */
  readonly ongoing?: OngoingChoice;
  readonly descending: boolean;
  readonly limit: number;
  /** The order of the last entry of the previous page. */
  readonly after: string | null;
}

/**
 * The lowest key of a class without a bound on when it begins: what has no start is sorted by its end, which must reach
 * the range.
 */
function lowestOf(spanClass: SpanClass, { range }: PagePlace): string {
  const { from } = keyBounds(range);
  if (spanClass !== 'y' || from === null || range.match !== 'overlap') return '';
  return `${instantKey(null, 'start')}#${instantKey(from, 'end')}`;
}

/** Whether a class has events that are longer than a month, or have no bound on one side. */
const isLongClass = (spanClass: SpanClass) => spanClass !== 'd' && spanClass !== 'm';

/** So many cards of a class, about 0.7 KB each, cost as much to read as three or four queries of the list by end. */
const fewSpans = 16;

/** The character before another. Followed by `~`, it sorts after everything that sorts before the other. */
const predecessorOf = (character: string) => String.fromCharCode(character.charCodeAt(0) - 1);

/**
 * The range of instants in which a match can begin; null where it is open. Of long spans it is the part in which all of
 * them match: what began before that is found by its end.
 */
function beginningsOf(
  spanClass: SpanClass,
  { head, range }: PagePlace,
  byEnd: boolean,
): { from: number | null; to: number | null } {
  if (spanClass === 'd' && range.compare === 'civil' && head.dayOffsets) {
    const { civilFrom, civilTo } = range;
    return {
      from: civilFrom === null ? null : Date.parse(civilFrom) + head.dayOffsets.from,
      to: civilTo === null ? null : Date.parse(civilTo) + head.dayOffsets.to,
    };
  }
  const { from, to } = keyBounds(range);
  const lookBackMs = range.match === 'overlap' ? ((byEnd ? cellMs(spanClass) : null) ?? longestSpanMs[spanClass]) : 0;
  return { from: from === null || !Number.isFinite(lookBackMs) ? null : from - lookBackMs, to };
}

/**
 * The key ranges, inclusive, in the list by end of a class of long spans, in which the matches are that began before
 * those in `boundsOf`. Such a span holds a boundary between two cells before the range, and the first of them is at
 * most the longest span of the class away. Everything in these ranges that ends in time matches.
 */
export function endBoundsOf(spanClass: SpanClass, { range }: PagePlace): { low: string; high: string }[] {
  const { from } = keyBounds(range);
  const cell = cellMs(spanClass);
  if (cell === null || from === null) return [];
  const bounds: { low: string; high: string }[] = [];
  for (let boundary = boundaryFrom(from - longestSpanMs[spanClass], cell); boundary <= from; boundary += cell) {
    const key = instantKey(boundary, 'start');
    bounds.push({ low: `${key}#${instantKey(from, 'end')}`, high: `${key}#~` });
  }
  return bounds;
}

/**
 * The key range, inclusive, of what began before the matches in `boundsOf` and can reach into the range of the query.
 */
export function lookBackBoundsOf(spanClass: SpanClass, request: PagePlace): { low: string; high: string } {
  const from = keyBounds(request.range).from as number;
  const cell = cellMs(spanClass) as number;
  const within = {
    low: instantKey(from - longestSpanMs[spanClass], 'start'),
    high: `${instantKey(from - cell, 'start')}~`,
  };
  return afterLast(within, request);
}

/** The part of a key range behind the last entry of the previous page. */
function afterLast({ low, high }: { low: string; high: string }, { after, descending }: PagePlace) {
  if (after === null) return { low, high };
  return descending
    ? { low, high: after < high ? `${after.slice(0, -1)}${predecessorOf(after.slice(-1))}~` : high }
    : { low: `${after}~` > low ? `${after}~` : low, high };
}

/**
 * Whether the long spans of a class that began before a range are found by when they end. A few of them are read by
 * when they began, some in vain: that takes one query instead of three or four.
 */
export const isReadByEnd = (spanClass: SpanClass, { head, range, ongoing }: PagePlace): boolean =>
  cellMs(spanClass) !== null &&
  ongoing !== 'exclude' &&
  range.match === 'overlap' &&
  keyBounds(range).from !== null &&
  (head.classes[spanClass] ?? 0) > fewSpans;

/**
 * The key range, inclusive, in which a span class can have matches.
 *
 * @param byEnd whether what began before, of long spans, is read by when it ends
 */
export function boundsOf(spanClass: SpanClass, request: PagePlace, byEnd: boolean): { low: string; high: string } {
  const { ongoing, range } = request;
  const { from: start } = keyBounds(range);
  const skipsOngoing = ongoing === 'exclude' && start !== null && isLongClass(spanClass);
  // What has no start began before every range.
  if (skipsOngoing && (spanClass === 'y' || spanClass === 'o')) return { low: '~', high: '' };
  const beginnings = beginningsOf(spanClass, request, byEnd);
  const earliest = skipsOngoing ? start : beginnings.from;
  // Two days for time zones, and the margin of a day that the bound has.
  const to =
    ongoing === 'only' && start !== null ? Math.min(beginnings.to ?? Infinity, start + 3 * dayMs) : beginnings.to;
  const low = earliest === null ? lowestOf(spanClass, request) : instantKey(earliest, 'start');
  const high = to === null ? '~' : `${instantKey(to, 'end')}~`;
  return afterLast({ low, high }, request);
}

/**
 * How many cards a first read finds before the first match, estimated from the number of cards per day: it starts
 * earlier than the range, by the longest span of the class, for what still goes on, and by one day, for time zones.
 */
export function marginOf(spanClass: SpanClass, place: PagePlace): number {
  const { head, range, descending, after, limit, ongoing } = place;
  if (ongoing === 'exclude' && isLongClass(spanClass)) return 0;
  const { first, last, classes } = head;
  const { from, to } = keyBounds(range);
  if (after !== null || !first || !last || (descending ? to : from) === null) return 0;
  if (spanClass === 'd' && range.compare === 'civil') return 0;
  const zoneDays = range.compare === 'civil' ? 1 : 0;
  if (isReadByEnd(spanClass, place)) return 0;
  const lookBackDays = descending || range.match !== 'overlap' ? 0 : longestSpanMs[spanClass] / dayMs;
  if (!Number.isFinite(lookBackDays)) return 0;
  const days = Math.max(1, (Date.parse(last) - Date.parse(first)) / dayMs);
  return Math.min(limit, Math.ceil(((classes[spanClass] ?? 0) / days) * (zoneDays + lookBackDays)));
}
