import { isoDate } from './civil-date.ts';
import type { Extent } from './extent.ts';
import type { Range } from './range.ts';
import { civilDateAt, utc } from './zone.ts';

/** The intervals of a histogram, with the number of characters of `YYYY-MM-DD` that name a bucket. */
const nameLengths = { day: 'YYYY-MM-DD'.length, month: 'YYYY-MM'.length, year: 'YYYY'.length };

export type Interval = keyof typeof nameLengths;

export const intervals = Object.keys(nameLengths) as Interval[];

const firstDay = '0001-01-01';
const lastDay = '9999-12-31';

const laterOf = <Bound extends string | number>(left: Bound | null, right: Bound | null): Bound | null =>
  left === null || (right !== null && right > left) ? right : left;

/** The day of an instant in a zone. Near the years 1 and 9999 it may lie outside the years that a query can name. */
function dayAt(instant: number, zone: string): string {
  const date = civilDateAt(instant, zone);
  if (date.year < 1) return firstDay;
  return date.year > 9999 ? lastDay : isoDate(date);
}

/** The day on which a query counts an event: the first day of the event or of the range, whichever is later. */
function dayOf({ earliest, civilEarliest }: Pick<Extent, 'earliest' | 'civilEarliest'>, range: Range): string | null {
  if (range.compare === 'civil' && range.tz === null) return laterOf(civilEarliest, range.civilFrom);
  // A range without bounds compares nothing, but its zone decides which day an instant is in.
  const instant = range.compare === 'civil' ? earliest : laterOf(earliest, range.instantFrom);
  const day = instant === null ? null : dayAt(instant, range.tz ?? utc);
  if (day === null || range.compare === 'civil' || !range.repeated) return day;
  // The first instant within the bounds can be of a day beside them.
  const { civilFrom, civilTo } = range.repeated;
  const first = civilFrom !== null && day < civilFrom ? civilFrom : day;
  return civilTo !== null && first > civilTo ? civilTo : first;
}

/**
 * The day, month or year in which a query counts an event. It is in the zone of the query; without one, it is in the
 * event's own calendar, or in UTC if the query compares instants. Null if neither the event nor the range has a start.
 *
 * @example bucketOf(extentOf({ edtf: '2020-11-09/2020-11-10' }), parseRange({ from: '2020-11-10' }), 'day') //
 *   '2020-11-10'
 */
export function bucketOf(
  extent: Pick<Extent, 'earliest' | 'civilEarliest'>,
  range: Range,
  interval: Interval,
): string | null {
  return dayOf(extent, range)?.slice(0, nameLengths[interval]) ?? null;
}
