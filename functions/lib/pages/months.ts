import { isoDate } from '../../../events/dates/civil-date.ts';
import { momentInWords } from '../words/when-in-words.ts';
import { type Content, element } from './element.ts';
import type { PageContext } from './page.ts';
import type { StorySummary, StoryView } from './story-view.ts';

/** All months or years from the first to the last, so that those without events show. */
function bucketsBetween(first: string, last: string): string[] {
  const buckets: string[] = [];
  const isMonthly = first.includes('-');
  for (let [year = 0, month = 1] = first.split('-').map(Number); ; ) {
    const bucket = isoDate({ year, month, day: 1 }).slice(0, first.length);
    if (bucket > last) return buckets;
    buckets.push(bucket);
    year += !isMonthly || month === 12 ? 1 : 0;
    month = isMonthly ? (month % 12) + 1 : 1;
  }
}

/** More than this are not filled up with empty ones. */
const mostBuckets = 60;

const width = 100;
const height = 10;

/** A small histogram: how many events there are in each month or year, with links to them. */
export function monthsElement({ interval, counts }: StorySummary, { story }: StoryView, context: PageContext): Content {
  const { words, pageWords } = context;
  const known = new Map(
    counts.flatMap(({ bucket, certain, possible }) => (bucket === null ? [] : [[bucket, certain + possible]])) as [
      string,
      number,
    ][],
  );
  const [first, last] = [[...known.keys()].at(0), [...known.keys()].at(-1)];
  if (first === undefined || last === undefined || known.size < 2) return null;
  const all =
    Number(last.slice(0, 4)) - Number(first.slice(0, 4)) < mostBuckets
      ? bucketsBetween(first, last)
      : [...known.keys()];
  const most = Math.max(...known.values());
  const rows = all.map((bucket) => {
    const count = known.get(bucket) ?? 0;
    const written = words.figures.number(count);
    if (count === 0) return element('li.empty', { ariaHidden: 'true' });
    return element(
      'li',
      {},
      element(
        'a',
        {
          href: `/stories/${story.story}?from=${bucket}&to=${bucket}`,
          ariaLabel: `${momentInWords(bucket, words)}: ${pageWords.events(count, written)}`,
        },
        element('span', {}, momentInWords(bucket, words)),
        element(
          'svg',
          { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', ariaHidden: 'true' },
          element('rect', { width: Math.max(1, Math.round((count / most) * width)), height }),
        ),
        element('b', {}, written),
      ),
    );
  });
  const title = interval === 'year' ? pageWords.byYear : pageWords.byMonth;
  return element(
    'nav',
    { ariaLabelledBy: 'months' },
    element('h2', { id: 'months' }, title),
    element('ol.months', {}, rows),
  );
}
