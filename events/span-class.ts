import type { Extent } from './extent.ts';

const dayMs = 86_400_000;

/** A span of civil days may hold one clock change more than its days, or a zone that changed its offset: two hours. */
const clockChangeMs = 2 * 3_600_000;

/**
 * How long an event is at most: `d` a day, `m` 31 days, `y` 366 days, `t` 3,660 days, `x` longer or open.
 * What began before a range and reaches into it is found by looking back no further than its class is long.
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
export function spanClassOf({ earliest, latest }: Extent): SpanClass {
  if (earliest === null || latest === null) return 'x';
  return spanClasses.find((spanClass) => latest - earliest <= longestSpanMs[spanClass]) ?? 'x';
}
