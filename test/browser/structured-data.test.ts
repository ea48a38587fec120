import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { JSDOM } from 'jsdom';
import { developmentWith, requiredFields, typeSamples } from '../events/samples.ts';
import { hostileTexts } from '../functions/formats/documents.ts';
import { plantedData } from '../support/fixtures/planting.ts';
import { redactionsIn } from '../support/fixtures/redaction.ts';
import { startWorld, type World } from '../support/world/world.ts';
import { isNode, loadVocabulary, membersOf, type Node, type Vocabulary } from './support/vocabulary.ts';

/**
 * The structured data of the pages by what others say of it: the vocabulary as schema.org publishes it, and what Google
 * documents of articles (developers.google.com/search/docs/appearance/structured-data/article: no property is required;
 * `author`, `author.name`, `dateModified`, `datePublished`, `headline` and `image` are recommended, times with their
 * zone) and of all structured data (…/structured-data/sd-policies: it must be visible to readers). `author.url` is
 * recommended too; newsrooms have no page here.
 */
const recommendedOfArticles = ['author', 'dateModified', 'datePublished', 'headline'];

/** What Google documents for `Event` (…/structured-data/event) and the pages do not claim: nobody can go there. */
const requiredOfEvents = ['location', 'name', 'startDate'];

const beginMs = 120_000;
const stories = ['karabakh-2020', 'scotland-2014'];
const planted = 'planted';
const hostile = 'hostile';

let world: World;
let vocabulary: Vocabulary;
const gone: string[] = [];

const example = (name: string) => readFile(new URL(`../../examples/${name}`, import.meta.url), 'utf8');

async function post(events: readonly object[]): Promise<string[]> {
  const { status, body } = await world.call('POST', '/v1/events', {
    headers: { 'content-type': 'application/cloudevents-batch+json' },
    body: events,
  });
  expect([status, body.errors ?? body.results.filter(({ error }: { error?: unknown }) => error)]).toEqual([200, []]);
  const ids = body.results.map(({ id }: { id: string }) => id);
  await world.settle(...ids);
  return ids;
}

async function load(story: string): Promise<void> {
  const lines = (await example(`${story}.ndjson`)).trimEnd().split('\n');
  await post(lines.map((line) => JSON.parse(line)));
  for (const { method, path, ifMatch, body } of JSON.parse(await example(`${story}.follow-ups.json`))) {
    const { status } = await world.call(method, path, { ...(ifMatch && { headers: { 'if-match': ifMatch } }), body });
    expect([path, status < 300]).toEqual([path, true]);
    await world.sequence(...[/evt_[a-z2-7]{26}/.exec(path)?.[0]].filter((id) => id !== undefined));
  }
}

const ofType = (type: string, data: object, id: string) => ({
  specversion: '1.0',
  id,
  type,
  subject: planted,
  data: { ...requiredFields, ...data },
});

beforeAll(async () => {
  vocabulary = await loadVocabulary();
  world = await startWorld();
  for (const story of stories) await load(story);
  const types = Object.entries(typeSamples);
  await post(types.map(([type, { required }]) => ofType(type, required, `least-${type}`)));
  await post(types.map(([type], index) => ofType(type, plantedData(type, () => `n${index}`).data, `most-${type}`)));
  const texts = hostileTexts.map((text) => `x${text}`.slice(0, 90).toWellFormed());
  await post(
    texts.map((text, index) =>
      developmentWith(
        {
          headline: text.replaceAll(/[\r\n\t]/g, ' '),
          summary: text,
          when: {
            edtf: ['2020-11~', '199X', '2020-11-09/..', '../2020-11', '2020-12-01T10:00:00Z', '2020-03-15?'][index % 6],
          },
          sources: [{ url: 'https://example.org/"<>?a=<b>', publisher: text.replaceAll(/[\r\n\t]/g, ' ') }],
        },
        { subject: hostile, id: `hostile-${index}` },
      ),
    ),
  );
  const [retracted, takenDown] = (await post(
    ['A rumour', 'A secret'].map((headline, index) =>
      developmentWith({ headline }, { subject: planted, id: `gone-${index}` }),
    ),
  )) as [string, string];
  await world.call('POST', `/v1/events/${retracted}/retraction`, {
    headers: { 'if-match': '"0"' },
    body: { note: 'It did not happen.' },
  });
  await world.settle(retracted);
  const { redact } = await redactionsIn(world);
  await redact(takenDown, { note: 'By an order of the court', reason: 'privacy' });
  await world.project();
  gone.push(retracted, takenDown);
}, beginMs);
afterAll(() => world.stop());

interface Shown {
  readonly path: string;
  readonly status: number;
  /** What readers see, without differences of space. */
  readonly text: string;
  readonly data: readonly Node[];
}

const spaced = (text: string) => text.replaceAll(/\s+/g, ' ').trim();

async function show(path: string): Promise<Shown> {
  const { status, text: html } = await world.get(path, { accept: 'text/html' });
  const { window } = new JSDOM(html);
  const { document } = window;
  const data = [...document.querySelectorAll('script[type="application/ld+json"]')].map(
    ({ textContent }): Node => JSON.parse(textContent),
  );
  const text = spaced(document.querySelector('main')?.textContent ?? '');
  window.close();
  return { path, status, text, data };
}

async function idsOf(story: string): Promise<string[]> {
  const ids: string[] = [];
  for (let next: string | null = `/v1/timeline?story=${story}&limit=200`; next !== null; ) {
    const { body } = await world.get(next);
    ids.push(...body.entries.map(({ id }: { id: string }) => id));
    next = body.nextCursor && `/v1/timeline?story=${story}&limit=200&cursor=${body.nextCursor}`;
  }
  return ids;
}

