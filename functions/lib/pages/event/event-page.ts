import { languageOf, type ShownEntry } from '../../formats/entry.ts';
import { capitalized, factsOf } from '../../formats/entry-content.ts';
import { type Content, element } from '../../html/element.ts';
import type { ShownRevision } from '../../read/event/history-answer.ts';
import { eventData } from '../discovery/structured-data.ts';
import { layout } from '../document/layout.ts';
import { outsideLink } from '../document/outside-link.ts';
import { addressWith, type PageContext, timeInWords } from '../document/page.ts';
import { redactionWords } from '../parts/correction-item.ts';
import {
  correctionElement,
  headlineLink,
  imageElements,
  kindElements,
  sourcesElement,
  summaryElements,
  whenElement,
} from '../parts/entry-item.ts';
import { differencesBetween } from './differences.ts';

/** An event that another one relates to. */
export interface RelatedEvent {
  readonly rel: keyof PageContext['words']['relations'];
  readonly id: string;
  /** Null if it is gone or not known. */
  readonly entry: ShownEntry | null;
}

/** What the page of an event shows. */
export interface EventView {
  readonly id: string;
  readonly story: string;
  readonly storyTitle: string;
  /** The kind of the latest revision. */
  readonly kind: ShownRevision['kind'];
  /** The entry as of the latest revision; null if it was retracted or taken down. */
  readonly entry: ShownEntry | null;
  readonly related: readonly RelatedEvent[];
  /** Of a part of the history, the oldest first. */
  readonly revisions: readonly ShownRevision[];
  /** The revision before the first of them. */
  readonly before: ShownEntry | null;
  readonly next: number | null;
}

/** When the event was first published, if this part of its history says it. */
const firstPublished = ({ revisions }: EventView): string | undefined =>
  revisions.find(({ revision }) => revision === 0)?.publishedAt;

const shown = (entry: ShownRevision['entry']): ShownEntry | null => (entry ? { ...entry, certainty: 'certain' } : null);

function differenceElements(revision: ShownRevision, previous: ShownEntry | null, context: PageContext): Content {
  const { words, pageWords } = context;
  const current = shown(revision.entry);
  if (!previous || !current) return null;
  const differences = differencesBetween(previous, current, context);
  if (differences.length === 0)
    return revision.changed.length > 0 ? element('p.soft', {}, pageWords.otherFields) : null;
  return element(
    'dl.diff',
    {},
    differences.map(({ label, before, after }) => [
      element('dt', {}, label),
      element(
        'dd',
        { dir: 'auto' },
        before === null
          ? null
          : [
              element('span.soft', {}, words.labelled(pageWords.previously, '')),
              element('del', {}, before),
              element('br'),
            ],
        element('span.soft', {}, words.labelled(pageWords.now, '')),
        after === null ? pageWords.nothing : element('ins', {}, after),
      ),
    ]),
  );
}

function historyElements({ revisions, before, next, id }: EventView, context: PageContext): Content {
  const { pageWords } = context;
  let previous = before;
  const items = revisions.map((revision) => {
    const { kind, note, newsroom, publishedAt, redaction, redactedBy } = revision;
    const differences = differenceElements(revision, previous, context);
    previous = shown(revision.entry) ?? previous;
    return element(
      'li',
      {},
      element(
        'p.meta',
        {},
        element('strong', {}, pageWords.changes[kind]),
        ` · ${timeInWords(publishedAt, context)} · ${pageWords.byNewsroom(newsroom)}`,
      ),
      note === null ? null : element('p', { dir: 'auto' }, note),
      redaction ? element('p', {}, redactionWords(redaction, context)) : null,
      redactedBy === undefined ? null : element('p.soft', {}, pageWords.removedContent),
      differences,
    );
  });
  return [
    element('h2', { id: 'history' }, pageWords.history),
    element('ol.plain.log', {}, items),
    next === null
      ? null
      : element(
          'p',
          {},
          element(
            'a',
            { href: `${addressWith(`/events/${id}`, { after: String(next) }, context)}#history` },
            pageWords.moreRevisions,
          ),
        ),
  ];
}

function factElements(entry: ShownEntry, related: readonly RelatedEvent[], context: PageContext): Content {
  const { origin, language, words, pageWords, zone } = context;
  const range = { from: null, to: null, tz: null, match: 'overlap' } as const;
  const { related: _related, ...rest } = entry;
  const facts = factsOf(rest, { language, range, origin, zone }).flatMap(({ label, values }) => [
    element('dt', {}, label),
    ...values.map(({ text, href }) =>
      element('dd', { dir: 'auto' }, href === undefined ? text : outsideLink(href, text)),
    ),
  ]);
  const relations = related.flatMap(({ rel, id, entry: other }) => [
    element('dt', {}, capitalized(words.relations[rel])),
    element(
      'dd',
      {},
      other ? headlineLink(other, context) : element('a', { href: `/events/${id}` }, pageWords.problems.gone.title),
    ),
  ]);
  return [element('h2', {}, pageWords.facts), element('dl.facts', {}, facts, relations)];
}

/** The page of an event. */
export function eventPage(view: EventView, context: PageContext): string {
  const { id, entry, story, storyTitle, related } = view;
  const { words, origin } = context;
  const canonical = `${origin}/events/${id}`;
  const kind = view.kind === 'retracted' ? 'retracted' : 'redacted';
  const inStory = element(
    'p.meta',
    {},
    element('a', { href: `/stories/${story}${entry ? `#${id}` : ''}` }, storyTitle),
  );
  const content: Content = entry
    ? [
        inStory,
        element('p.meta', {}, whenElement(entry, context), ' · ', kindElements(entry, context)),
        summaryElements(entry, context),
        correctionElement(entry, context),
        imageElements(entry, context),
        sourcesElement(entry, context),
        factElements(entry, related, context),
      ]
    : [inStory, element('p.lead', {}, words.removals[kind].note)];
  return layout(
    {
      title: entry ? entry.data.headline : words.removals[kind].title,
      ...(entry && { titleLanguage: languageOf(entry) }),
      description: entry?.data.summary ?? null,
      canonical,
      isPartial: entry === null,
      alternates: entry ? [{ href: `${origin}/v1/events/${id}`, type: 'application/json', title: 'JSON' }] : [],
      ...(entry && { head: eventData(entry, firstPublished(view), context) }),
      content: [content, historyElements(view, context)],
    },
    context,
  );
}
