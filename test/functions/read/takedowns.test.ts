import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseJsonFeed, parseRssFeed } from 'feedsmith';
import ICAL from 'ical.js';
import FeedParser from 'rss-parser';
import type { PublishedRevision } from '../../../events/revision.ts';
import { formatNames } from '../../../functions/lib/formats/format.ts';
import { developmentWith } from '../../events/samples.ts';
import { type Redactions, redactionsIn } from '../../support/fixtures/redaction.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const note = 'By order of the court; see <our> rules & "notes".';
/** Whole words: an id may have the letters of a name by chance. */
const secret = /\broe\b|secret-place|2021-03-04|2021-03-03/i;

let world: World;
let redactions: Redactions;
/** The event that is taken down, and when it was published and corrected. */
let id: string;
let moments: string[];
let redaction: PublishedRevision;
/** What was answered before, by address. */
const before = new Map<string, { text: string; etag: string | undefined }>();

const address = () => `https://timeline.example.org/v1/events/${id}`;

/** Addresses whose answers do not contain the event, nor count it. */
const unconcerned = () => [
  '/v1/timeline?place=AZ-LAC',
  '/v1/timeline?place=AZ-LAC&format=atom',
  '/v1/timeline?story=minsk-group',
  '/v1/timeline/counts?interval=day&story=minsk-group',
  '/v1/corrections?story=minsk-group',
  `/v1/timeline?actor=john&asOf=${moments[1]}`,
];

beforeAll(async () => {
  world = await startWorld();
  redactions = await redactionsIn(world);
  const john = { name: 'John' };
  const post = async (data: object, attributes: object = {}) =>
    (await world.post(developmentWith(data, attributes))).body.id as string;
  await post({ headline: 'John speaks', actors: [john], places: [{ name: 'Lachin', iso3166_2: 'AZ-LAC' }] });
  await post({ headline: 'Elsewhere' }, { subject: 'minsk-group' });
  id = await post({
    headline: 'Jane Roe speaks',
    when: { edtf: '2021-03-04' },
    actors: [john, { name: 'Jane Roe' }],
    places: [{ name: 'Secret Place' }],
  });
  await world.call('POST', `/v1/events/${id}/corrections`, {
    headers: { 'if-match': '"0"' },
    body: {
      note: 'Jane Roe spoke a day earlier.',
      data: { when: { edtf: '2021-03-03' }, actors: [{ name: 'Jane Roe' }] },
    },
  });
  await world.settle(id);
  moments = (await redactions.publishedOf(id)).map(({ publishedAt }) => publishedAt);
  await post({ headline: 'The last' });
  for (const target of [...unconcerned(), `/v1/timeline?asOf=${moments[1]}`]) {
    const { text, headers } = await world.get(target);
    before.set(target, { text, etag: headers.etag });
  }
  await redactions.redact(id, { note });
  redaction = (await redactions.publishedOf(id)).at(-1) as PublishedRevision;
  await world.project();
});
afterAll(() => world.stop());

