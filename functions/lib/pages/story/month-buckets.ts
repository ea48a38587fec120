import { bucketOf, type Interval } from '../../../../events/dates/bucket.ts';
import { parseRange } from '../../../../events/dates/range.ts';
import type { Match } from '../../read/cards/matches.ts';

/**
 * How many events began in a month, `YYYY-MM`, in a year, `YYYY`, or in a decade or century of which no year is known,
 * `199X` or `19XX`.
 */
export interface Bucket {
  readonly name: string;
  readonly count: number;
}

/** More months than this are counted by year. */
const mostMonths = 36;

/**
 * Lengths of what the first and the last possible day of an event have in common, and what then is known of it: `199X`
 * is a decade.
 */
const unknownDigits = [
  { known: 'YYYY'.length, unknown: '' },
  { known: 'YYY'.length, unknown: 'X' },
  { known: 'YY'.length, unknown: 'XX' },
];

/**
 * The year, decade or century of an event of which no month is known. Null if a month is known, or if it happened once
 * in a time that begins in one century and ends in another: that is counted where it begins, as it is listed.
 */
function roughNameOf({ kind, civilEarliest, civilLatest }: Match['extent']): string | null {
  if (civilEarliest === null || civilLatest?.startsWith(civilEarliest.slice(0, 'YYYY-MM'.length))) return null;
  // A span begins on its first day. But the first day of a year may stand for the year.
  if (kind === 'span' || civilLatest === null)
    return civilEarliest.endsWith('-01-01') ? civilEarliest.slice(0, 4) : null;
  const common = unknownDigits.find(({ known }) => civilLatest.startsWith(civilEarliest.slice(0, known)));
  return common ? civilEarliest.slice(0, common.known) + common.unknown : null;
}

/** A decade comes before its years, as a year comes before its months. */
const orderOf = ({ name }: Bucket) => name.replaceAll('X', '');

function countedBy(interval: Interval, matches: readonly Match[]): Bucket[] {
  const allOfTime = parseRange({});
  const counts = new Map<string, number>();
  for (const { extent } of matches) {
    const name = roughNameOf(extent) ?? bucketOf(extent, allOfTime, interval);
    if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1));
}

/** How many events of a timeline began in each month, or in each year if that would be too many rows. */
export function bucketsOf(matches: readonly Match[]): Bucket[] {
  const byMonth = countedBy('month', matches);
  return byMonth.length > mostMonths ? countedBy('year', matches) : byMonth;
}
