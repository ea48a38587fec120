import { type StoryFilterParameter, storyFilterParameters } from '../../../../events/filters/filter-table.ts';
import { capitalized } from '../../formats/entry-content.ts';
import { type FormatName, formatNames } from '../../formats/format.ts';
import { essenceOf } from '../../formats/media-types.ts';
import { type Content, element } from '../../html/element.ts';
import { statusInWords, typeInWords } from '../../words/value-in-words.ts';
import { momentInWords, whenInWords } from '../../words/when-in-words.ts';
import { storyData } from '../discovery/structured-data.ts';
import { inLanguage } from '../document/in-language.ts';
import { layout } from '../document/layout.ts';
import { type Alternate, addressWith, dateInWords, type PageContext, timeInWords } from '../document/page.ts';
import type { ListContext } from '../parts/entry-item.ts';
import { refusalOf } from '../parts/refusal.ts';
import { timelineList } from '../parts/timeline-list.ts';
import { readerScriptPath } from '../script/reader-script.ts';
import { choiceForm } from './choice-form.ts';
import { monthsElement } from './months.ts';
import type { StoryView } from './story-view.ts';
import { isWhole } from './whole-timeline.ts';

const namesOfFormats: Readonly<Record<FormatName, string>> = {
  json: 'JSON',
  ndjson: 'NDJSON',
  csv: 'CSV',
  geojson: 'GeoJSON',
  jsonfeed: 'JSON Feed',
  atom: 'Atom',
  rss: 'RSS',
  ics: 'iCalendar',
  timelinejs: 'TimelineJS',
};

const pathOf = ({ story }: StoryView): string => `/stories/${story.story}`;

/** The list of a view, and where it is found as it was before an instant, if the story had begun then. */
function listOf(view: StoryView, context: PageContext): ListContext {
  const { publishedAt } = view;
  return {
    ...view,
    listBefore(instant) {
      if (context.isEmbedded || publishedAt === null || instant <= publishedAt) return null;
      const asOf = new Date(Date.parse(instant) - 1).toISOString();
      return addressWith(pathOf(view), { asOf, cursor: null }, context);
    },
  };
}

/** The same timeline in the formats of the API. */
function alternatesOf({ story, asOf }: StoryView, { asked, origin }: PageContext): Alternate[] {
  const { cursor: _cursor, language: _language, asOf: _asOf, ...query } = asked;
  return formatNames.map((format) => ({
    href: `${origin}/v1/timeline?${new URLSearchParams({ story: story.story, ...query, ...(asOf !== null && { asOf }), format })}`,
    type: essenceOf(format),
    title: namesOfFormats[format],
  }));
}

function errorElement({ errors }: StoryView, context: PageContext): Content {
  const { fields, problems } = context.pageWords;
  return element(
    'div.note',
    { role: 'alert' },
    element('strong', {}, problems.invalid.title),
    element(
      'ul',
      {},
      errors.map((error) => {
        if (!('parameter' in error)) return element('li', {}, error.detail);
        const { parameter, detail } = error;
        const label = Object.hasOwn(fields, parameter)
          ? element('a', { href: `#${parameter}` }, fields[parameter as keyof typeof fields])
          : parameter;
        return element('li', {}, label, context.words.labelled('', ''), refusalOf(parameter, detail, context));
      }),
    ),
  );
}

function knownElement(view: StoryView, context: PageContext): Content {
  const { asOf, changedSince, addedSince, entries, ongoing } = view;
  if (asOf === null) return null;
  const { words, pageWords } = context;
  const isAnyChanged = [...entries, ...ongoing.entries].some(({ id }) => changedSince?.has(id));
  const texts = [
    pageWords.aboutKnown,
    ...(isAnyChanged ? [] : [pageWords.nothingChangedSince]),
    ...(addedSince ? [pageWords.addedSince(addedSince, words.figures.number(addedSince.count))] : []),
  ];
  return element(
    'div.note',
    { role: 'note' },
    element('strong', {}, pageWords.known(timeInWords(asOf, context))),
    element('p', {}, texts.join(' ')),
    element('a', { href: addressWith(pathOf(view), { asOf: null, cursor: null }, context) }, pageWords.knownNow),
  );
}

