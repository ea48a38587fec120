import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Follower } from '../../../functions/lib/event-log/follower.ts';
import { eventWith, recordedRevision } from '../../events/given.ts';
import { emptyTable, itemsOf, putItem } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const plenty = () => 60_000;

let world: World;
let follow: typeof import('../../../functions/lib/event-log/follower.ts').follow;
let append: typeof import('../../../functions/lib/event-log/log.ts').append;

beforeAll(async () => {
  world = await startWorld();
  ({ follow } = await import('../../../functions/lib/event-log/follower.ts'));
  ({ append } = await import('../../../functions/lib/event-log/log.ts'));
});
beforeEach(() => emptyTable('EventLog'));
afterAll(() => world.stop());

async function feedOf(length: number): Promise<void> {
  const revisions = Array.from({ length }, (_, index) => recordedRevision(eventWith({}, { id: `event-${index}` })));
  await Promise.all(revisions.map((revision) => append(revision, 'request-1')));
  await world.sequence(...revisions.map(({ eventId }) => eventId));
}

/** A follower that only keeps a diary. `fails` may throw for a stretch of positions. */
function diarist(chunkSize: number, fails: (positions: number[]) => void = () => {}) {
  let checkpoint = 0;
  const diary: string[] = [];
  const follower: Follower = {
    checkpoint: async () => checkpoint,
    chunk: (entries) => Math.min(chunkSize, entries.length),
    async apply(entries) {
      const positions = entries.map(({ position }) => position);
      const stretch = positions.length > 1 ? `${positions[0]}–${positions.at(-1)}` : `${positions[0]}`;
      try {
        fails(positions);
      } catch (error) {
        diary.push(`failed ${stretch}`);
        throw error;
      }
      diary.push(`took ${stretch}`);
      checkpoint = positions.at(-1) as number;
    },
    async park({ position }, reason) {
      diary.push(`put aside ${position}: ${(reason as Error).message}`);
      checkpoint = position;
    },
  };
  return {
    follower,
    diary,
    moveTo(position: number) {
      checkpoint = position;
    },
  };
}

test('a follower takes the feed in order, in chunks of its own size, to its end', async () => {
  await feedOf(53);
  const { follower, diary } = diarist(20);
  await follow(follower, plenty);
  expect(diary).toEqual(['took 1–20', 'took 21–40', 'took 41–53']);
});

test('a follower goes on from its checkpoint', async () => {
  await feedOf(5);
  const { follower, diary, moveTo } = diarist(20);
  moveTo(3);
  await follow(follower, plenty);
  await follow(follower, plenty);
  expect(diary).toEqual(['took 4–5']);
});

test('what fails for good is found by going one by one, and put aside; what comes after is taken together again', async () => {
  await feedOf(8);
  const { follower, diary } = diarist(20, (positions) => {
    if (positions.includes(3)) throw new TypeError('It is poison.');
  });
  await follow(follower, plenty);
  expect(diary).toEqual([
    'failed 1–8',
    'took 1',
    'failed 2–8',
    'took 2',
    'failed 3–8',
    'failed 3',
    'put aside 3: It is poison.',
    'took 4–8',
  ]);
});

test.each([
  ['with content that is no JSON', { event: 'no JSON' }],
  ['of a version that is not known', { v: 2 }],
])('an entry %s is put aside by its place', async (_, unreadable) => {
  await feedOf(3);
  const [, second] = await itemsOf('EventLog', 'F');
  await putItem('EventLog', { ...second, ...unreadable });
  const { follower, diary } = diarist(20);
  await follow(follower, plenty);
  expect(diary).toEqual(['took 1', 'put aside 2: The entry at position 2 cannot be read.', 'took 3']);
});

test('what fails for now is tried again, then thrown, and the checkpoint stays', async () => {
  await feedOf(2);
  const { follower, diary } = diarist(1, (positions) => {
    if (positions.includes(2)) throw Object.assign(new Error('Slow down.'), { name: 'ThrottlingException' });
  });
  await expect(follow(follower, plenty)).rejects.toThrow('Slow down.');
  expect(diary).toEqual(['took 1', ...Array(5).fill('failed 2')]);
  expect(await follower.checkpoint()).toBe(1);
});

test('who was overtaken goes on from where the other has come to', async () => {
  await feedOf(4);
  const { follower, diary, moveTo } = diarist(2, ([first]) => {
    if (first !== 1) return;
    moveTo(3);
    throw new ConditionalCheckFailedException({ message: 'no', $metadata: {} });
  });
  await follow(follower, plenty);
  expect(diary).toEqual(['failed 1–2', 'took 4']);
});

test('who was overtaken while putting aside goes on likewise', async () => {
  await feedOf(3);
  const { follower, diary, moveTo } = diarist(1, ([first]) => {
    if (first === 1) throw new TypeError('It is poison.');
  });
  const park = async () => {
    moveTo(2);
    throw new ConditionalCheckFailedException({ message: 'no', $metadata: {} });
  };
  await follow({ ...follower, park }, plenty);
  expect(diary).toEqual(['failed 1', 'took 3']);
});

test('a follower stops at a gap, and says so if it comes no further', async () => {
  await feedOf(4);
  const items = await itemsOf('EventLog', 'F');
  await emptyTable('EventLog');
  for (const item of items.filter(({ position }) => position !== 3)) await putItem('EventLog', item);
  const { follower, diary } = diarist(20);
  await expect(follow(follower, plenty)).rejects.toThrow('Position 3 cannot be seen yet.');
  expect(diary).toEqual(['took 1–2']);
});

test('a follower begins nothing that it may not have the time to end', async () => {
  await feedOf(3);
  const { follower, diary } = diarist(1);
  const left = [30_000, 12_000, 9_000];
  await follow(follower, () => left.shift() as number);
  expect(diary).toEqual(['took 1', 'took 2']);
});

test('a follower goes no further than it wants to, and reads nothing beyond', async () => {
  await feedOf(8);
  const { follower, diary } = diarist(3);
  let through = 5;
  const bounded: Follower = { ...follower, through: async () => through };
  expect(await follow(bounded, plenty)).toBe(true);
  expect(await follow(bounded, plenty)).toBe(true);
  expect(diary).toEqual(['took 1–3', 'took 4–5']);
  through = 100;
  await follow(bounded, plenty);
  expect(diary.slice(2)).toEqual(['took 6–8']);
});

test('a follower looks again where another has taken what it read', async () => {
  await feedOf(4);
  const { follower, diary, moveTo } = diarist(10);
  let looks = 0;
  const late: Follower = {
    ...follower,
    async chunk(entries) {
      looks += 1;
      if (looks > 1) return entries.length;
      moveTo(2);
      return 0;
    },
  };
  await follow(late, plenty);
  expect(diary).toEqual(['took 3–4']);
});
