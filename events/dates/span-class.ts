import { dayMs, hourMs } from './durations.ts';
import type { Extent } from './extent.ts';

/** A span of civil days may hold one clock change more than its days, or a zone that changed its offset: two hours. */
const clockChangeMs = 2 * hourMs;

const monthMs = 31 * dayMs + clockChangeMs;

/**
 * From `A`, which holds twice a month, each class holds twice as long spans as the one before: `R` more than 20,000
 * years.
 */
const longClasses = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R'] as const;

/**
 * How long an event is at most: `d` within one day of its own zone, `m` 31 days, and from `A` to `R` twice as long
 * each, so that an event of such a class is longer than half of the longest. `y` has no start, `z` no end, and `o`
 * neither.
 */
export type SpanClass = 'd' | 'm' | (typeof longClasses)[number] | 'y' | 'z' | 'o';

/** The longest span in milliseconds that each class holds. */
export const longestSpanMs = Object.fromEntries([
  ['d', dayMs + clockChangeMs],
  ['m', monthMs],
  ...longClasses.map((spanClass, index) => [spanClass, monthMs * 2 ** (index + 1)]),
  ...['y', 'z', 'o'].map((spanClass) => [spanClass, Number.POSITIVE_INFINITY]),
]) as Readonly<Record<SpanClass, number>>;

export const spanClasses = Object.keys(longestSpanMs) as SpanClass[];

/** The class of an extent. */
export function spanClassOf({ earliest, latest, civilEarliest, civilLatest }: Omit<Extent, 'precision'>): SpanClass {
  if (earliest === null) return latest === null ? 'o' : 'y';
  if (latest === null) return 'z';
  const fits = (spanClass: SpanClass) =>
    latest - earliest <= longestSpanMs[spanClass] && (spanClass !== 'd' || civilEarliest === civilLatest);
  return spanClasses.find(fits) as SpanClass;
}

/**
 * The length of the cells into which time is cut for a class of long spans: half of the longest, so that every span of
 * the class holds a boundary between two cells. Null for the other classes.
 */
export function cellMs(spanClass: SpanClass): number | null {
  return longClasses.some((long) => long === spanClass) ? longestSpanMs[spanClass] / 2 : null;
}

/** The first boundary of cells at or after an instant. */
export const boundaryFrom = (epochMs: number, cell: number): number => Math.ceil(epochMs / cell) * cell;

/**
 * The milliseconds from midnight UTC of an event's first civil date to its start; negative east of Greenwich. Null if
 * it has no start.
 */
export function dayOffsetMs({ earliest, civilEarliest }: Extent): number | null {
  return earliest === null || civilEarliest === null ? null : earliest - Date.parse(civilEarliest);
}
