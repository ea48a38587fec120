import { bucketOf, type Interval } from '../../../events/dates/bucket.ts';
import { parseRange } from '../../../events/dates/range.ts';
import type { Match } from '../read/matches.ts';

/** How many events began in a month, `YYYY-MM`, or in a year, `YYYY`. */
export interface Bucket {
  readonly name: string;
  readonly count: number;
}

/** More months than this are counted by year. */
const mostMonths = 36;

/** Whether a date may be that of a year, or begin with one: then nothing is known of its month. */
const isOfYear = ({ civilEarliest, civilLatest }: Match['extent']) =>
  civilEarliest?.endsWith('-01-01') === true && !civilLatest?.startsWith(civilEarliest.slice(0, 'YYYY-MM'.length));

function countedBy(interval: Interval, matches: readonly Match[]): Bucket[] {
  const allOfTime = parseRange({});
  const counts = new Map<string, number>();
  for (const { extent } of matches) {
    const name = bucketOf(extent, allOfTime, isOfYear(extent) ? 'year' : interval);
    if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => ({ name, count })).sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** How many events of a timeline began in each month, or in each year if that would be too many rows. */
export function bucketsOf(matches: readonly Match[]): Bucket[] {
  const byMonth = countedBy('month', matches);
  return byMonth.length > mostMonths ? countedBy('year', matches) : byMonth;
}
