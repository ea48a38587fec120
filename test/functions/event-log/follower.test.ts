import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { OpenAttempt } from '../../../functions/lib/event-log/attempts.ts';
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
beforeEach(async () => {
  // Without jitter, no pause takes time.
  jest.spyOn(Math, 'random').mockReturnValue(0);
  await emptyTable('EventLog');
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(() => world.stop());

async function feedOf(length: number): Promise<void> {
  const revisions = Array.from({ length }, (_, index) => recordedRevision(eventWith({}, { id: `event-${index}` })));
  await Promise.all(revisions.map((revision) => append(revision, 'request-1')));
  await world.sequence(...revisions.map(({ eventId }) => eventId));
}

/** A follower that only writes a diary. `fail` may throw for some positions. */
function diarist(chunkSize: number, fail: (positions: number[]) => void = () => {}) {
  let checkpoint = 0;
  const diary: string[] = [];
  const open = new Map<string, OpenAttempt & { readonly position: number }>();
  const follower: Follower = {
    attempts: {
      open: async (position) => [...open.values()].filter((attempt) => attempt.position === position),
      begin: async (position, attempt) => {
        open.set(attempt.id, { ...attempt, position });
      },
      end: async (_position, ids) => {
        for (const id of ids) open.delete(id);
      },
    },
    checkpoint: async () => checkpoint,
    chunk: (entries) => Math.min(chunkSize, entries.length),
    async apply(entries) {
      const positions = entries.map(({ position }) => position);
      const range = positions.length > 1 ? `${positions[0]}–${positions.at(-1)}` : `${positions[0]}`;
      try {
        fail(positions);
      } catch (error) {
        diary.push(`failed ${range}`);
        throw error;
      }
      diary.push(`applied ${range}`);
      checkpoint = positions.at(-1) as number;
    },
    async park({ position }, reason) {
      diary.push(`parked ${position}: ${(reason as Error).message}`);
      checkpoint = position;
    },
  };
  return {
    follower,
    open,
    diary,
    moveTo(position: number) {
      checkpoint = position;
    },
  };
}

test('a follower applies the feed in order, in chunks of its own size, to its end', async () => {
  await feedOf(53);
  const { follower, diary } = diarist(20);
  await follow(follower, plenty);
  expect(diary).toEqual(['applied 1–20', 'applied 21–40', 'applied 41–53']);
});

test('a follower continues from its checkpoint', async () => {
  await feedOf(5);
  const { follower, diary, moveTo } = diarist(20);
  moveTo(3);
  await follow(follower, plenty);
  await follow(follower, plenty);
  expect(diary).toEqual(['applied 4–5']);
});

test('an entry that fails permanently is found one by one and parked; later entries are applied in chunks again', async () => {
  await feedOf(8);
  const { follower, diary } = diarist(20, (positions) => {
    if (positions.includes(3)) throw new TypeError('It is poison.');
  });
  await follow(follower, plenty);
  expect(diary).toEqual([
    'failed 1–8',
    'applied 1',
    'failed 2–3',
    'applied 2',
    'failed 3–4',
    'failed 3',
    'parked 3: It is poison.',
    'applied 4',
    'applied 5–6',
    'applied 7–8',
  ]);
});

test.each([
  ['with values that are no JSON', { values: 'no JSON' }],
  ['of a version that is not known', { v: 3 }],
])('an entry %s is parked by its place in the feed', async (_, unreadable) => {
  await feedOf(3);
  const [, second] = await itemsOf('EventLog', 'F');
  await putItem('EventLog', { ...second, ...unreadable });
  const { follower, diary } = diarist(20);
  await follow(follower, plenty);
  expect(diary).toEqual(['applied 1', 'parked 2: The entry at position 2 cannot be read.', 'applied 3']);
});

test('a transient error is retried and then thrown, and the checkpoint does not move', async () => {
  await feedOf(2);
  const { follower, diary } = diarist(1, (positions) => {
    if (positions.includes(2)) throw Object.assign(new Error('Slow down.'), { name: 'ThrottlingException' });
  });
  await expect(follow(follower, plenty)).rejects.toThrow('Slow down.');
  expect(diary).toEqual(['applied 1', ...Array(10).fill('failed 2')]);
  expect(await follower.checkpoint()).toBe(1);
});

test('a transient failure is retried with fewer entries, and the work for them counts', async () => {
  await feedOf(9);
  const { follower, diary } = diarist(20, (positions) => {
    if (positions.length > 2) throw Object.assign(new Error('Slow down.'), { name: 'ThrottlingException' });
  });
  await follow(follower, plenty);
  expect(diary).toEqual([
    'failed 1–9',
    'failed 1–4',
    'applied 1–2',
    'failed 3–6',
    'applied 3–4',
    'failed 5–8',
    'applied 5–6',
    'failed 7–9',
    'applied 7',
    'applied 8–9',
  ]);
});

test.each([
  ['a missing permission', 'AccessDeniedException'],
  ['expired credentials', 'ExpiredTokenException'],
  ['a missing table', 'ResourceNotFoundException'],
  ['whatever AWS answers that is not known', 'SomethingNewException'],
])('for %s the invocation fails and parks nothing, and it continues when the cause is gone', async (_, name) => {
  await feedOf(2);
  let isBroken = true;
  const { follower, diary } = diarist(20, () => {
    if (isBroken) throw Object.assign(new Error('No.'), { name, $metadata: { httpStatusCode: 400 } });
  });
  await expect(follow(follower, plenty)).rejects.toThrow('No.');
  expect(await follower.checkpoint()).toBe(0);
  isBroken = false;
  await follow(follower, plenty);
  expect(await follower.checkpoint()).toBe(2);
  expect(diary.filter((line) => line.startsWith('parked'))).toEqual([]);
});

test('a follower whose checkpoint was moved by another instance continues from the new one', async () => {
  await feedOf(4);
  const { follower, diary, moveTo } = diarist(2, ([first]) => {
    if (first !== 1) return;
    moveTo(3);
    throw new ConditionalCheckFailedException({ message: 'no', $metadata: {} });
  });
  await follow(follower, plenty);
  expect(diary).toEqual(['failed 1–2', 'applied 4']);
});

test('a follower whose checkpoint was moved while it parked an entry continues from the new one', async () => {
  await feedOf(3);
  const { follower, diary, moveTo } = diarist(1, ([first]) => {
    if (first === 1) throw new TypeError('It is poison.');
  });
  const park = async () => {
    moveTo(2);
    throw new ConditionalCheckFailedException({ message: 'no', $metadata: {} });
  };
  await follow({ ...follower, park }, plenty);
  expect(diary).toEqual(['failed 1', 'applied 3']);
});

test('a follower stops at a gap, and throws if the gap is the next position', async () => {
  await feedOf(4);
  const items = await itemsOf('EventLog', 'F');
  await emptyTable('EventLog');
  for (const item of items.filter(({ position }) => position !== 3)) await putItem('EventLog', item);
  const { follower, diary } = diarist(20);
  await expect(follow(follower, plenty)).rejects.toThrow('Position 3 is not visible yet.');
  expect(diary).toEqual(['applied 1–2']);
});

test('a follower stops when its invocation has little time left', async () => {
  await feedOf(3);
  const { follower, diary } = diarist(1);
  const left = [30_000, 12_000, 9_000];
  await follow(follower, () => left.shift() as number);
  expect(diary).toEqual(['applied 1', 'applied 2']);
});

test('a follower stops at the last position that it wants', async () => {
  await feedOf(8);
  const { follower, diary } = diarist(3);
  let through = 5;
  const bounded: Follower = { ...follower, through: async () => through };
  expect(await follow(bounded, plenty)).toBe(true);
  expect(await follow(bounded, plenty)).toBe(true);
  expect(diary).toEqual(['applied 1–3', 'applied 4–5']);
  through = 100;
  await follow(bounded, plenty);
  expect(diary.slice(2)).toEqual(['applied 6–8']);
});

test('a follower reads again if another instance has applied its entries', async () => {
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
  expect(diary).toEqual(['applied 3–4']);
});

describe('an entry that is older than two minutes', () => {
  const minuteMs = 60_000;

  /** A clock that is ahead of the feed. */
  function clockAhead(): { pass(ms: number): void } {
    const realNow = Date.now.bind(Date);
    let aheadMs = 3 * minuteMs;
    jest.spyOn(Date, 'now').mockImplementation(() => realNow() + aheadMs);
    return {
      pass(ms) {
        aheadMs += ms;
      },
    };
  }

  /** Lets a follower run until its function dies, or has come to the end. */
  async function runUntilDeath(follower: Follower): Promise<void> {
    const { promise: death, resolve: dies } = Promise.withResolvers<void>();
    const mortal: Follower = {
      ...follower,
      async apply(entries) {
        await follower.apply(entries).catch((error: Error) => {
          if (error.message !== 'Out of memory') throw error;
          dies();
          return new Promise(() => {});
        });
      },
    };
    await Promise.race([follow(mortal, plenty), death]);
  }

  const deadlyAt = (position: number) => (positions: number[]) => {
    if (positions.includes(position)) throw new Error('Out of memory');
  };

  test('and crashes its function is applied alone from then on, and parked after three crashes; the others are applied', async () => {
    await feedOf(4);
    const clock = clockAhead();
    const { follower, diary, open } = diarist(20, deadlyAt(2));
    for (let invocation = 0; invocation < 8; invocation++) {
      await runUntilDeath(follower);
      clock.pass(2 * minuteMs);
    }
    expect(diary).toEqual([
      'failed 1–4',
      'applied 1',
      ...['failed 2–4', ...Array(3).fill('failed 2')],
      'parked 2: The entry at position 2 ended the function 4 times.',
      'applied 3–4',
    ]);
    expect([...open]).toEqual([]);
  });

  test('is not parked because two invocations work on it, or because calls are slow', async () => {
    await feedOf(1);
    const clock = clockAhead();
    const { follower, diary, open } = diarist(20);
    const slow: Follower = { ...follower, apply: () => new Promise(() => {}) };
    // Of the invocation so much is left when it begins, when it begins the attempt, and after that.
    const nearTheEnd = () => {
      const left = [10_001, 3_020];
      return () => left.shift() ?? 0;
    };
    for (let invocation = 0; invocation < 6; invocation++) {
      await Promise.all([follow(slow, nearTheEnd()).catch(() => {}), follow(slow, nearTheEnd()).catch(() => {})]);
      clock.pass(2 * minuteMs);
    }
    expect(diary).toEqual([]);
    expect([...open]).toEqual([]);
    await follow(follower, plenty);
    expect(diary).toEqual(['applied 1']);
  });

  test('is the only kind of entry that costs more', async () => {
    await feedOf(3);
    const { follower, diary } = diarist(20);
    const unused = () => Promise.reject(new Error('No attempt is to be recorded.'));
    await follow({ ...follower, attempts: { open: unused, begin: unused, end: unused } }, plenty);
    expect(diary).toEqual(['applied 1–3']);
  });
});