type Chosen = 'from' | 'to' | 'q' | StoryFilterParameter;

/** A parameter of the query in words. */
function chosenInWords(name: Chosen, value: string, { summary }: StoryView, { words }: PageContext): string {
  if (name === 'q') return value;
  if (name === 'from' || name === 'to') return /^\d{4}(-\d\d){0,2}$/.test(value) ? momentInWords(value, words) : value;
  if (name === 'type') return typeInWords(value, words);
  if (name === 'status') return statusInWords(value, words);
  return summary?.facets[name].values.find((one) => one.value === value)?.name ?? value;
}

/** What the query asks for, in words, with a way back to the whole timeline. */
function chosenElement(view: StoryView, context: PageContext): Content {
  const { words, pageWords, asked } = context;
  const names = (['from', 'to', ...storyFilterParameters, 'q'] as const).filter((name) => asked[name]);
  if (names.length === 0 || view.errors.length > 0) return null;
  const written = names.map((name) =>
    words.labelled(pageWords.fields[name], chosenInWords(name, asked[name] ?? '', view, context)),
  );
  return element(
    'p.soft',
    {},
    words.labelled(pageWords.chosen, words.listed(written)),
    ' ',
    element('a', { href: pathOf(view) }, pageWords.wholeTimeline),
  );
}

function goingOn(view: StoryView, context: PageContext): Content {
  const { entries, more } = view.ongoing;
  if (entries.length === 0) return null;
  const { pageWords } = context;
  return element(
    'section',
    { 'aria-labelledby': 'ongoing' },
    element('h2', { id: 'ongoing' }, pageWords.ongoing),
    element('p.soft', {}, pageWords.aboutOngoing),
    timelineList(entries, listOf(view, context), context, 3),
    more
      ? element(
          'p',
          {},
          element(
            'a',
            { href: addressWith(pathOf(view), { from: null, cursor: null }, context) },
            pageWords.allOngoing,
          ),
        )
      : null,
  );
}

function removalsElement({ removals, story }: StoryView, context: PageContext): Content {
  const { words, pageWords } = context;
  const count = story.redacted ?? 0;
  if (removals.length === 0 && count === 0) return null;
  return element(
    'section',
    { 'aria-labelledby': 'gone' },
    element('h2', { id: 'gone' }, pageWords.gone),
    count === 0 ? null : element('p', {}, pageWords.redacted(count, words.figures.number(count))),
    element(
      'ul.plain.log',
      {},
      removals.map(({ id, change, note, at, when }) =>
        element(
          'li',
          {},
          element(
            'p.meta',
            {},
            `${pageWords.changes[change]}, ${dateInWords(at, context)}`,
            when ? ` · ${capitalized(whenInWords(when, words, context.zone))}` : null,
          ),
          element('span', { dir: 'auto' }, note ?? words.removals[change].note),
          ' ',
          element('a', { href: `/events/${id}` }, pageWords.history),
        ),
      ),
    ),
  );
}

function pagesElement(view: StoryView, context: PageContext): Content {
  const { nextCursor } = view;
  const { pageWords, asked } = context;
  if (nextCursor === null && asked.cursor === undefined) return null;
  return element(
    'ul.pages',
    {},
    asked.cursor === undefined
      ? null
      : element(
          'li',
          {},
          element('a', { href: addressWith(pathOf(view), { cursor: null }, context) }, pageWords.first),
        ),
    nextCursor === null
      ? null
      : element(
          'li',
          {},
          element(
            'a',
            { href: addressWith(pathOf(view), { cursor: nextCursor, asOf: view.asOf }, context), rel: 'next' },
            pageWords.next,
          ),
        ),
  );
}

