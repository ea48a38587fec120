import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
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

beforeAll(async () => {
  queue = await startParkedQueue();
  world = await startWorld();
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  interfere(dynamodb, (asked) => fateOf(asked));
  ({ append } = await import('../../../functions/lib/event-log/log.ts'));
});
beforeEach(async () => {
  fateOf = () => 'done';
  await Promise.all([emptyTable('EventLog'), emptyTable('Timelines')]);
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(async () => {
  await world.stop();
  await queue.stop();
});

/** The revision that records an event, valid or not: it may have been when it was accepted. */
function recorded(id: string, data: object = {}): Revision {
  const event = eventWith({}, { id });
  return recordedRevision({ ...event, data: { ...event.data, ...data } });
}

const corrected = (before: Revision, data: object) =>
  correctedRevision(before, 'A slip', data, { ...before.event.data, ...data });

/** Appends revisions and sequences them, in order. */
async function publish(...revisions: Revision[]): Promise<void> {
  for (const revision of revisions) {
    await append(revision, 'request-1');
    await world.sequence(revision.eventId);
  }
}

async function expectWhole(parked: number[] = []): Promise<PublishedRevision[]> {
  const feed = await readFeed();
  expect(await readTimelines()).toEqual(timelinesOf(feed, parked));
  return feed;
}

const headOf = async (facet: string) =>
  (await itemsOf('Timelines', '1#HEADS')).find(({ sk }) => sk === facet) as Record<string, unknown>;

const position = async () => (await itemsOf('Timelines', 'META'))[0]?.position;

/** Actors that nobody else names. */
const actors = (prefix: string, count = 16) =>
  Array.from({ length: count }, (_, index) => ({ name: `${prefix} ${index}` }));

describe('projecting', () => {
  test('projects as many entries together as a transaction can set heads for', async () => {
    await publish(
      ...Array.from({ length: 7 }, (_, index) => recorded(`event-${index}`, { actors: actors(`${index}`) })),
    );
    const sizes: number[] = [];
    fateOf = ({ command, input }) => {
      if (command === 'TransactWriteItemsCommand') sizes.push(input.TransactItems.length);
      return 'done';
    };
    await world.project();
    // Checkpoint, ALL, story, type and sixteen actors an event: six events make 100 puts.
    expect(sizes).toEqual([100, 20]);
    await expectWhole();
  });

  test('projects an event that touches more facets than a transaction can set heads for', async () => {
    const revisions: Revision[] = [recorded('a', { actors: actors('0') })];
    for (let index = 1; index < 7; index++) {
      revisions.push(corrected(revisions.at(-1) as Revision, { actors: actors(`${index}`) }));
    }
    await publish(...revisions);
    await world.project();
    await publish(retractedRevision(revisions.at(-1) as Revision, 'No'));
    await world.project();
    expect((await expectWhole()).at(-1)).toMatchObject({ position: 8, kind: 'retracted' });
  });

  test('goes to the end of a long feed in one invocation', async () => {
    const revisions = Array.from({ length: 60 }, (_, index) => recorded(`event-${index}`));
    await Promise.all(revisions.map((revision) => append(revision, 'r')));
    await world.sequence(...revisions.map(({ eventId }) => eventId));
    await world.project();
    expect(await position()).toBe(60);
    await expectWhole();
  });

  test('shows a story that is described before its first event, and after', async () => {
    await world.call('PUT', '/v1/stories/karabakh-2020', { body: { title: 'Karabakh' } });
    const { eventIdOf } = await import('../../../events/identity.ts');
    const story = eventIdOf('/stories', 'karabakh-2020');
    await world.settle(story);
    await publish(recorded('a'));
    await world.project();
    await world.call('PUT', '/v1/stories/karabakh-2020', {
      headers: { 'if-match': '"0"' },
      body: { title: 'Artsakh' },
    });
    await world.settle(story);
    await expectWhole();
    expect(await headOf('S#karabakh-2020')).toMatchObject({ entries: 1, position: 3, story: { title: 'Artsakh' } });
  });

  test('waits for the half of a transaction that is not visible yet', async () => {
    await publish(recorded('a'));
    await world.project();
    const second = recorded('b');
    await publish(second, recorded('c'));
    const [entry] = (await itemsOf('EventLog', 'F')).filter(({ eventId }) => eventId === second.eventId);
    await emptyTable('EventLog');
    await putItem('EventLog', { ...entry, sk: '000000000003', position: 3 });
    await expect(world.project()).rejects.toThrow('Position 2 is not visible yet.');
    expect(await position()).toBe(1);
  });

  test('waits for the marker of an entry in the feed, which its transaction may show later', async () => {
    const first = recorded('a');
    const second = corrected(first, { headline: 'b' });
    await publish(first);
    await world.project();
    await publish(second);
    const marker = (await itemsOf('EventLog', 'E#')).find(({ sk }) => sk === 'M#000001') as object;
    const others = (await itemsOf('EventLog')).filter(({ sk }) => sk !== 'M#000001');
    await emptyTable('EventLog');
    for (const item of others) await putItem('EventLog', item);
    await expect(world.project()).rejects.toThrow('not visible yet');
    expect(await position()).toBe(1);
    await putItem('EventLog', marker);
    await world.project();
    await expectWhole();
  });

  test('does not need the markers of earlier revisions', async () => {
    const first = recorded('a');
    await publish(first);
    await world.project();
    await publish(corrected(first, { headline: 'b' }));
    const items = await itemsOf('EventLog');
    await emptyTable('EventLog');
    for (const item of items.filter(({ sk }) => sk !== 'M#000000')) await putItem('EventLog', item);
    await world.project();
    for (const item of items) await putItem('EventLog', item);
    await expectWhole();
  });

  test('reads the first and last day of a facet again if an instance that failed later had set them', async () => {
    const first = recorded('a', { when: { edtf: '2020-11-10' } });
    const brief = recorded('b', { when: { edtf: '1990-01-01' } });
    await publish(first);
    await world.project();
    await publish(corrected(first, { when: { edtf: '2020-12-01' } }));
    const { promise: pause, resolve: go } = Promise.withResolvers<void>();
    const { promise: begun, resolve: begins } = Promise.withResolvers<void>();
    fateOf = async ({ command, input }): Promise<Fate> => {
      if (command === 'PutItemCommand' && input.TableName === 'Timelines') {
        begins();
        await pause;
      }
      return 'done';
    };
    const slow = world.project();
    await begun;
    fateOf = () => 'done';
    await publish(brief);
    fateOf = ({ command }) => (command === 'TransactWriteItemsCommand' ? 'never sent' : 'done');
    await expect(world.project()).rejects.toThrow('The connection timed out.');
    fateOf = () => 'done';
    go();
    await slow;
    expect(await headOf('ALL')).toMatchObject({ position: 2, first: '1990-01-01' });
    await publish(retractedRevision(brief, 'No'));
    await world.project();
    await expectWhole();
  });
});

describe('an entry that cannot be projected', () => {
  /** It has its place in the record, and no entry can be made of it. */
  const impossible = { relations: 5 } as object;
  const fixed = { relations: [] };
  const sentSince = (before: number) => queue.sent().slice(before);

  test('because it cannot be read is parked, and does not stop the others', async () => {
    await publish(recorded('a'), recorded('b'), recorded('c'));
    const feed = await readFeed();
    const [, second] = await itemsOf('EventLog', 'F');
    await putItem('EventLog', { ...second, values: '[' });
    const before = queue.sent().length;
    await world.project();
    expect(await readTimelines()).toEqual(timelinesOf(feed, [second?.position as number]));
    expect(sentSince(before)).toEqual([{ pk: 'F', sk: second?.sk }]);
  });

  test('because its revision cannot be read is parked, and does not stop the others', async () => {
    await publish(recorded('a'), recorded('b'), recorded('c'));
    const feed = await readFeed();
    const { pk, sk, ...revision } = (await itemsOf('EventLog', `E#${feed[1]?.eventId}`)).find(
      (item) => item.sk === 'R#000000',
    ) as Record<string, string>;
    await putItem('EventLog', { pk, sk, ...revision, event: '{"type":' });
    await world.project();
    expect(await readTimelines()).toEqual(timelinesOf(feed, [2]));
  });

  test('because projecting it throws is found in its chunk, parked, and does not stop the others', async () => {
    await publish(recorded('a'), recorded('b', impossible), recorded('c'), recorded('d', impossible), recorded('e'));
    const before = queue.sent().length;
    await world.project();
    await expectWhole([2, 4]);
    expect(sentSince(before)).toEqual([
      { pk: 'F', sk: '000000000002' },
      { pk: 'F', sk: '000000000004' },
    ]);
  });

  test('is followed by its corrections, which are parked too', async () => {
    const first = recorded('a', impossible);
    const second = corrected(first, { ...fixed, when: { edtf: '2020' } });
    await publish(first, second, recorded('b'), corrected(second, { headline: 'c' }));
    await world.project();
    await expectWhole([1, 2, 4]);
  });

  test('leaves the earlier card in place, even after later corrections', async () => {
    const first = recorded('a');
    const second = corrected(first, impossible);
    await publish(first, second);
    await world.project();
    await expectWhole([2]);
    await publish(corrected(second, { ...fixed, when: { edtf: '2021' }, headline: 'c' }));
    await world.project();
    await expectWhole([2, 3]);
  });

  test('is parked once, even if several instances find it', async () => {
    await publish(recorded('a', impossible), recorded('b'));
    await Promise.all([world.project(), world.project(), world.project()].map((one) => one.catch(() => {})));
    await world.project();
    await expectWhole([1]);
  });

  test('stops the projector if it cannot be parked', async () => {
    await publish(recorded('a'), recorded('b', impossible), recorded('c'));
    const { SQSClient } = await import('@aws-sdk/client-sqs');
    jest.spyOn(SQSClient.prototype, 'send').mockImplementation(() => Promise.reject(new Error('There is no queue.')));
    await expect(world.project()).rejects.toThrow('There is no queue.');
    expect(await position()).toBe(1);
    jest.restoreAllMocks();
    await world.project();
    await expectWhole([2]);
  });
});
