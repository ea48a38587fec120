import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { CloudEvent } from '../../../events/event.ts';
import { facetKeysOf } from '../../../events/filters/facets.ts';
import type { FeedEntry } from '../../../functions/lib/event-log/log-items.ts';
import { developmentWith } from '../../events/samples.ts';
import { interfere } from '../../support/world/interference.ts';
import { emptyTable, putItem } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const immutable = 'public, max-age=31536000, immutable';
const live = 'public, max-age=1, stale-while-revalidate=30, stale-if-error=86400';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => emptyTable('EventLog'));
afterAll(() => world.stop());

const eventId = (position: number) => `evt_${String(position).padStart(26, 'a')}`;

/** An entry of the feed as the sequencer writes it. */
function entryAt(position: number, data: object = {}): FeedEntry {
  const event = { specversion: '1.0', id: `${position}`, source: '/newsrooms/example', ...developmentWith(data) };
  return {
    position,
    publishedAt: new Date(Date.UTC(2020, 0) + position).toISOString(),
    eventId: eventId(position),
    revision: 0,
    kind: 'recorded',
    event: event as CloudEvent,
    digest: '',
    recordedAt: '2020-01-01T00:00:00.000Z',
    newsroom: 'example',
    correlationId: 'request-1',
    facets: facetKeysOf(event as CloudEvent),
    changed: [],
  };
}

async function publishThrough(last: number, dataAt: (position: number) => object = () => ({})): Promise<void> {
  const { publish } = await import('../../../functions/lib/event-log/feed.ts');
  for (let first = 1; first <= last; first += 50) {
    const count = Math.min(50, last - first + 1);
    await publish(Array.from({ length: count }, (_, index) => entryAt(first + index, dataAt(first + index))));
  }
}

/** An item of the feed of which the event is not what it should be. */
async function putBroken(position: number, broken: object): Promise<void> {
  const { event, extent: _, ...item } = entryAt(position);
  const sk = String(position).padStart(12, '0');
  await putItem('EventLog', { pk: 'F', sk, ...item, event: JSON.stringify(event), ...broken });
}

async function page(query: string) {
  const { status, headers, body } = await world.get(`/v1/changes?${query}`);
  const { changes, next, head } = body;
  const positions = changes.map(({ position }: { position: number }) => position);
  return { status, positions, next, head, caching: headers['cache-control'], link: headers.link };
}

test('a filter that takes little looks at a thousand entries and goes on', async () => {
  await publishThrough(1_007, (position) => (position === 1_003 ? { stories: ['rare'] } : {}));
  const link = '<https://timeline.example.org/v1/changes?story=rare&after=1000>; rel="next"';
  const first = await page('story=rare');
  expect(first).toEqual({ status: 200, positions: [], next: 1_000, head: 1_001, caching: immutable, link });
  const second = await page('story=rare&after=1000');
  expect(second).toEqual({ status: 200, positions: [1_003], next: 1_007, head: 1_007, caching: live });
  // Whoever waits goes on at once where there is more to be looked at.
  expect(await page('story=rare&wait=20')).toMatchObject({ positions: [], next: 1_000, caching: immutable });
});

test('an answer stays below what Lambda sends, and ends at the same entry however it was read', async () => {
  const summary = '\u0001'.repeat(10_000);
  await publishThrough(80, () => ({ summary }));
  const { text, body } = await world.get('/v1/changes?limit=500');
  expect(Buffer.byteLength(JSON.stringify(text))).toBeLessThan(4_500_000);
  expect(body.changes.length).toBeGreaterThan(40);
  expect(await page('limit=500')).toMatchObject({ next: body.changes.length, head: body.changes.length + 1 });
  expect(await page(`limit=${body.changes.length}`)).toMatchObject({ next: body.next, caching: immutable });
});

test('a page ends before a position that is not visible yet, and is not the last', async () => {
  const { publish } = await import('../../../functions/lib/event-log/feed.ts');
  await publishThrough(3);
  await publish([entryAt(5)]);
  expect(await page('')).toMatchObject({ positions: [1, 2, 3], next: 3, head: 5, caching: live });
  expect(await page('limit=3')).toMatchObject({ positions: [1, 2, 3], next: 3, head: 5, caching: live });
  expect(await page('limit=2')).toMatchObject({ positions: [1, 2], next: 2, head: 3, caching: immutable });
  const none = await page('after=3');
  expect(none).toEqual({ status: 200, positions: [], next: 3, head: 5, caching: live });
  await publish([entryAt(4)]);
  expect(await page('after=3')).toMatchObject({ positions: [4, 5], next: 5, head: 5 });
});

