import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseAtomFeed, parseJsonFeed, parseRssFeed } from 'feedsmith';
import ICAL from 'ical.js';
import FeedParser from 'rss-parser';
import { developmentWith } from '../../../events/samples.ts';
import { type Redactions, redactionsIn } from '../../../support/fixtures/redaction.ts';
import { meterCapacity } from '../../../support/world/capacity.ts';
import { startWorld, type World } from '../../../support/world/world.ts';

const story = 'long-war';
const origin = 'https://timeline.example.org';
const firstDay = Date.parse('2020-09-27');

let world: World;
let redactions: Redactions;
/** When each revision was published, by event. */
let times: (id: string) => Promise<string[]>;
/** The events of the story in the order in which they were posted. */
let ids: string[];
/** Those of 2024, 1215 and 1700. */
let added: string[];
let take: () => { read: number };
/** The read units of a poll once there are 98 entries. */
let pollUnits: number;

const address = (id: string | undefined) => `${origin}/v1/events/${id}`;
const day = (index: number) => new Date(firstDay + index * 86_400_000).toISOString().slice(0, 10);

async function post(edtfs: readonly string[], prefix: string): Promise<string[]> {
  const body = edtfs.map((edtf, index) => ({
    ...developmentWith({ when: { edtf }, headline: `Of ${edtf}` }, { id: `${prefix}-${index}` }),
    subject: story,
  }));
  const reply = await world.call('POST', '/v1/events', { body });
  const posted: string[] = reply.body.results.map(({ id }: { id: string }) => id);
  await world.settle(...posted);
  return posted;
}

async function change(id: string, path: string, body: object): Promise<void> {
  const reply = await world.call('POST', `/v1/events/${id}/${path}`, { headers: { 'if-match': '"0"' }, body });
  expect(reply.status).toBe(201);
  await world.settle(id);
}

async function poll(format: string, query = `story=${story}`) {
  const { status, text, headers } = await world.get(`/v1/timeline?format=${format}&${query}`);
  expect(status).toBe(200);
  return { text, headers };
}

beforeAll(async () => {
  world = await startWorld();
  redactions = await redactionsIn(world);
  times = async (id) => (await redactions.publishedOf(id)).map(({ publishedAt }) => publishedAt);
  const { dynamodb } = await import('../../../../functions/lib/runtime/dynamodb.ts');
  take = meterCapacity(dynamodb).take;
  ids = await post(
    Array.from({ length: 98 }, (_, index) => day(index)),
    'war',
  );
  take();
  await poll('atom');
  pollUnits = take().read;
  added = await post(['2024-02-01', '1215-06-15', '1700'], 'added');
  await change(ids[0] as string, 'corrections', { note: 'It began at dawn.', data: { headline: 'At dawn' } });
  await change(ids[1] as string, 'retraction', { note: 'It did not happen.' });
  await redactions.takeDown(ids[2] as string, { note: 'By an order of a court.' });
});

afterAll(() => world.stop());

