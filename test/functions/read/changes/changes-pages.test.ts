import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { CloudEvent } from '../../../../events/event.ts';
import type { PublishedRevision } from '../../../../events/revision.ts';
import { developmentWith } from '../../../events/samples.ts';
import { publicationOf, publishAt } from '../../../support/fixtures/publication.ts';
import { interfere } from '../../../support/world/interference.ts';
import { emptyTable, putItem } from '../../../support/world/tables.ts';
import { startWorld, type World } from '../../../support/world/world.ts';

const immutable = 'public, max-age=86400, s-maxage=31536000, immutable';
const live = 'public, no-cache';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => emptyTable('EventLog'));
afterAll(() => world.stop());

const eventId = (position: number) => `evt_${String(position).padStart(26, 'a')}`;

/** A first revision with its place. */
function revisionAt(position: number, data: object = {}): PublishedRevision {
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
  };
}

const publishThrough = (last: number, dataAt: (position: number) => object = () => ({})) =>
  publishAt(...Array.from({ length: last }, (_, index) => revisionAt(index + 1, dataAt(index + 1))));

/** An entry of the feed whose revision is not what it should be. */
async function publishBroken(position: number, broken: object): Promise<void> {
  const { publish } = await import('../../../../functions/lib/event-log/feed.ts');
  const revision = revisionAt(position);
  await publish([publicationOf(revision, revision)]);
  const { event, eventId: id, revision: _, position: __, publishedAt: ___, ...item } = revision;
  const correlationId = 'request-1';
  const written = { ...item, event: JSON.stringify(event), correlationId, v: 2, ...broken };
  await putItem('EventLog', { pk: `E#${id}`, sk: 'R#000000', ...written });
}

async function page(query: string) {
  return pageAt(`/v1/changes?${query}`);
}

async function pageAt(target: string) {
  const { status, headers, body } = await world.get(target);
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
  const waited = await pageAt('/v1/changes/wait?story=rare&seconds=20');
  expect(waited).toMatchObject({ positions: [], next: 1_000, caching: 'no-cache' });
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
  await publishThrough(3);
  await publishAt(revisionAt(5));
  expect(await page('')).toMatchObject({ positions: [1, 2, 3], next: 3, head: 5, caching: live });
  expect(await page('limit=3')).toMatchObject({ positions: [1, 2, 3], next: 3, head: 5, caching: live });
  expect(await page('limit=2')).toMatchObject({ positions: [1, 2], next: 2, head: 3, caching: immutable });
  const none = await page('after=3');
  expect(none).toEqual({ status: 200, positions: [], next: 3, head: 5, caching: live });
  await publishAt(revisionAt(4));
  expect(await page('after=3')).toMatchObject({ positions: [4, 5], next: 5, head: 5 });
});

test.each([
  ['is no JSON', { event: '{' }],
  ['is missing', { event: null }],
  ['is nothing', { event: 'null' }],
  ['says nothing', { event: '{"type":"development.reported","subject":"a","data":{}}' }],
  ['has a date that is none', { event: JSON.stringify(developmentWith({ when: { edtf: 'soon' } })) }],
  ['has an extent that is none', { extent: '[' }],
  ['has a version that is not known', { v: 4 }],
])('an entry whose event %s is told without it, and holds nobody up', async (_words, broken) => {
  await publishThrough(1);
  await publishBroken(2, broken);
  await publishAt(revisionAt(3));
  const { changes, next, head } = (await world.get('/v1/changes')).body;
  expect([changes.length, next, head]).toEqual([3, 3, 3]);
  expect(changes[1]).toEqual({
    position: 2,
    publishedAt: revisionAt(2).publishedAt,
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

test('an entry whose revision cannot be read is shown to those whose filters match its values, and to nobody else', async () => {
  await publishThrough(1);
  await publishBroken(2, { event: '{' });
  expect((await page('story=karabakh-2020')).positions).toEqual([1, 2]);
  expect((await page('status=planned')).positions).toEqual([]);
  expect((await page('story=minsk')).positions).toEqual([]);
});

test('an entry that cannot be read itself is shown to everyone', async () => {
  await publishThrough(1);
  await publishBroken(2, { event: '{' });
  const { position, publishedAt, kind, revision } = revisionAt(2);
  const known = { position, publishedAt, eventId: eventId(2), revision, kind };
  await putItem('EventLog', { pk: 'F', sk: '000000000002', v: 3, ...known });
  expect((await page('story=minsk')).positions).toEqual([2]);
});

test('a failure of the database is no fault of the entry: the answer is an error', async () => {
  const { dynamodb } = await import('../../../../functions/lib/runtime/dynamodb.ts');
  await publishThrough(1);
  const end = interfere(dynamodb, ({ input }) => (JSON.stringify(input).includes('E#evt') ? 'never sent' : 'done'));
  const { status } = await world.get('/v1/changes');
  end();
  expect(status).toBe(503);
});

test('a filtered page reads no revision that it does not show, whatever the event was corrected to before', async () => {
  const { dynamodb } = await import('../../../../functions/lib/runtime/dynamodb.ts');
  const first = revisionAt(1);
  const revisions = Array.from({ length: 1_100 }, (_, revision): PublishedRevision => {
    const kind = revision ? 'corrected' : 'recorded';
    return { ...revisionAt(revision + 1), event: first.event, eventId: first.eventId, revision, kind };
  });
  await publishAt(...revisions);
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
  expect(reads).toBe(0);
});