describe('an event that was taken down', () => {
  test.each([['before the log has lost its content'], ['after it']])('is in no answer, %s', async (when) => {
    if (when === 'after it') await redactions.blank(id);
    const filters = ['', '&story=karabakh-2020', '&actor=jane-roe', '&actor=john', '&place=secret-place', '&from=2021'];
    const instants = ['', ...[...moments, redaction.publishedAt].map((moment) => `&asOf=${moment}`)];
    for (const filter of filters) {
      for (const asOf of instants) {
        for (const format of formatNames) {
          const { status, text } = await world.get(`/v1/timeline?format=${format}${filter}${asOf}`);
          const query = `${format}${filter}${asOf}`;
          // The address of the feed repeats what was asked.
          const told = text.replaceAll(/"?https:[^"<\r]*/g, '').replaceAll(/jane-roe|secret-place/g, '');
          expect([query, status, secret.test(told)]).toEqual([query, 200, false]);
        }
      }
    }
    const pages = ['/', '/stories/karabakh-2020', `/events/${id}`, '/corrections'];
    const ofInstants = moments.map((moment) => `/stories/karabakh-2020?asOf=${moment}`);
    const lists = ['/v1/corrections', '/v1/corrections?story=karabakh-2020', '/v1/stories'];
    for (const rest of [...lists, ...pages, ...ofInstants]) {
      expect((await world.get(rest)).text).not.toMatch(secret);
    }
  });

  test('is counted in the timelines of everything and of its story, whatever the range and instant, and in no other', async () => {
    const redacted = async (query: string) => (await world.get(`/v1/timeline?${query}`)).body.redacted;
    expect(await redacted('')).toBe(1);
    expect(await redacted('story=karabakh-2020&from=1990&to=1991')).toBe(1);
    expect(await redacted(`asOf=${moments[0]}`)).toBe(1);
    expect(await redacted('story=minsk-group')).toBe(0);
    expect(await redacted('story=unknown')).toBe(0);
    expect(await redacted('story=karabakh-2020&actor=john')).toBeUndefined();
    expect(await redacted('type=development.reported')).toBeUndefined();
    const { body } = await world.get('/v1/stories/karabakh-2020');
    expect(body).toMatchObject({ entries: 2, redacted: 1, last: '2020-12-01' });
  });

  test('changes no answer that did not contain it, to the byte', async () => {
    for (const target of unconcerned()) {
      expect([target, (await world.get(target)).text]).toEqual([target, before.get(target)?.text]);
    }
  });

  test('is told by no instant in the timeline of somebody who was in it', async () => {
    const { asOf, entries } = (await world.get('/v1/timeline?actor=john')).body;
    expect(entries.map(({ publishedAt }: { publishedAt: string }) => publishedAt)).toEqual([asOf]);
  });

  test('is not kept by a cache that asks whether an earlier answer is still valid', async () => {
    const target = `/v1/timeline?asOf=${moments[1]}`;
    const { etag, text } = before.get(target) as { text: string; etag: string };
    expect(text).toMatch(secret);
    const reply = await world.get(target, { 'if-none-match': etag });
    expect(reply.status).toBe(200);
    expect(reply.text).not.toMatch(secret);
    expect((await world.get(target, { 'if-none-match': reply.headers.etag as string })).status).toBe(304);
  });

  test('is listed in the log of corrections, with the corrections that it had, and their notes are gone', async () => {
    const { corrections } = (await world.get('/v1/corrections?story=karabakh-2020')).body;
    expect(corrections).toEqual([
      {
        position: 6,
        publishedAt: redaction.publishedAt,
        change: 'redacted',
        id,
        revision: 2,
        type: 'event.redacted',
        story: 'karabakh-2020',
        note,
        changed: [],
        redaction: { reason: 'legal', by: 'operator' },
      },
      {
        position: 4,
        publishedAt: moments[1],
        change: 'corrected',
        id,
        revision: 1,
        type: 'event.redacted',
        story: 'karabakh-2020',
        note: null,
        changed: [],
      },
    ]);
  });
});

describe('a feed tells programs that have a copy of an event that it was taken down', () => {
  const read = async (format: string, query = '') => (await world.get(`/v1/timeline?format=${format}${query}`)).text;

  test('Atom, by a deleted entry', async () => {
    const parser = new FeedParser({ customFields: { feed: ['at:deleted-entry'] } });
    const feed = await parser.parseString(await read('atom', '&story=karabakh-2020'));
    expect(feed['at:deleted-entry']).toEqual({
      $: { 'xmlns:at': 'http://purl.org/atompub/tombstones/1.0', ref: address(), when: redaction.publishedAt },
      'at:by': [{ name: ['example'] }],
      'at:comment': [note],
    });
  });

  test('RSS and JSON Feed, by an item of the same id with the note', async () => {
    expect(parseRssFeed(await read('rss')).items?.[0]).toMatchObject({
      title: 'Taken down',
      guid: { value: address() },
      description: '<p>By order of the court; see &#x3C;our> rules &#x26; "notes".</p>',
    });
    expect(parseJsonFeed(await read('jsonfeed')).items?.[0]).toMatchObject({
      id: address(),
      title: 'Taken down',
      content_text: note,
      date_modified: redaction.publishedAt,
    });
  });

  test('a calendar, by a cancelled event on the day of the redaction', async () => {
    const calendar = new ICAL.Component(ICAL.parse(await read('ics')));
    const cancelled = calendar
      .getAllSubcomponents('vevent')
      .filter((one) => one.getFirstPropertyValue('status') === 'CANCELLED');
    const textOf = (name: string) => cancelled[0]?.getFirstPropertyValue(name)?.toString();
    expect(['uid', 'sequence', 'dtstart', 'summary', 'description'].map(textOf)).toEqual([
      id,
      '2',
      redaction.publishedAt.slice(0, 10),
      'Taken down',
      note,
    ]);
    expect(cancelled).toHaveLength(1);
  });

  test('but not where another filter would confirm what it was about, nor as of an earlier instant, nor on later pages, nor in data formats', async () => {
    for (const format of formatNames) {
      for (const query of ['&actor=john', '&story=minsk-group', `&asOf=${moments[1]}`]) {
        expect([format, query, (await read(format, query)).includes(id)]).toEqual([format, query, false]);
      }
    }
    for (const format of ['json', 'csv', 'geojson', 'ndjson', 'timelinejs']) {
      expect([format, (await read(format)).includes(id)]).toEqual([format, false]);
    }
    const { headers } = await world.get('/v1/timeline?format=atom&limit=1');
    const next = /^<(.*)>; rel="next"$/.exec(headers.link ?? '')?.[1] as string;
    expect((await world.get(next)).text).not.toContain(id);
  });
});