describe('a feed that is polled while its story grows', () => {
  test('shows in one poll what was added, corrected, retracted and taken down, the newest first: Atom', async () => {
    const { text } = await poll('atom');
    const { entries = [] } = parseAtomFeed(text);
    const [firstAt, correctedAt] = await times(ids[0] as string);
    expect(entries).toHaveLength(48);
    expect(
      entries.slice(0, 5).map(({ id, title, published, updated }) => [id, title?.value, published, updated]),
    ).toEqual([
      [address(ids[0]), 'At dawn', firstAt, correctedAt],
      ...(await Promise.all(
        [
          [added[2], 'Of 1700'] as const,
          [added[1], 'Of 1215-06-15'] as const,
          [added[0], 'Of 2024-02-01'] as const,
          [ids[97], `Of ${day(97)}`] as const,
        ].map(async ([id = '', headline]) => {
          const [at] = await times(id);
          return [address(id), headline, at, at];
        }),
      )),
    ]);
    // Its types do not know the option for feeds.
    const keepArray = ['at:deleted-entry', 'deleted', { keepArray: true }] as never;
    const parser = new FeedParser<{ deleted: object[] }>({ customFields: { feed: [keepArray] } });
    const { deleted } = await parser.parseString(text);
    const at = async (index: number) => (await times(ids[index] as string))[1];
    const tombstone = (id: string | undefined, when: string | undefined, comment: string) => ({
      $: { 'xmlns:at': 'http://purl.org/atompub/tombstones/1.0', ref: address(id), when },
      'at:by': [{ name: ['example'] }],
      'at:comment': [comment],
    });
    expect(deleted).toEqual([
      tombstone(ids[2], await at(2), 'By an order of a court.'),
      tombstone(ids[1], await at(1), 'It did not happen.'),
    ]);
  });

  test('says the same as RSS, where a removed item has the same guid and date', async () => {
    const items = parseRssFeed((await poll('rss')).text).items ?? [];
    expect(items).toHaveLength(50);
    const shown = items.slice(0, 4).map(({ title, guid, pubDate }) => [title, guid?.value, pubDate]);
    const titles = ['Taken down', 'Retracted', 'At dawn', 'Of 1700'];
    const expected = [ids[2], ids[1], ids[0], added[2]].map(async (id = '', index) => {
      const [at = ''] = await times(id);
      return [titles[index], address(id), new Date(at).toUTCString()];
    });
    expect(shown).toEqual(await Promise.all(expected));
    expect(items[1]?.description).toBe('<p>It did not happen.</p>');
  });

  test('says the same as JSON Feed', async () => {
    const { text } = await poll('jsonfeed');
    const items = parseJsonFeed(text).items ?? [];
    const [firstAt, at] = await times(ids[1] as string);
    expect(items).toHaveLength(50);
    expect(JSON.parse(text).items[1]).toEqual({
      id: address(ids[1]),
      url: `${origin}/events/${ids[1]}`,
      title: 'Retracted',
      content_text: 'It did not happen.',
      date_published: firstAt,
      date_modified: at,
      authors: [{ name: 'example' }],
      _timeline: { id: ids[1], revision: 1, story, change: 'retracted' },
    });
    const [began, corrected] = await times(ids[0] as string);
    expect(items[2]).toMatchObject({ id: address(ids[0]), date_published: began, date_modified: corrected });
  });

  test('leads on to every entry, once, by pages of RFC 5005', async () => {
    const seen: (string | undefined)[] = [];
    const links: (string | undefined)[][] = [];
    for (let next: string | undefined = `/v1/timeline?format=atom&story=${story}&limit=500`; next; ) {
      const { text } = await world.get(next.replace(origin, ''));
      const feed = parseAtomFeed(text);
      seen.push(...(feed.entries ?? []).map(({ id }) => id));
      const hrefs = new Map((feed.links ?? []).map(({ rel = '', href }) => [rel, href]));
      links.push(['self', 'first'].map((rel) => hrefs.get(rel)));
      next = hrefs.get('next');
    }
    expect([seen.length, new Set(seen).size]).toEqual([99, 99]);
    const first = `${origin}/v1/timeline?format=atom&story=${story}&limit=500`;
    expect(links.map(([, firstPage]) => firstPage)).toEqual([undefined, first, first]);
    expect(links[0]?.[0]).toBe(first);
  });

  test('tells as of an earlier instant what it told then, without what was taken down since', async () => {
    const [at = ''] = await times(added[2] as string);
    const { text, headers } = await poll('rss', `story=${story}&asOf=${at}`);
    const guids = (parseRssFeed(text).items ?? []).map(({ guid }) => guid?.value);
    expect(guids).toEqual([...added.toReversed(), ...ids.toReversed()].slice(0, 50).map(address));
    expect(headers['cache-control']).toContain('immutable');
    const all = await poll('json', `story=${story}&asOf=${at}&order=published&limit=500`);
    const shown = JSON.parse(all.text).entries.map(({ id }: { id: string }) => id);
    expect(shown).toEqual([...added.toReversed(), ...ids.toReversed()].filter((id) => id !== ids[2]));
  });

  test('with a filter or a range lists what was retracted of it, and not what was taken down with a filter', async () => {
    const rangeItems = parseRssFeed((await poll('rss', `story=${story}&to=${day(4)}&from=${day(0)}`)).text).items ?? [];
    expect(rangeItems.map(({ title }) => title)).toEqual([
      'Taken down',
      'Retracted',
      'At dawn',
      `Of ${day(4)}`,
      `Of ${day(3)}`,
    ]);
    const filtered = parseRssFeed((await poll('rss', `story=${story}&status=reported&to=${day(3)}`)).text).items ?? [];
    const titles = filtered.map(({ title }) => title);
    expect([titles.includes('Retracted'), titles.includes('Taken down')]).toEqual([
      titles.includes(`Of ${day(3)}`),
      false,
    ]);
  });

  test('in another order has entries only', async () => {
    const titles = (parseRssFeed((await poll('rss', `story=${story}&order=asc&limit=2`)).text).items ?? []).map(
      ({ title }) => title,
    );
    expect(titles).toEqual(['Of 1215-06-15', 'Of 1700']);
  });

  test('costs half a read unit for each item, and one for each four kilobytes of the list', () => {
    // Read consistently a moment after a change: twice as much. Checkpoint and head are read twice then.
    expect(pollUnits).toBeLessThanOrEqual(60);
  });

  test('is cancelled in a calendar: on its date what was retracted, on the day of the redaction what was taken down', async () => {
    const calendar = new ICAL.Component(ICAL.parse((await poll('ics')).text));
    const cancelled = calendar
      .getAllSubcomponents('vevent')
      .filter((one) => one.getFirstPropertyValue('status') === 'CANCELLED')
      .map((one) =>
        ['uid', 'dtstart', 'summary', 'description'].map((name) => one.getFirstPropertyValue(name)?.toString()),
      );
    expect(cancelled).toEqual([
      [ids[2], (await times(ids[2] as string))[1]?.slice(0, 10), 'Taken down', 'By an order of a court.'],
      [ids[1], day(1), 'Retracted', 'It did not happen.'],
    ]);
  });
});