/** Ways to what is planned, and to what is still open, if there is any. */
function shortcuts({ summary, story }: StoryView, { pageWords }: PageContext): Content {
  const has = (filter: 'status' | 'type', value: string) =>
    summary?.facets[filter].values.some((one) => one.value === value);
  const links = [
    ...(has('status', 'planned')
      ? [element('a', { href: `/stories/${story.story}?status=planned` }, pageWords.planned)]
      : []),
    ...(has('type', 'question.open')
      ? [element('a', { href: `/stories/${story.story}?type=question.open` }, pageWords.openQuestions)]
      : []),
    element('a', { href: `/corrections?story=${story.story}` }, pageWords.corrections),
  ];
  return element(
    'ul.pages',
    {},
    links.map((link) => element('li', {}, link)),
  );
}

function sideElement(view: StoryView, context: PageContext, map: Content): Content {
  const { summary, story } = view;
  const { words, pageWords } = context;
  const entries = story.entries;
  return element(
    'aside',
    { 'aria-label': pageWords.choose },
    choiceForm(view, context),
    summary?.isComplete === false && entries !== null
      ? element('p.soft', {}, pageWords.notCounted(words.figures.number(entries)))
      : null,
    summary?.isComplete ? monthsElement(summary.buckets, story.story, context) : null,
    map,
  );
}

/** By which other sites find how to show the story (oEmbed 1.0, 4). */
const oembedLink = (address: string, title: string): Content =>
  element('link', {
    rel: 'alternate',
    type: 'application/json+oembed',
    href: `${new URL(address).origin}/oembed?${new URLSearchParams({ url: address })}`,
    title,
  });

/** The script of the whole timeline: what it looks at for changes, and its words. */
const scriptElement = ({ story, position }: StoryView, { pageWords }: PageContext): Content =>
  element('script', {
    src: readerScriptPath,
    defer: true,
    'data-changes': `/v1/changes?${new URLSearchParams({ story: story.story, after: String(position) })}`,
    'data-words': JSON.stringify(pageWords.script),
  });

/** Whether the page of a view is for search engines, and has a script: it shows the whole timeline as it is now. */
const isPlain = ({ asked, isEmbedded }: PageContext): boolean => !isEmbedded && isWhole(asked);

/** The page of a story. @param map of its entries, if they have geometries */
export function storyPage(view: StoryView, context: PageContext, map: Content = null): string {
  const { story, entries } = view;
  const { words, pageWords, origin, zone, language, isEmbedded, asked } = context;
  const canonical = origin + pathOf(view);
  const lead = [
    story.description === null ? null : element('p.lead', inLanguage(story.language, language), story.description),
    element(
      'p.soft',
      {},
      pageWords.zone(zone),
      view.publishedAt === null ? null : ` ${pageWords.published(timeInWords(view.publishedAt, context))}.`,
      story.updatedAt === null ? null : ` ${pageWords.updated(timeInWords(story.updatedAt, context))}.`,
    ),
  ];
  const list =
    view.errors.length > 0
      ? errorElement(view, context)
      : [
          timelineList(entries, listOf(view, context), context),
          entries.length === 0 ? element('p', {}, words.nothingMatches) : null,
          pagesElement(view, context),
          goingOn(view, context),
          removalsElement(view, context),
        ];
  const content = isEmbedded
    ? [
        timelineList(entries, listOf(view, context), context),
        element('p', {}, element('a', { href: canonical, target: '_blank', rel: 'noopener' }, pageWords.wholeTimeline)),
      ]
    : [
        asked.cursor === undefined ? [lead, shortcuts(view, context)] : null,
        knownElement(view, context),
        chosenElement(view, context),
        element('div.columns', {}, sideElement(view, context, map), element('div.shown', {}, list)),
      ];
  return layout(
    {
      title: story.title,
      titleLanguage: story.language,
      description: story.description,
      canonical,
      isPartial: !isPlain(context),
      alternates: alternatesOf(view, context),
      head: [
        ...(isEmbedded ? [] : [oembedLink(canonical, story.title)]),
        ...(isPlain(context) ? [...storyData(view, context), scriptElement(view, context)] : []),
      ],
      content,
    },
    context,
  );
}