test('A note that is taken down leaves a later revision that showed it, also for a cache that has that one', async () => {
  const other = (await world.post(developmentWith({ stories: ['side-line'] }, { subject: 'main-line' }))).body.id;
  await world.call('POST', `/v1/events/${other}/corrections`, {
    headers: { 'if-match': '"0"' },
    body: { note: 'John Doe is not named any more.', data: { headline: 'Somebody speaks' } },
  });
  await world.settle(other);
  await world.call('POST', '/v1/stories/side-line/unlistings', { body: { event: other, note: 'Not of this line.' } });
  await world.settle(other);
  const target = `/v1/events/${other}?revision=2`;
  const earlier = await world.get(target);
  expect(earlier.body.correction.note).toBe('John Doe is not named any more.');
  await redactions.redact(other, { note, revisions: [1] });
  for (const isBlank of [false, true]) {
    if (isBlank) await redactions.blank(other);
    const { status, body, headers } = await world.get(target, { 'if-none-match': String(earlier.headers.etag) });
    expect([isBlank, status, body?.revision, body?.correction]).toEqual([isBlank, 200, 2, undefined]);
    const known = { 'if-none-match': String(headers.etag) };
    expect((await world.get(target, known)).status).toBe(304);
  }
  const { headers } = await world.get(`/v1/events/${other}`);
  const corrected = await world.call('POST', `/v1/events/${other}/corrections`, {
    headers: { 'if-match': String(headers.etag) },
    body: { note: 'A slip.', data: { headline: 'Somebody speaks at last' } },
  });
  expect([corrected.status, corrected.body.revision]).toEqual([201, 4]);
});

test.each([
  ['short', 'Somebody speaks at length.'],
  ['long', `Somebody speaks at length. ${'On and on. '.repeat(800)}`],
])(
  'A note that is taken down leaves a %s entry as of an earlier instant, in each order and format, before the log is blank',
  async (name, summary) => {
    const [main, side] = [`notes-${name}`, `notes-beside-${name}`];
    const event = developmentWith({ stories: [side], summary }, { subject: main, id: main });
    const noted = (await world.post(event)).body.id;
    await world.post(developmentWith({}, { subject: side, id: side }));
    await world.call('POST', `/v1/events/${noted}/corrections`, {
      headers: { 'if-match': '"0"' },
      body: { note: 'John Doe is not named any more.', data: { headline: 'Somebody speaks' } },
    });
    await world.settle(noted);
    await world.call('POST', `/v1/stories/${side}/unlistings`, { body: { event: noted, note: 'Not of this line.' } });
    await world.settle(noted);
    const { asOf, entries } = (await world.get(`/v1/timeline?story=${main}`)).body;
    expect([entries[0].revision, entries[0].correction.note]).toEqual([2, 'John Doe is not named any more.']);
    await redactions.takeDown(noted, { note, revisions: [1] });
    for (const isBlank of [false, true]) {
      if (isBlank) await redactions.blank(noted);
      for (const query of ['', '&order=desc', '&order=published', '&order=published&from=2020', '&q=somebody']) {
        const { body } = await world.get(`/v1/timeline?story=${main}&asOf=${asOf}${query}`);
        expect([isBlank, query, body.entries[0].revision, body.entries[0].correction]).toEqual([
          isBlank,
          query,
          2,
          undefined,
        ]);
      }
      for (const format of formatNames) {
        const { text } = await world.get(`/v1/timeline?story=${main}&asOf=${asOf}&format=${format}`);
        expect([isBlank, format, text.includes('Somebody speaks'), text.includes('John Doe')]).toEqual([
          isBlank,
          format,
          true,
          false,
        ]);
      }
      const page = await world.get(`/stories/${main}?asOf=${asOf}`);
      expect([page.status, page.text.includes('John Doe')]).toEqual([200, false]);
    }
  },
);
