import { describe, expect, test } from '@jest/globals';
import { type Element, JSDOM } from 'jsdom';
import { storyFilterParameters } from '../../../../events/filters/filter-table.ts';
import type { CorrectionLine } from '../../../../events/timeline/correction.ts';
import { readerScriptPath } from '../../../../functions/lib/pages/script/reader-script.ts';
import { storyPage } from '../../../../functions/lib/pages/story/story-page.ts';
import type { StoryView } from '../../../../functions/lib/pages/story/story-view.ts';
import { documentOf, documentWith } from '../../formats/documents.ts';
import { contextIn, storyView } from '../views.ts';

const shown = (view: StoryView, language = 'en', more: Parameters<typeof contextIn>[1] = {}): Element =>
  new JSDOM(storyPage(view, contextIn(language, more))).window.document;

/** The page as of a query. */
const askedFor = (asked: Record<string, string>, more: Partial<StoryView> = {}) =>
  shown(storyView(more), 'en', { asked });

const text = (document: Element, selector: string) => document.querySelector(selector)?.textContent ?? null;
const texts = (document: Element, selector: string) =>
  [...document.querySelectorAll(selector)].map(({ textContent }) => textContent);
const values = (document: Element, selector: string, attribute: string) =>
  [...document.querySelectorAll(selector)].map((element) => element.getAttribute(attribute));

/** The page of a story with one event of this data. */
const pageWith = (data: object, more: Partial<StoryView> = {}) => shown(storyView(more, documentWith(data)));

const id = 'evt_te73c6vbre67e74ncy75l2s54c';

