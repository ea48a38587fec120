import type { CorrectionLine } from '../../../../events/timeline/correction.ts';
import type { Removal } from '../../../../events/timeline/removal.ts';
import type { ShownEntry } from '../../formats/entry.ts';
import { removalWords } from '../../formats/removal.ts';
import { type Content, element } from '../../html/element.ts';
import type { StoriesAnswer } from '../../read/story/story-answer.ts';
import { momentInWords } from '../../words/when-in-words.ts';
import { inLanguage } from '../document/in-language.ts';
import { layout } from '../document/layout.ts';
import { addressWith, type PageContext, timeInWords } from '../document/page.ts';
import { pageSettings } from '../document/page-settings.ts';
import { correctionItem } from '../parts/correction-item.ts';
import { headlineLink, kindElements, whenElement } from '../parts/entry-item.ts';

type Story = StoriesAnswer['stories'][number] & {
  /** The dates of the first and the last day, in EDTF, where they are no days. */
  readonly firstDate?: string | undefined;
  readonly lastDate?: string | undefined;
};

/** What the first page shows. */
export interface StoriesView {
  readonly stories: readonly Story[];
  /** The newest changes, entries or removals. */
  readonly latest: readonly (ShownEntry | Removal)[];
  readonly corrections: readonly CorrectionLine[];
  readonly nextCursor: string | null;
  readonly isFirst: boolean;
}

/** A date in EDTF: its year, decade or century; its month; and how sure it is. */
const dateParts = /^([\dX]{4})(-\d\d)?.*?([~?%]?)$/;

/** The years of a span, or within one year its months, as exact as they are known: `199X` is a decade. */
function boundsInWords({ first, last, firstDate, lastDate }: Story, { words }: PageContext): string {
  const parts = [firstDate ?? first, lastDate ?? last].map((date) => dateParts.exec(date ?? '') ?? []);
  const [[, year] = [], [, lastYear] = []] = parts;
  const isOfYear = year === lastYear;
  const bounds = parts.map(([, ofYear, month = '', qualifier = '']) =>
    ofYear === undefined ? '…' : momentInWords(`${ofYear}${isOfYear ? month : ''}${qualifier}`, words),
  );
  return [...new Set(bounds)].join(' – ');
}

function spanOf(story: Story, context: PageContext): string {
  const { first, last, entries } = story;
  const { words, pageWords } = context;
  const count = entries === null ? '' : pageWords.events(entries, words.figures.number(entries));
  if (first === null && last === null) return count;
  return `${count} · ${boundsInWords(story, context)}`;
}

const storyItem = (story: Story, context: PageContext): Content =>
  element(
    'li',
    {},
    element(
      'h2',
      inLanguage(story.language, context.language),
      element('a', { href: `/stories/${story.story}` }, story.title),
    ),
    element('p.meta', {}, spanOf(story, context)),
    story.description === null ? null : element('p', inLanguage(story.language, context.language), story.description),
  );

function latestItem(item: ShownEntry | Removal, context: PageContext): Content {
  const { pageWords, language } = context;
  if ('change' in item) {
    const { title, note } = removalWords({ ...item, publishedAt: item.at }, language);
    return element(
      'li',
      {},
      element('p.meta', {}, `${timeInWords(item.at, context)} · ${pageWords.changes[item.change]}`),
      element('a', { href: `/events/${item.id}` }, title),
      ' ',
      element('span', { dir: 'auto' }, note === title ? '' : note),
    );
  }
  const { changes } = pageWords;
  return element(
    'li',
    {},
    element(
      'p.meta',
      {},
      `${timeInWords(item.publishedAt, context)} · ${item.correction ? changes.corrected : changes.recorded}`,
    ),
    headlineLink(item, context),
    element('p.meta', {}, whenElement(item, context), ' · ', kindElements(item, context)),
  );
}

/** The first page: the stories, what changed last, and the corrections. */
export function storiesPage(view: StoriesView, context: PageContext): string {
  const { stories, latest, corrections, nextCursor, isFirst } = view;
  const { pageWords, origin } = context;
  const list =
    stories.length === 0
      ? element('p', {}, pageWords.noStories)
      : element(
          'ul.plain.titles',
          {},
          stories.map((story) => storyItem(story, context)),
        );
  const pages = [
    ...(isFirst
      ? []
      : [element('li', {}, element('a', { href: addressWith('/', { cursor: null }, context) }, pageWords.first))]),
    ...(nextCursor === null
      ? []
      : [
          element(
            'li',
            {},
            element('a', { href: addressWith('/', { cursor: nextCursor }, context), rel: 'next' }, pageWords.next),
          ),
        ]),
  ];
  return layout(
    {
      title: isFirst ? pageSettings.name : pageWords.stories,
      description: pageWords.aboutStories,
      canonical: `${origin}/`,
      isPartial: !isFirst,
      alternates: [{ href: `${origin}/v1/timeline?format=atom`, type: 'application/atom+xml', title: 'Atom' }],
      content: [
        element('p.lead', {}, pageWords.aboutStories),
        element(
          'div.columns.halves',
          {},
          element('div', {}, list, pages.length === 0 ? null : element('ul.pages', {}, pages)),
          element(
            'div',
            {},
            latest.length === 0
              ? null
              : [
                  element('h2', {}, pageWords.latest),
                  element(
                    'ul.plain.log',
                    {},
                    latest.map((item) => latestItem(item, context)),
                  ),
                ],
            corrections.length === 0
              ? null
              : [
                  element('h2', {}, pageWords.corrections),
                  element(
                    'ul.plain.log',
                    {},
                    corrections.map((line) => correctionItem(line, context)),
                  ),
                  element('p', {}, element('a', { href: '/corrections' }, pageWords.allCorrections)),
                ],
          ),
        ),
      ],
    },
    context,
  );
}
