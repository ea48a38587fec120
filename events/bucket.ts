import { isoDate } from './civil-date.ts';
import type { Extent } from './extent.ts';
import type { Range } from './range.ts';
import { civilDateAt, utc } from './zone.ts';

/** How long the bars of a histogram are, and how much of `YYYY-MM-DD` names one. */
const nameLengths = { day: 'YYYY-MM-DD'.length, month: 'YYYY-MM'.length, year: 'YYYY'.length };

export type Interval = keyof typeof nameLengths;

export const intervals = Object.keys(nameLengths) as Interval[];

const laterOf = <Bound extends string | number>(one: Bound | null, other: Bound | null): Bound | null =>
  one === null || (other !== null && other > one) ? other : one;

/** The day that a query counts an event on: the later of its first one and of the range's. */
function dayOf({ earliest, civilEarliest }: Pick<Extent, 'earliest' | 'civilEarliest'>, range: Range): string | null {
  if (range.compare === 'civil') return laterOf(civilEarliest, range.civilFrom);
  const instant = laterOf(earliest, range.instantFrom);
  return instant === null ? null : isoDate(civilDateAt(instant, range.tz ?? utc));
}

/**
 * The one day, month or year that a query counts an event in, of the event's own calendar where civil dates are compared, else of
 * the zone of the query, or of UTC; null if it has no beginning, and the range neither.
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
