/** A day of the proleptic Gregorian calendar, in no particular zone. */
export interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const isLeapYear = (year: number) => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** A number with leading zeros. */
export const padded = (number: number, digits: number): string => String(number).padStart(digits, '0');

/** The number of days in a month. The month is from 1 to 12. */
export const daysInMonth = (year: number, month: number): number =>
  month === 2 && isLeapYear(year) ? 29 : (monthLengths[month - 1] as number);

/** The day as `YYYY-MM-DD`, whose text order is the order of days. */
export const isoDate = ({ year, month, day }: CivilDate): string =>
  `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;

/** The day of `YYYY-MM-DD`. */
export function civilDateOf(iso: string): CivilDate {
  return { year: Number(iso.slice(0, 4)), month: Number(iso.slice(5, 7)), day: Number(iso.slice(8, 10)) };
}
