import { dayMs, hourMs } from './durations.ts';
import type { Extent } from './extent.ts';

/** A span of civil days may hold one clock change more than its days, or a zone that changed its offset: two hours. */
const clockChangeMs = 2 * hourMs;

/**
 * How long an event is at most: `d` within one day of its own zone, `m` 31 days, `y` 366 days, `t` 3,660 days, `x` longer or
 * open. What began before a range and reaches into it is found by looking back no further than its class is long.
 */
export type SpanClass = 'd' | 'm' | 'y' | 't' | 'x';

/** All classes, with the longest span in milliseconds that each holds. */
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
 * How many milliseconds after the midnight, in UTC, of its civil date an event begins: below 0 east of Greenwich. Null where it
 * has no beginning.
 */
export function dayOffsetMs({ earliest, civilEarliest }: Extent): number | null {
  return earliest === null || civilEarliest === null ? null : earliest - Date.parse(civilEarliest);
}
