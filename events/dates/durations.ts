/** Durations in milliseconds. A day is 24 hours here; a day of a time zone may have 23 or 25. */
export const secondMs = 1_000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
