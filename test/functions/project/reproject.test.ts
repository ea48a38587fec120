import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { PublishedRevision, Revision } from '../../../events/revision.ts';
import { correctedRevision, eventWith, recordedRevision, retractedRevision } from '../../events/given.ts';
import { readFeed, readTimelines, timelinesOf } from '../../support/models/timelines-model.ts';
import { type Asked, type Fate, interfere } from '../../support/world/interference.ts';
import { type ParkedQueue, startParkedQueue } from '../../support/world/parked-queue.ts';
import { emptyTable, itemsOf, putItem } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

let world: World;
let queue: ParkedQueue;
let fateOf: (asked: Asked) => Fate | Promise<Fate>;
let append: typeof import('../../../functions/lib/event-log/log.ts').append;
let reproject: typeof import('../../../functions/lib/project/reproject.ts').reproject;

beforeAll(async () => {
  queue = await startParkedQueue();
  world = await startWorld();
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  interfere(dynamodb, (asked) => fateOf(asked));
  ({ append } = await import('../../../functions/lib/event-log/log.ts'));
  ({ reproject } = await import('../../../functions/lib/project/reproject.ts'));
});
beforeEach(async () => {
  fateOf = () => 'done';
  await Promise.all([emptyTable('EventLog'), emptyTable('Timelines')]);
});
afterAll(async () => {
  await world.stop();
  await queue.stop();
});

const recorded = (id: string, data: object = {}) => recordedRevision(eventWith(data, { id }));
const corrected = (before: Revision, data: object) =>
  correctedRevision(before, 'A slip', data, { ...before.event.data, ...data });

async function publish(...revisions: Revision[]): Promise<void> {
  for (const revision of revisions) {
    await append(revision, 'request-1');
    await world.sequence(revision.eventId);
  }
}

const feedItem = async (position: number) =>
  (await itemsOf('EventLog', 'F')).find((item) => item.position === position) as Record<string, unknown>;

/** The positions of an entry and of the later revisions of its event, which are parked behind it. */
async function parkedWith(position: number): Promise<number[]> {
  const feed = await readFeed();
  const { eventId } = feed.find((entry) => entry.position === position) as PublishedRevision;
  return feed.filter((entry) => entry.eventId === eventId && entry.position >= position).map((entry) => entry.position);
}

/** Projects all there is while the entry at a position cannot be read, and repairs it then. */
async function projectWithout(position: number): Promise<void> {
  const whole = await feedItem(position);
  await putItem('EventLog', { ...whole, values: '[' });
  await world.project();
  await putItem('EventLog', whole);
  expect(await readTimelines()).toEqual(timelinesOf(await readFeed(), await parkedWith(position)));
}

/** Reprojects the event at a position. */
const reprojectAt = async (position: number) => reproject((await feedItem(position)).eventId as string);

async function expectWhole(): Promise<void> {
  expect(await readTimelines()).toEqual(timelinesOf(await readFeed()));
}

const first = recorded('a', { places: [{ name: 'Lachin' }] });
const elsewhere = corrected(first, { places: [{ name: 'Shusha' }], when: { edtf: '2021' } });
const reworded = corrected(first, { headline: 'c' });
const rewordedAndMoved = corrected(reworded, { places: [{ name: 'Shusha' }], when: { edtf: '2021' } });

test.each<[string, Revision[], number]>([
  ['an event among others', [recorded('b'), first, recorded('c')], 2],
  ['an event that was corrected since', [first, elsewhere], 1],
  ['a correction', [first, elsewhere, recorded('b')], 2],
  ['a correction that was corrected since', [first, reworded, rewordedAndMoved], 2],
  ['a retraction', [first, retractedRevision(first, 'No'), recorded('b')], 2],
  ['an event that was retracted since', [first, retractedRevision(first, 'No')], 1],
])(
  'reprojecting %s that was parked gives the same timelines as if it had never been parked',
  async (_, revisions, position) => {
    await publish(...revisions);
    await projectWithout(position);
    await reprojectAt(position);
    await expectWhole();
  },
);

test('reprojecting a parked description of a story shows it, and then a later one', async () => {
  const { eventIdOf } = await import('../../../events/identity.ts');
  const story = eventIdOf('/stories', 'karabakh-2020');
  for (const [title, expected] of [['A'], ['B', '"0"']]) {
    const headers = expected ? { 'if-match': expected } : {};
    await world.call('PUT', '/v1/stories/karabakh-2020', { headers, body: { title } });
    await world.sequence(story);
  }
  await publish(recorded('a'));
  await projectWithout(1);
  await reprojectAt(1);
  await expectWhole();
});

test('no facet is held back from immutable answers once nothing is parked', async () => {
  const { mayChange, releaseForgottenFacets } = await import('../../../functions/lib/timelines/parked.ts');
  await publish(first, elsewhere);
  await projectWithout(1);
  const facets = ['ALL', 'S#karabakh-2020', 'P#lachin', 'P#shusha', 'P#aghdam'];
  const held = async () => Promise.all(facets.map((facet) => mayChange('1', facet)));
  expect(await held()).toEqual([true, true, true, true, true]);
  await reprojectAt(1);
  expect(await held()).toEqual([false, false, false, false, false]);
  await releaseForgottenFacets('1');
  expect((await itemsOf('Timelines')).filter(({ pk }) => String(pk).includes('PARKED'))).toEqual([]);
});

test('a reprojection that was interrupted leaves nothing behind', async () => {
  const { releaseForgottenFacets } = await import('../../../functions/lib/timelines/parked.ts');
  await publish(first, elsewhere);
  await projectWithout(1);
  for (let call = 0, killed = true; killed; call++) {
    let calls = 0;
    fateOf = () => (++calls <= call ? 'done' : 'never sent');
    await reprojectAt(1).catch(() => {});
    killed = calls > call;
    fateOf = () => 'done';
  }
  await releaseForgottenFacets('1');
  await expectWhole();
  expect((await itemsOf('Timelines')).filter(({ pk }) => String(pk).includes('PARKED'))).toEqual([]);
});

test('an entry that still cannot be read stays parked, and the timelines do not change', async () => {
  await publish(first, recorded('b'));
  const whole = await feedItem(1);
  await putItem('EventLog', { ...whole, values: '[' });
  await world.project();
  const before = await readTimelines();
  await expect(reprojectAt(1)).rejects.toThrow('The entry at position 1 cannot be read.');
  expect(await readTimelines()).toEqual(before);
});

test('a projector begins its chunk again if an entry is reprojected meanwhile', async () => {
  await publish(first, recorded('b'));
  await projectWithout(1);
  await publish(recorded('c'));
  const { promise: pause, resolve: go } = Promise.withResolvers<void>();
  const { promise: begun, resolve: begins } = Promise.withResolvers<void>();
  fateOf = async ({ command }): Promise<Fate> => {
    if (command === 'TransactWriteItemsCommand') {
      begins();
      await pause;
    }
    return 'done';
  };
  const slowProjection = world.project();
  await begun;
  fateOf = () => 'done';
  await reprojectAt(1);
  go();
  await slowProjection;
  await expectWhole();
});

test('reprojecting begins again if the projector advances the checkpoint meanwhile', async () => {
  await publish(first, recorded('b'));
  await projectWithout(1);
  await publish(recorded('c'));
  let overtaken = false;
  fateOf = async ({ command }): Promise<Fate> => {
    if (command !== 'TransactWriteItemsCommand' || overtaken) return 'done';
    overtaken = true;
    await world.project();
    return 'done';
  };
  await reprojectAt(1);
  expect(overtaken).toBe(true);
  await expectWhole();
});