/** The nodes in a value, with itself. */
const nodesIn = (value: unknown): Node[] =>
  membersOf(value).flatMap((member) => (isNode(member) ? [member, ...Object.values(member).flatMap(nodesIn)] : []));

const isA = (node: Node, type: string) => vocabulary.lineOf(String(node['@type'])).has(type);

const missingIn = (node: Node, properties: readonly string[]) => properties.filter((name) => node[name] === undefined);

describe.each([...stories, planted, hostile])('the structured data of the story %s and of its events', (story) => {
  let pages: Shown[];

  beforeAll(async () => {
    const ids = await idsOf(story);
    expect(ids.length).toBeGreaterThan(10);
    pages = [await show(`/stories/${story}`)];
    for (const id of ids) pages.push(await show(`/events/${id}`));
  }, beginMs);

  test('is there once on each page', () => {
    expect(pages.filter(({ status, data }) => status !== 200 || data.length !== 1).map(({ path }) => path)).toEqual([]);
    expect([
      ...new Set(pages.flatMap(({ data }) => data.map((node) => [node['@context'], node['@type']].join(' ')))),
    ]).toEqual(['https://schema.org LiveBlogPosting', 'https://schema.org BlogPosting']);
  });

  test('has only types, properties and values that the vocabulary has there', () => {
    const faults = pages.flatMap(({ path, data }) => data.flatMap((node) => vocabulary.faultsOf(node, path)));
    expect(faults).toEqual([]);
  });

  test('has what Google recommends for articles, and an image where readers see one', () => {
    const missing = pages.flatMap(({ path, data }) =>
      data.map((node) => [path, missingIn(node, recommendedOfArticles)]).filter(([, names]) => names?.length),
    );
    expect(missing).toEqual([]);
    const authors = pages.flatMap(({ data }) => nodesIn(data).filter((node) => isA(node, 'Article')));
    expect(authors.filter(({ author }) => !isNode(author) || author.name === undefined)).toEqual([]);
  });

  test('has what a live blog consists of: updates with a headline, a time, an address and an author', () => {
    const updates = membersOf(pages[0]?.data[0]?.liveBlogUpdate) as readonly Node[];
    expect(updates.length).toBeGreaterThan(10);
    const missing = updates.flatMap((update) => missingIn(update, ['headline', 'datePublished', 'url', 'author']));
    expect(missing).toEqual([]);
  });

  test('claims no event that search engines would ask a date and an address of', () => {
    const events = pages.flatMap(({ data }) => nodesIn(data).filter((node) => isA(node, 'Event')));
    expect(events.flatMap((node) => missingIn(node, requiredOfEvents))).toEqual([]);
    expect(events).toEqual([]);
  });

  test('says nothing that readers of the page do not see', () => {
    const hidden = pages.flatMap(({ path, text, data }) =>
      nodesIn(data)
        .filter((node) => isA(node, 'CreativeWork'))
        .flatMap(({ headline, articleBody, text: note }) => [headline, articleBody, note])
        .filter((said) => typeof said === 'string' && !text.includes(spaced(said)))
        .map((said) => `${path}: ${said}`),
    );
    expect(hidden).toEqual([]);
  });
});

test('What was retracted or taken down is in no structured data', async () => {
  const story = await show(`/stories/${planted}`);
  const pages = await Promise.all(gone.map((id) => show(`/events/${id}`)));
  expect(pages.map(({ status, data }) => [status, data])).toEqual([
    [410, []],
    [410, []],
  ]);
  expect(gone.filter((id) => JSON.stringify(story.data).includes(id))).toEqual([]);
});

test('A corrected event says in its structured data what was corrected and when', async () => {
  const { body } = await world.get('/v1/corrections?story=karabakh-2020');
  const { id, note, publishedAt } = body.corrections.find(({ change }: { change: string }) => change === 'corrected');
  const [data] = (await show(`/events/${id}`)).data;
  const { body: history } = await world.get(`/v1/events/${id}/history`);
  expect(data).toMatchObject({
    datePublished: history.revisions[0].publishedAt,
    dateModified: publishedAt,
    correction: { '@type': 'CorrectionComment', text: note, datePublished: publishedAt },
  });
});

test('A story says in its structured data when its first event was published, and when it last changed', async () => {
  const [data] = (await show('/stories/karabakh-2020')).data;
  const { body: changes } = await world.get('/v1/changes?story=karabakh-2020&limit=1');
  const { body: story } = await world.get('/v1/stories/karabakh-2020');
  expect(data).toMatchObject({
    datePublished: changes.changes[0].publishedAt,
    coverageStartTime: changes.changes[0].publishedAt,
    dateModified: story.updatedAt,
  });
});

test.each([
  ['a type that is not there', { '@type': 'NewsTimeline' }, ['p has the type NewsTimeline']],
  ['a property of another type', { '@type': 'Place', headline: 'A' }, ['p/headline is no property of Place']],
  [
    'a property that was replaced',
    { '@type': 'Place', map: 'https://example.org/' },
    ['p/map is no property of Place'],
  ],
  [
    'a text where a node must be',
    { '@type': 'BlogPosting', author: 'Jane Roe' },
    ['p/author is "Jane Roe", not Organization or Person'],
  ],
  [
    'a date that is none',
    { '@type': 'BlogPosting', datePublished: 'yesterday' },
    ['p/datePublished is "yesterday", not Date or DateTime'],
  ],
  [
    'a node of a type that is not in the range',
    { '@type': 'LiveBlogPosting', liveBlogUpdate: [{ '@type': 'Event', name: 'A' }] },
    ['p/liveBlogUpdate is a Event, not BlogPosting'],
  ],
])('The check finds %s', (_what, node, faults) => {
  expect(vocabulary.faultsOf(node, 'p')).toEqual(faults);
});