describe('the page of a story', () => {
  const document = shown(storyView());

  test('lists events under the year and the month in which they began, and headings skip no level', () => {
    const levels = [...document.querySelectorAll('h1, h2, h3, h4')].map(({ tagName }) => Number(tagName[1]));
    expect(levels[0]).toBe(1);
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    expect(levels.every((level, index) => index === 0 || level <= (levels[index - 1] ?? 0) + 1)).toBe(true);
    expect(texts(document, '.month')).toContain('November 2020');
    expect(texts(document, '.entries > li')).toHaveLength(33);
  });

  test('has a title, a language, a place to skip to, and one landmark of each kind', () => {
    expect(text(document, 'title')).toBe('What next for Nagorno-Karabakh – Timeline');
    expect(document.querySelector('html')?.getAttribute('lang')).toBe('en');
    expect(values(document, 'body > :first-child', 'href')).toEqual(['#main']);
    expect(texts(document, 'main, header, footer')).toHaveLength(3);
  });

  test('has ids that are there once, and a label for each field', () => {
    const ids = values(document, '[id]', 'id');
    expect(ids).toHaveLength(new Set(ids).size);
    const fields = values(document, 'input:not([type=hidden]), select', 'id');
    expect(fields).toEqual(values(document, 'label', 'for'));
    expect(fields).toEqual(['from', 'to', 'type', 'place', 'status', 'q', 'asOf', 'order']);
  });

  test('says imprecise dates as they are known, beside a band and not a dot', () => {
    const [first] = document.querySelectorAll('.entries > li');
    expect([first?.getAttribute('class'), first?.querySelector('time')?.textContent]).toEqual([
      'band',
      'Some time in the 1990s',
    ]);
  });

  test('shows each figure with its qualifier', () => {
    expect(texts(document, '.figures li')).toContain('Displaced: up to 90,000 people');
  });

  test('shows why an event was corrected, and leads to what changed', () => {
    const note = [...document.querySelectorAll('.entries .note')].at(0);
    expect(note?.textContent).toMatch(/^Corrected on 2 December 2020: .+ What changed · What was known before$/);
    expect([...(note?.querySelectorAll('a') ?? [])].map((link) => link.getAttribute('href'))).toEqual([
      expect.stringMatching(/^\/events\/evt_[a-z2-7]{26}#history$/),
      '/stories/karabakh-2020?asOf=2020-12-02T09%3A38%3A00.249Z',
    ]);
  });

  test('counts events by month, with links to the months', () => {
    expect(
      [...document.querySelectorAll('.months a')].map((link) => [link.getAttribute('href'), link.textContent]),
    ).toEqual([
      ['/stories/karabakh-2020?from=1990&to=1990', '199011 event'],
      ['/stories/karabakh-2020?from=2020-11&to=2020-11', 'November 202033 events'],
      ['/stories/karabakh-2020?from=2020-12&to=2020-12', 'December 20201212 events'],
    ]);
  });

  test('names its formats to programs and to readers, and itself to search engines', () => {
    const formats = 'link[rel=alternate][type]:not([type="application/json+oembed"])';
    expect(values(document, formats, 'type')).toHaveLength(9);
    expect(values(document, 'footer [aria-labelledby] a', 'href')).toEqual(values(document, formats, 'href'));
    expect(values(document, 'link[type="application/json+oembed"]', 'href')).toEqual([
      'https://timeline.example/oembed?url=https%3A%2F%2Ftimeline.example%2Fstories%2Fkarabakh-2020',
    ]);
    expect(values(document, 'link[rel=canonical]', 'href')).toEqual(['https://timeline.example/stories/karabakh-2020']);
    expect(document.querySelector('meta[name=robots]')).toBeNull();
  });

  test('loads its script and nothing else: it has no style attribute and no image that the configuration does not allow', () => {
    const media = [{ url: 'https://images.example/a.jpg', alternativeText: 'A bridge', credit: 'AFP', licence: 'All' }];
    const withImage = pageWith({ media });
    const scripts = 'script:not([type="application/ld+json"])';
    expect(values(withImage, scripts, 'src')).toEqual([readerScriptPath]);
    expect(texts(withImage, scripts)).toEqual(['']);
    expect(values(withImage, scripts, 'data-changes')).toEqual(['/v1/changes?story=karabakh-2020&after=40']);
    expect([...withImage.querySelectorAll('img, iframe, object, [style], [onclick]')]).toEqual([]);
    expect(texts(withImage, 'figure')).toEqual(['Image: A bridgeAFP · All']);
  });
});

test('The page of a story describes itself by schema.org as a live blog, with dates as they are known', () => {
  const view = storyView();
  const [first] = view.entries;
  const corrected = view.entries.find(({ correction }) => correction);
  const document = shown({ ...view, entries: [first, corrected].filter((entry) => entry !== undefined) });
  const site = { '@type': 'Organization', name: 'Timeline', url: 'https://timeline.example' };
  const { liveBlogUpdate, ...blog } = JSON.parse(text(document, 'script') ?? '');
  expect(blog).toEqual({
    '@context': 'https://schema.org',
    '@type': 'LiveBlogPosting',
    url: 'https://timeline.example/stories/karabakh-2020',
    mainEntityOfPage: 'https://timeline.example/stories/karabakh-2020',
    headline: 'What next for Nagorno-Karabakh',
    description: 'The truce of November 2020.',
    inLanguage: 'en',
    datePublished: '2020-12-02T09:30:00.250Z',
    dateModified: '2020-12-02T10:00:00.000Z',
    coverageStartTime: '2020-12-02T09:30:00.250Z',
    author: { '@type': 'Organization', name: 'example' },
    publisher: site,
  });
  expect(liveBlogUpdate).toEqual([
    {
      '@type': 'BlogPosting',
      url: `https://timeline.example/events/${first?.id}`,
      headline: 'Karabakh breaks away from Azerbaijan in a war',
      articleBody: first?.data.summary,
      inLanguage: 'en',
      datePublished: first?.publishedAt,
      author: { '@type': 'Organization', name: 'example' },
      temporalCoverage: '199X',
      contentLocation: expect.arrayContaining([{ '@type': 'Place', name: 'Lachin' }]),
      citation: first?.data.sources.map(({ url, publisher, title }) => ({
        '@type': 'CreativeWork',
        url,
        ...(title !== undefined && { name: title }),
        publisher: { '@type': 'Organization', name: publisher },
      })),
    },
    expect.objectContaining({
      headline: corrected?.data.headline,
      correction: {
        '@type': 'CorrectionComment',
        text: corrected?.correction?.note,
        datePublished: corrected?.correction?.at,
        url: `https://timeline.example/events/${corrected?.id}#history`,
      },
    }),
  ]);
  expect(values(document, 'meta[property]', 'property')).toEqual([
    'og:title',
    'og:description',
    'og:url',
    'og:type',
    'og:site_name',
  ]);
  expect(askedFor({ from: '2020' }).querySelector('script')).toBeNull();
});

test('A further page as of a day is as of the instant of the first', () => {
  const asOf = '2020-12-03T20:00:00.000Z';
  const document = askedFor({ asOf: '2020-12-03' }, { asOf, nextCursor: 'next' });
  expect(values(document, 'a[rel=next]', 'href')).toEqual([
    `/stories/karabakh-2020?asOf=${encodeURIComponent(asOf)}&cursor=next`,
  ]);
});

describe('the page of a part of a story', () => {
  test('says what was chosen, leads back, and is not for search engines', () => {
    const asked = { from: '2020-12', type: 'truce.signed', place: 'AZ-LAC' };
    const document = askedFor(asked);
    expect(text(document, '.soft + .note, main > .soft:not(.lead)')).toContain('Times are');
    expect(texts(document, 'main > p.soft').at(-1)).toBe(
      'Shown here: From: December 2020; Kind of event: truce signed; Place: Lachin The whole timeline',
    );
    expect(document.querySelector('meta[name=robots]')?.getAttribute('content')).toBe('noindex');
  });

  test.each(storyFilterParameters)('says that it is filtered by %s, and sends it again with its form', (filter) => {
    const document = askedFor({ [filter]: 'confirmed' });
    expect(texts(document, 'main > p.soft').at(-1)).toMatch(/^Shown here: [A-Z][a-z ]+: \S+ The whole timeline$/);
    expect(values(document, `form select[name=${filter}] option[selected]`, 'value')).toEqual(['confirmed']);
  });

  test('takes what only looks like a date as it is', () => {
    const document = askedFor({ newsroom: '2020', q: '2020-11' });
    expect(texts(document, 'main > p.soft').at(-1)).toBe(
      'Shown here: Newsroom: 2020; Words: 2020-11 The whole timeline',
    );
  });

  test('lets readers choose a newsroom where there are several', () => {
    const { summary } = storyView();
    const of = (...newsrooms: string[]) => ({
      values: newsrooms.map((value) => ({ value, name: null, count: 3 })),
      more: 0,
    });
    const optionsFor = (...newsrooms: string[]) =>
      texts(
        askedFor({}, { summary: summary && { ...summary, facets: { ...summary.facets, newsroom: of(...newsrooms) } } }),
        '#newsroom option',
      );
    expect(optionsFor('afp')).toEqual([]);
    expect(optionsFor('afp', 'dpa')).toEqual(['Any', 'afp (3)', 'dpa (3)']);
  });

  test('shows in its form what was asked for', () => {
    const asked = { from: '2020-12', place: 'AZ-LAC', status: 'disputed', q: 'truce', order: 'desc' };
    const document = askedFor(asked);
    expect(values(document, '#from, #q', 'value')).toEqual(['2020-12', 'truce']);
    expect(values(document, 'option[selected]', 'value')).toEqual(['', 'AZ-LAC', 'disputed', 'desc']);
  });

  test('shows apart what was going on', () => {
    const document = shown(
      storyView({ ongoing: { entries: storyView().entries.slice(0, 1), more: true }, entries: [] }),
    );
    expect(texts(document, '[aria-labelledby=ongoing] .entries h4')).toEqual([
      'Karabakh breaks away from Azerbaijan in a war',
    ]);
  });

  test('names the field that is wrong, by an alert and beside the field', () => {
    const errors = [{ parameter: 'from', detail: 'Must be a day.' }];
    const document = askedFor({ from: 'foo' }, { errors, entries: [], summary: null });
    expect(text(document, '[role=alert]')).toBe('This cannot be shownFrom: Must be a day.');
    const field = document.querySelector('#from');
    expect([field?.getAttribute('value'), field?.getAttribute('aria-invalid')]).toEqual(['foo', 'true']);
    expect(text(document, `#${field?.getAttribute('aria-describedby')?.split(' ').at(-1)}`)).toBe('Must be a day.');
  });

  test('marks as of an instant what has changed since, with the reason', () => {
    const line = {
      position: 9,
      publishedAt: '2020-12-05T10:00:00.000Z',
      change: 'retracted',
      id,
      revision: 1,
      type: 'development.reported',
      story: 'karabakh-2020',
      note: 'It was a rumour.',
      changed: [],
    } satisfies CorrectionLine;
    const entries = storyView().entries.map((entry, index) => (index === 0 ? { ...entry, id } : entry));
    const document = askedFor(
      { asOf: '2020-12-03' },
      { entries, asOf: '2020-12-03T20:00:00.000Z', changedSince: new Map([[id, line]]) },
    );
    expect(text(document, '[role=note] strong')).toBe('What was known on 4 December 2020, 00:00 UTC+04:00');
    expect(text(document, `#${id} .note`)).toBe(
      'Changed since (retracted, 5 December 2020): It was a rumour. What changed',
    );
    expect(values(document, '#asOf', 'value')).toEqual(['2020-12-04T00:00']);
  });
});

describe('the page of a story for a frame', () => {
  const document = shown(storyView(), 'en', { isEmbedded: true });

  test('holds the events, and a link to the whole page that opens beside the frame', () => {
    expect(texts(document, 'header, footer, form, nav')).toEqual([]);
    expect(texts(document, '.entries > li')).toHaveLength(33);
    const own = [...document.querySelectorAll('a')].filter((link) => !link.getAttribute('rel')?.includes('nofollow'));
    expect(own.filter((link) => link.getAttribute('target') !== '_blank').map((link) => link.outerHTML)).toEqual([]);
    expect(document.querySelector('meta[name=robots]')?.getAttribute('content')).toBe('noindex');
  });
});

test('The page of a story is in French where that is asked for, and marks what is not', () => {
  const document = shown(storyView(), 'fr');
  expect(document.querySelector('html')?.getAttribute('lang')).toBe('fr');
  expect([text(document, 'h1'), document.querySelector('h1')?.getAttribute('lang')]).toEqual([
    'What next for Nagorno-Karabakh',
    'en',
  ]);
  expect(text(document, 'summary')).toBe('Choisir ce qui est affiché');
});

test('A story without events says so', () => {
  expect(text(shown(storyView({ summary: null }, documentOf([]))), '.shown')).toBe('Nothing in the record matches.');
});

test('A headline and a summary that are written from right to left begin at the right', () => {
  const document = pageWith({ headline: 'وقف إطلاق النار', summary: 'أعلنت الأطراف وقف إطلاق النار.', language: 'ar' });
  expect(values(document, '.entries :is(h3, h4, h5), .entries p[lang]', 'dir')).toEqual(['rtl', 'rtl']);
});