test.each([
  ['is no JSON', { event: '{' }],
  ['is missing', { event: null }],
  ['is nothing', { event: 'null' }],
  ['says nothing', { event: '{"type":"development.reported","subject":"a","data":{}}' }],
  ['has a date that is none', { event: JSON.stringify(developmentWith({ when: { edtf: 'soon' } })) }],
  ['has an extent that is none', { extent: '[' }],
])('an entry whose event %s is told without it, and holds nobody up', async (_words, broken) => {
  const { publish } = await import('../../../functions/lib/event-log/feed.ts');
  await publishThrough(1);
  await putBroken(2, broken);
  await publish([entryAt(3)]);
  const { changes, next, head } = (await world.get('/v1/changes')).body;
  expect([changes.length, next, head]).toEqual([3, 3, 3]);
  expect(changes[1]).toEqual({
    position: 2,
    publishedAt: entryAt(2).publishedAt,
    change: 'recorded',
    id: eventId(2),
    revision: 0,
    type: null,
    story: null,
    note: null,
    entry: null,
  });
  // A later version may read it: only what was understood never changes.
  expect(await page('limit=1')).toMatchObject({ positions: [1], caching: immutable });
  expect(await page('limit=2')).toMatchObject({ positions: [1, 2], next: 2, head: 3, caching: live });
  expect(await page('after=1&limit=1')).toMatchObject({ positions: [2], next: 2, head: 3, caching: live });
});

test('an entry that cannot be read is kept from those only for whom it surely is not', async () => {
  await publishThrough(1);
  await putBroken(2, { event: '{' });
  expect((await page('story=karabakh-2020')).positions).toEqual([1, 2]);
  expect((await page('status=planned')).positions).toEqual([2]);
  expect((await page('story=minsk')).positions).toEqual([]);
});

test('an entry with an earlier revision that cannot be read is told to whom that may have matched', async () => {
  const { publish } = await import('../../../functions/lib/event-log/feed.ts');
  const recorded = entryAt(1);
  await publish([recorded, { ...entryAt(2), eventId: recorded.eventId, revision: 1, kind: 'corrected' }, entryAt(3)]);
  await putItem('EventLog', { pk: `E#${recorded.eventId}`, sk: 'R#000000', event: '{' });
  expect(await page('status=planned&limit=1')).toMatchObject({ positions: [2], next: 2, head: 3, caching: live });
  expect(await page('story=minsk&limit=1')).toMatchObject({ positions: [], next: 3 });
});

test('a failure of the database is no fault of the entry: the answer is an error', async () => {
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  const { publish } = await import('../../../functions/lib/event-log/feed.ts');
  await publish([{ ...entryAt(1), revision: 1, kind: 'corrected' }]);
  const end = interfere(dynamodb, ({ input }) => (JSON.stringify(input).includes('E#evt') ? 'never sent' : 'done'));
  const { status } = await world.get('/v1/changes?status=planned');
  end();
  expect(status).toBe(503);
});

test('an event that was corrected without end is read once a page, and the page ends at a thousand of its revisions', async () => {
  const { append } = await import('../../../functions/lib/event-log/log.ts');
  const { publish } = await import('../../../functions/lib/event-log/feed.ts');
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  const last = 1_100;
  const first = entryAt(1);
  for (let begin = 0; begin < last; begin += 50) {
    const entries = Array.from({ length: 50 }, (_, index) => begin + index).map((revision): FeedEntry => {
      return { ...entryAt(revision + 1), eventId: first.eventId, revision, kind: revision ? 'corrected' : 'recorded' };
    });
    await publish(entries);
    await Promise.all(
      entries.map(({ eventId, revision, kind, digest, recordedAt, newsroom }) => {
        const { event } = first;
        return append({ eventId, revision, kind, event, digest, recordedAt, newsroom }, 'request-1');
      }),
    );
  }
  let reads = 0;
  const end = interfere(dynamodb, ({ input }) => {
    if (JSON.stringify(input).includes('E#evt')) reads += 1;
    return 'done';
  });
  const page1 = await page('status=planned');
  const page2 = await page('status=planned&after=1099');
  end();
  expect(page1).toMatchObject({ positions: [], next: 1_000, head: 1_001, caching: immutable });
  expect(page2).toMatchObject({ positions: [], next: 1_100, head: 1_100, caching: live });
  expect(reads).toBeLessThan(6);
}, 20_000);
