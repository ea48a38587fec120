import { bucketOf, type Interval } from '../../../events/dates/bucket.ts';
import { parseRange } from '../../../events/dates/range.ts';
import type { Match } from '../read/matches.ts';
import { momentInWords } from '../words/when-in-words.ts';
import { type Content, element } from './element.ts';
import type { PageContext } from './page.ts';

/** How many events began in a month, `YYYY-MM`, or in a year, `YYYY`. */
export interface Bucket {
  readonly name: string;
  readonly count: number;
}

/** More months than this are counted by year. */
const mostMonths = 36;

const width = 100;
const height = 10;
const monthsInYear = 12;

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

/** The number of a month or a year, such that those that follow each other differ by one. */
function placeOf(name: string): number {
  const [year = 0, month] = name.split('-').map(Number);
  return month === undefined ? year : year * monthsInYear + month;
}

const follows = (bucket: Bucket, before: Bucket | undefined) =>
  before === undefined ||
  before.name.length !== bucket.name.length ||
  placeOf(bucket.name) === placeOf(before.name) + 1;

/** A small histogram: how many events began in each month or year, with links to them. */
export function monthsElement(buckets: readonly Bucket[], slug: string, { words, pageWords }: PageContext): Content {
  if (buckets.length < 2) return null;
  const most = Math.max(...buckets.map(({ count }) => count));
  const rows = buckets.map((bucket, index) => {
    const { name, count } = bucket;
    const label = momentInWords(name, words);
    const written = words.figures.number(count);
    return element(
      follows(bucket, buckets[index - 1]) ? 'li' : 'li.later',
      {},
      element(
        'a',
        { href: `/stories/${slug}?from=${name}&to=${name}` },
        element('span', {}, label),
        element(
          'svg',
          { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', ariaHidden: 'true' },
          element('rect', { width: Math.max(1, Math.round((count / most) * width)), height }),
        ),
        element('b', { ariaHidden: 'true' }, written),
        element('span.hidden', {}, pageWords.events(count, written)),
      ),
    );
  });
  const isMonthly = buckets.some(({ name }) => name.includes('-'));
  return element(
    'nav',
    { ariaLabelledBy: 'months' },
    element('h2', { id: 'months' }, isMonthly ? pageWords.byMonth : pageWords.byYear),
    element('ol.months', {}, rows),
  );
}
