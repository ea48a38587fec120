const dayMs = 86_400_000;

/** Midnight UTC of a civil date, epoch milliseconds. Years below 100 are meant as they are (`Date.UTC` adds 1900). */
export function civilDate(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime();
}

/** How many days a month of the proleptic Gregorian calendar has. */
export function daysInMonth(year: number, month: number): number {
  return new Date(civilDate(year, month + 1, 1) - dayMs).getUTCDate();
}
