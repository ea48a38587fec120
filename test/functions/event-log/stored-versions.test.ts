import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { eventWith, recordedRevision } from '../../events/given.ts';
import { emptyTable, itemsOf, putItem } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

let world: World;
let log: typeof import('../../../functions/lib/event-log/log.ts');
let published: typeof import('../../../functions/lib/event-log/published.ts');
let feed: typeof import('../../../functions/lib/event-log/feed.ts');

const first = recordedRevision(eventWith({}, { id: 'first' }));
const second = recordedRevision(eventWith({}, { id: 'second' }));

const refusal = (kind: string, key: string, version = 3) => ({
  name: 'UnreadableItem',
  message: `The ${kind} ${key} has version ${version}; this release reads version 2. Run a release that reads it.`,
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
  expect((await itemsOf('EventLog')).map(({ v }) => v)).toEqual(Array(6).fill(2));
});

describe('reading an item of an unknown version throws an error that names it:', () => {
  test('a revision', async () => {
    await rewrite(isRevision, 3);
    const refused = refusal('revision', `(pk E#${first.eventId}, sk R#000000)`);
    await expect(log.latestRevision(first.eventId)).rejects.toMatchObject(refused);
    await expect(log.readRevision(first.eventId, 0)).rejects.toMatchObject(refused);
    await expect(published.readPublished(first.eventId, 0, true)).rejects.toMatchObject(refused);
    await expect(log.append(first, 'request-2')).rejects.toMatchObject(refused);
  });

  test('a marker', async () => {
    await rewrite(isMarker, 3);
    const refused = refusal('marker', `(pk E#${first.eventId}, sk M#000000)`);
    await expect(log.latestMarker(first.eventId, true)).rejects.toMatchObject(refused);
    await expect(published.readPublished(first.eventId, 0, true)).rejects.toMatchObject(refused);
  });

  test('a feed entry, which leaves those after it readable', async () => {
    await rewrite(isEntry, 3);
    const { publishedAt } = (await itemsOf('EventLog', 'F')).find(isEntry) ?? {};
    await expect(feed.feedAfter(0, 10, true)).rejects.toMatchObject({
      name: 'UnreadableEntry',
      message: 'The entry at position 1 cannot be read.',
      place: { position: 1, publishedAt },
      known: { position: 1, publishedAt, eventId: first.eventId, revision: 0, kind: 'recorded' },
      cause: refusal('feed entry', '(pk F, sk 000000000001)'),
    });
    expect(await feed.feedAfter(1, 10, true)).toMatchObject({ entries: [{ eventId: second.eventId }], gap: false });
    expect(await feed.feedHead()).toMatchObject({ position: 2 });
  });
});

test('/v1/changes shows a feed entry of an unknown version without its content', async () => {
  await rewrite(isEntry, 3);
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
  await rewrite(isRevision, 3);
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
    message: `The revision (pk E#${first.eventId}, sk R#000000) has version 1; this release reads version 2. Run a release that reads it.`,
  });
});
