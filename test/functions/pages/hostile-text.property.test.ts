import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Element, JSDOM } from 'jsdom';
import type { CorrectionLine } from '../../../events/timeline/correction.ts';
import { entriesOf } from '../../../functions/lib/formats/entry.ts';
import { correctionsPage } from '../../../functions/lib/pages/corrections/corrections-page.ts';
import { eventPage } from '../../../functions/lib/pages/event/event-page.ts';
import { storiesPage } from '../../../functions/lib/pages/stories/stories-page.ts';
import { storyPage } from '../../../functions/lib/pages/story/story-page.ts';
import type { ShownRevision } from '../../../functions/lib/read/event/history-answer.ts';
import { eventWith } from '../../events/given.ts';
import { documentOf, entryText, hostileTexts } from '../formats/documents.ts';
import { contextIn, storyView } from './views.ts';

const plain = 'text';

/** Text without line breaks, which begin paragraphs. It has a letter, as every text of an event has. */
const hostile = fc
  .oneof(
    fc.constantFrom(...hostileTexts),
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.string({ unit: fc.constantFrom(...'<>&"\'`=/ \u0000\u202escript-!'), maxLength: 80 }),
  )
  .map((text) => `x${text.replace(/[\r\n]+/g, ' ')}`);

/** All pages, with a text in every field of every kind. */
function pagesWith(text: string): string[] {
  const name = text.slice(0, 90).toWellFormed();
  const event = eventWith({
    headline: text,
    summary: text,
    when: { edtf: '2020-11-09' },
    actors: [{ name, role: name }],
    places: [{ name }],
    quantity: { best: 5, qualifier: 'about', unit: name },
    sources: [{ url: `https://example.org/?${encodeURIComponent(name)}`, publisher: name, title: name }],
    media: [{ url: 'https://images.example/a.jpg', alternativeText: text, credit: text, licence: text, caption: text }],
  });
  const entryJson = entryText(event, 0, { note: text, event });
  const [entry] = entriesOf(documentOf([entryJson]));
  if (!entry) throw new Error('There is no entry.');
  const line = {
    position: 1,
    publishedAt: '2020-12-05T10:00:00.000Z',
    change: 'corrected',
    id: entry.id,
    revision: 1,
    type: 'development.reported',
    story: 'karabakh-2020',
    note: text,
    changed: [],
  } satisfies CorrectionLine;
  const story = { ...storyView().story, title: text, description: text };
  const removal = {
    id: entry.id,
    revision: 1,
    story: 'karabakh-2020',
    newsroom: 'example',
    change: 'retracted',
    note: text,
    at: '2020-12-05T10:00:00.000Z',
  } as const;
  const { summary } = storyView();
  const view = storyView({
    story,
    entries: [entry],
    ongoing: { entries: [], more: true },
    removals: [removal],
    nextCursor: text,
    changedSince: new Map([[entry.id, line]]),
    summary: summary && {
      ...summary,
      facets: { ...summary.facets, actor: { values: [{ value: text, name: text, count: 1 }], more: 0 } },
    },
  });
  const revision = {
    revision: 0,
    kind: 'recorded',
    note: text,
    newsroom: 'example',
    recordedAt: line.publishedAt,
    publishedAt: line.publishedAt,
    position: 1,
    changed: [],
    entry,
  } satisfies ShownRevision;
  const after = {
    ...revision,
    revision: 1,
    kind: 'corrected',
    entry: { ...entry, data: { ...entry.data, headline: `${text}!` } },
  } satisfies ShownRevision;
  const context = contextIn('en', { asked: { story: text, from: text, to: text, q: text, place: text } });
  const errors = [{ parameter: 'from', detail: text }];
  return [
    storyPage(view, context),
    storyPage({ ...view, errors }, context),
    storyPage(view, contextIn('fr', { isEmbedded: true })),
    eventPage(
      {
        id: entry.id,
        story: 'karabakh-2020',
        storyTitle: text,
        kind: 'corrected',
        entry,
        related: [{ rel: 'under', id: entry.id, entry }],
        revisions: [revision, after],
        before: null,
        next: null,
      },
      context,
    ),
    storiesPage(
      { stories: [story], latest: [entry, removal], corrections: [line], nextCursor: text, isFirst: true },
      context,
    ),
    correctionsPage({ lines: [line], nextCursor: text, errors }, context),
  ];
}

/** Attributes whose presence, but not whose value, is part of the skeleton. */
const nameOf = ({ name }: { readonly name: string }) => name;

/** The elements of a page with the names of their attributes, and the texts of what could run. */
function skeletonOf(element: Element): string {
  const isData = element.getAttribute('type') === 'application/ld+json';
  const own = element.tagName === 'STYLE' || (element.tagName === 'SCRIPT' && !isData) ? element.textContent : '';
  // It is JSON whatever is in it.
  if (isData) JSON.parse(element.textContent);
  const attributes = [...element.attributes].map(nameOf).sort().join(' ');
  return `<${element.tagName} ${attributes}>${own}${[...element.children].map(skeletonOf).join('')}</>`;
}

/** What a browser makes of a page. */
function parsed<Found>(html: string, find: (document: Element) => Found): Found {
  const { window } = new JSDOM(html);
  const found = find(window.document);
  window.close();
  return found;
}

const skeletons = (text: string) =>
  pagesWith(text).map((html) =>
    parsed(html, (document) => [...document.querySelectorAll('html')].map(skeletonOf).join('')),
  );

/** Addresses that a browser would run, or that lead away where the page says they do not. */
const badLinks = (text: string) =>
  pagesWith(text).flatMap((html) =>
    parsed(html, (document) =>
      [...document.querySelectorAll('[href], [src], [action]')]
        .flatMap((element) => ['href', 'src', 'action'].map((name) => element.getAttribute(name)))
        .filter((address) => address !== null && !/^(https:\/\/|\/(?!\/)|#|data:image\/svg\+xml,%3Csvg)/.test(address)),
    ),
  );

const expected = skeletons(`x${plain}`);

test('no text of an event, a story or a query becomes an element, an attribute, a style or a script of a page', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      expect(skeletons(text)).toEqual(expected);
    }),
    { numRuns: 40, examples: hostileTexts.map((text) => [`x${text.replace(/[\r\n]+/g, ' ')}`]) },
  );
});

test('no text becomes an address that is not of the web', () => {
  expect(hostileTexts.map((text) => `x${text}`).flatMap(badLinks)).toEqual([]);
});
