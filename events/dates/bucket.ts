import { isoDate } from './civil-date.ts';
import type { Extent } from './extent.ts';
import type { Range } from './range.ts';
import { civilDateAt, utc } from './zone.ts';

/** How long the bars of a histogram are, and how much of `YYYY-MM-DD` names one. */
const nameLengths = { day: 'YYYY-MM-DD'.length, month: 'YYYY-MM'.length, year: 'YYYY'.length };

export type Interval = keyof typeof nameLengths;

export const intervals = Object.keys(nameLengths) as Interval[];

const firstDay = '0001-01-01';
const lastDay = '9999-12-31';

const laterOf = <Bound extends string | number>(one: Bound | null, other: Bound | null): Bound | null =>
  one === null || (other !== null && other > one) ? other : one;

/** The day in a zone, of the years that a query can ask for: near their ends another zone may write one before or after. */
function dayAt(instant: number, zone: string): string {
  const date = civilDateAt(instant, zone);
  if (date.year < 1) return firstDay;
  return date.year > 9999 ? lastDay : isoDate(date);
}

/** The day that a query counts an event on: the later of its first one and of the range's. */
function dayOf({ earliest, civilEarliest }: Pick<Extent, 'earliest' | 'civilEarliest'>, range: Range): string | null {
  if (range.compare === 'civil' && range.tz === null) return laterOf(civilEarliest, range.civilFrom);
  // A range without bounds compares nothing, but its zone says what a day is.
  const instant = range.compare === 'civil' ? earliest : laterOf(earliest, range.instantFrom);
  return instant === null ? null : dayAt(instant, range.tz ?? utc);
}

/**
 * The one day, month or year that a query counts an event in: of the zone that the query names; else of the event's own calendar, or
 * of UTC where instants are compared. Null if it has no beginning, and the range neither.
 *
 * @example bucketOf(extentOf({ edtf: '2020-11-09/2020-11-10' }), parseRange({ from: '2020-11-10' }), 'day') // '2020-11-10'
 */
export function bucketOf(
  extent: Pick<Extent, 'earliest' | 'civilEarliest'>,
  range: Range,
  interval: Interval,
): string | null {
  return dayOf(extent, range)?.slice(0, nameLengths[interval]) ?? null;
}
