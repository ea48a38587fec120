import { dayMs, hourMs } from './durations.ts';
import type { Extent } from './extent.ts';

/** Civil days can be longer than 24 hours each: clocks go back, or a zone changes its offset. Two hours cover both. */
const clockChangeMs = 2 * hourMs;

/**
 * The class of an event by the length of its extent: `d` is within one day of its own zone, `m` at most 31 days, `y` 366 days, `t`
 * 3,660 days, `x` longer or open. A query finds events that began before its range by reading back from the range's start by the
 * longest span of each class.
 */
export type SpanClass = 'd' | 'm' | 'y' | 't' | 'x';

/** The longest span of each class, in milliseconds. */
export const longestSpanMs: Readonly<Record<SpanClass, number>> = {
  d: dayMs + clockChangeMs,
  m: 31 * dayMs + clockChangeMs,
  y: 366 * dayMs + clockChangeMs,
  t: 3_660 * dayMs + clockChangeMs,
  x: Number.POSITIVE_INFINITY,
};

export const spanClasses = Object.keys(longestSpanMs) as SpanClass[];

/** The class of an extent. */
export function spanClassOf({ earliest, latest, civilEarliest, civilLatest }: Extent): SpanClass {
  if (earliest === null || latest === null) return 'x';
  const fits = (spanClass: SpanClass) =>
    latest - earliest <= longestSpanMs[spanClass] && (spanClass !== 'd' || civilEarliest === civilLatest);
  return spanClasses.find(fits) ?? 'x';
}

/**
 * The milliseconds from midnight UTC of an event's first civil date to its start; negative east of Greenwich. Null if it has no
 * start.
 */
export function dayOffsetMs({ earliest, civilEarliest }: Extent): number | null {
  return earliest === null || civilEarliest === null ? null : earliest - Date.parse(civilEarliest);
}
