import { type Content, element } from '../../html/element.ts';
import { momentInWords } from '../../words/when-in-words.ts';
import type { PageContext } from '../document/page.ts';
import type { Bucket } from './month-buckets.ts';

const width = 100;
const height = 10;
const monthsInYear = 12;

/** The number of a month or a year, such that those that follow each other differ by one. */
function placeOf(name: string): number {
  const [year = 0, month] = name.split('-').map(Number);
  return month === undefined ? year : year * monthsInYear + month;
}

const follows = (bucket: Bucket, before: Bucket | undefined) =>
  before === undefined ||
  before.name.length !== bucket.name.length ||
  placeOf(bucket.name) === placeOf(before.name) + 1;

function histogram(buckets: readonly Bucket[], slug: string, { words, pageWords }: PageContext): Content {
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
          { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
          element('rect', { width: Math.max(1, Math.round((count / most) * width)), height }),
        ),
        element('b', { 'aria-hidden': 'true' }, written),
        element('span.hidden', {}, pageWords.events(count, written)),
      ),
    );
  });
  const isMonthly = buckets.some(({ name }) => name.includes('-'));
  return element(
    'nav',
    { 'aria-labelledby': 'months' },
    element('h2', { id: 'months' }, isMonthly ? pageWords.byMonth : pageWords.byYear),
    element('ol.months', {}, rows),
  );
}

/** The histograms that were written, as long as their buckets are remembered. */
const known = new WeakMap<readonly Bucket[], Map<string, Content>>();

/** A small histogram: how many events began in each month or year, with links to them. */
export function monthsElement(buckets: readonly Bucket[], slug: string, context: PageContext): Content {
  if (buckets.length < 2) return null;
  const written = known.get(buckets) ?? new Map<string, Content>();
  known.set(buckets, written);
  const key = `${context.language} ${slug}`;
  const months = written.get(key) ?? histogram(buckets, slug, context);
  written.set(key, months);
  return months;
}
