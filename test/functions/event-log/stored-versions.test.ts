import { gunzipSync } from 'node:zlib';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { eventWith, recordedRevision } from '../../events/given.ts';
import { besideClient, emptyTable, itemsOf, putItem } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

let world: World;
let log: typeof import('../../../functions/lib/event-log/log.ts');
let published: typeof import('../../../functions/lib/event-log/published.ts');
let feed: typeof import('../../../functions/lib/event-log/feed.ts');

const first = recordedRevision(eventWith({}, { id: 'first' }));
const second = recordedRevision(eventWith({}, { id: 'second' }));

const refusal = (kind: string, key: string, version = 4) => ({
  name: 'UnreadableItem',
  message: `The ${kind} ${key} has version ${version}; this release reads version ${kind === 'revision' ? '2, 3' : '2'}. See "Upgrading and going back" in docs/operating.md.`,
});

/** Writes an item again as a release of another version, or of none, would have. */
async function rewrite(isIt: (item: Record<string, unknown>) => boolean, v: number | undefined): Promise<void> {
  const { v: _v, ...item } = (await itemsOf('EventLog')).find(isIt) ?? {};
  await putItem('EventLog', { ...item, ...(v !== undefined && { v }) });
}

beforeAll(async () => {
  world = await startWorld();
  log = await import('../../../functions/lib/event-log/log.ts');
  feed = await import('../../../functions/lib/event-log/feed.ts');
  published = await import('../../../functions/lib/event-log/published.ts');
});
beforeEach(async () => {
  await emptyTable('EventLog');
  for (const revision of [first, second]) {
    await log.append(revision, 'request-1');
    await world.sequence(revision.eventId);
  }
});
afterAll(() => world.stop());

const isRevision = ({ pk, sk }: Record<string, unknown>) => pk === `E#${first.eventId}` && sk === 'R#000000';
const isMarker = ({ pk, sk }: Record<string, unknown>) => pk === `E#${first.eventId}` && sk === 'M#000000';
const isEntry = ({ sk }: Record<string, unknown>) => sk === '000000000001';

test('every item of the log stores its version', async () => {
  const versions = (await itemsOf('EventLog')).map((item) => ({
    isRevision: String(item.sk).startsWith('R#'),
    v: item.v,
  }));
  expect(versions).toHaveLength(6);
  expect(versions).toEqual(versions.map(({ isRevision }) => ({ isRevision, v: isRevision ? 3 : 2 })));
});

describe('reading an item of an unknown version throws an error that names it:', () => {
  test('a revision', async () => {
    await rewrite(isRevision, 4);
    const refused = refusal('revision', `(pk E#${first.eventId}, sk R#000000)`);
    await expect(log.latestRevision(first.eventId)).rejects.toMatchObject(refused);
    await expect(log.readRevision(first.eventId, 0)).rejects.toMatchObject(refused);
    await expect(published.readPublished(first.eventId, 0, 'consistent')).rejects.toMatchObject(refused);
    await expect(log.append(first, 'request-2')).rejects.toMatchObject(refused);
  });

  test('a marker', async () => {
    await rewrite(isMarker, 4);
    const refused = refusal('marker', `(pk E#${first.eventId}, sk M#000000)`);
    await expect(log.latestMarker(first.eventId, 'consistent')).rejects.toMatchObject(refused);
    await expect(published.readPublished(first.eventId, 0, 'consistent')).rejects.toMatchObject(refused);
  });

  test('a feed entry, which leaves those after it readable', async () => {
    await rewrite(isEntry, 4);
    const { publishedAt } = (await itemsOf('EventLog', 'F')).find(isEntry) ?? {};
    await expect(feed.feedAfter(0, 10, 'consistent')).rejects.toMatchObject({
      name: 'UnreadableEntry',
      message: 'The entry at position 1 cannot be read.',
      place: { position: 1, publishedAt },
      known: { position: 1, publishedAt, eventId: first.eventId, revision: 0, kind: 'recorded' },
      cause: refusal('feed entry', '(pk F, sk 000000000001)'),
    });
    expect(await feed.feedAfter(1, 10, 'consistent')).toMatchObject({
      entries: [{ eventId: second.eventId }],
      gap: false,
    });
    expect(await feed.feedHead()).toMatchObject({ position: 2 });
  });
});

test('/v1/changes shows a feed entry of an unknown version without its content', async () => {
  await rewrite(isEntry, 4);
  const { body } = await world.call('GET', '/v1/changes?after=0');
  expect(body.changes).toMatchObject([
    { position: 1, change: 'recorded', id: first.eventId, revision: 0, type: null, story: null, entry: null },
    { position: 2, id: second.eventId, entry: { id: second.eventId, type: 'development.reported' } },
  ]);
});

