/** Durations in milliseconds. A day here has 24 hours; a day in a time zone may have 23 or 25. */
export const secondMs = 1_000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** Units of durations as text, the largest first. A single day is 24 h. */
const units = [
  { unit: 'days', ms: dayMs, least: 2 },
  { unit: 'h', ms: hourMs, least: 1 },
  { unit: 'min', ms: minuteMs, least: 1 },
  { unit: 's', ms: secondMs, least: 0 },
] as const;

/** A duration as text, in the largest unit of which it is a whole number: `5 s`, `30 min`, `24 h`, `5 days`. */
export function durationText(durationMs: number): string {
  const fitting = units.find(({ ms, least }) => durationMs % ms === 0 && durationMs / ms >= least);
  const { ms, unit } = fitting ?? units[3];
  return `${durationMs / ms} ${unit}`;
}