test('a revision of an unknown version fails permanently when it is sequenced, and the others are sequenced', async () => {
  const { sequence } = await import('../../../functions/lib/sequence/sequencer.ts');
  const third = recordedRevision(eventWith({}, { id: 'third' }));
  await log.append(third, 'request-1');
  await rewrite(isRevision, 4);
  const { entries, failures } = await sequence([first.eventId, third.eventId]);
  expect(entries).toMatchObject([{ eventId: third.eventId, position: 3 }]);
  expect(failures).toMatchObject([
    { eventId: first.eventId, reason: refusal('revision', `(pk E#${first.eventId}, sk R#000000)`) },
  ]);
});

test('reading an item of version 1, which early checkouts wrote, throws an error that names it', async () => {
  await rewrite(isRevision, 1);
  await expect(log.latestRevision(first.eventId)).rejects.toMatchObject({
    name: 'UnreadableItem',
    message: `The revision (pk E#${first.eventId}, sk R#000000) has version 1; this release reads version 2, 3. See "Upgrading and going back" in docs/operating.md.`,
  });
});

const stored = async (eventId: string) => {
  const { Item } = await besideClient().send(
    new GetItemCommand({ TableName: 'EventLog', Key: marshall({ pk: `E#${eventId}`, sk: 'R#000000' }) }),
  );
  return unmarshall(Item ?? {});
};

describe('The event of a revision', () => {
  const summary = 'Residents leave the district and burn their houses before it is handed over. '.repeat(12);

  test('is readable text if the revision takes one write unit with it', async () => {
    expect(JSON.parse((await stored(first.eventId)).event)).toEqual(first.event);
  });

  test('is compressed if it is longer, and read as it was appended', async () => {
    const long = recordedRevision(eventWith({ summary }, { id: 'long' }));
    await log.append(long, 'request-1');
    const { event } = await stored(long.eventId);
    expect(JSON.parse(gunzipSync(event).toString())).toEqual(long.event);
    expect(event.length).toBeLessThan(560);
    expect((await log.latestRevision(long.eventId))?.event).toEqual(long.event);
  });

  test('is read from text as version 2 stored it, however long it is', async () => {
    const long = recordedRevision(eventWith({ summary }, { id: 'long' }));
    await log.append(long, 'request-1');
    const before = await log.latestRevision(long.eventId);
    await putItem('EventLog', { ...(await stored(long.eventId)), event: JSON.stringify(long.event), v: 2 });
    expect(await log.latestRevision(long.eventId)).toEqual(before);
  });

  test('that is compressed by something else throws an error that names the revision', async () => {
    await putItem('EventLog', { ...(await stored(first.eventId)), event: Buffer.from('no gzip') });
    await expect(log.latestRevision(first.eventId)).rejects.toMatchObject({
      name: 'UnreadableItem',
      message: `The revision (pk E#${first.eventId}, sk R#000000) does not match version 3. event: is not gzip`,
    });
  });
});

test('a read of several revisions ends at a megabyte of text, however well it is compressed', async () => {
  // 60 KB as JSON.
  const long = recordedRevision(eventWith({ summary: '\u0001'.repeat(10_000) }, { id: 'long' }));
  for (let revision = 0; revision < 40; revision += 1) await log.append({ ...long, revision }, 'request-1');
  const sizes: number[] = [];
  let first = 0;
  for (let more = true; more; ) {
    const page = await log.itemsBetween(long.eventId, `R#${String(first).padStart(6, '0')}`, 'R#~');
    sizes.push(page.items.length);
    first += page.items.length;
    more = page.more;
  }
  expect(sizes).toEqual([17, 17, 6]);
  const numbers: number[] = [];
  for await (const { revision } of log.revisionsOf(long.eventId)) numbers.push(revision);
  expect(numbers).toEqual(Array.from({ length: 40 }, (_, revision) => revision));
});

test('a read of several revisions goes on after the one that it begins with, whatever size a damaged one tells', async () => {
  const numbers = [0, 1, 2, 3];
  const long = recordedRevision(eventWith({}, { id: 'long' }));
  for (const revision of numbers) await log.append({ ...long, revision }, 'request-1');
  for (const revision of [0, 1]) {
    const sk = `R#00000${revision}`;
    await putItem('EventLog', { ...(await stored(long.eventId)), sk, event: Buffer.from('damaged') });
  }
  const { items, more } = await log.itemsBetween(long.eventId, 'R#000000', 'R#~');
  expect([items.map(({ sk }) => sk?.S), more]).toEqual([numbers.map((revision) => `R#00000${revision}`), false]);
});
