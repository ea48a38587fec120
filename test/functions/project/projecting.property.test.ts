import { AsyncLocalStorage } from 'node:async_hooks';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Chance, chance } from '../../support/models/chance.ts';
import { anyHistory, newsroomIn } from '../../support/models/history.ts';
import { storyHistories, storytellersIn } from '../../support/models/story-history.ts';
import { readFeed, readTimelines, timelinesOf } from '../../support/models/timelines-model.ts';
import { interfere } from '../../support/world/interference.ts';
import { emptyTable } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

/** What befalls one invocation: lost calls, and a long pause before one of its writes. */
interface Trouble {
  readonly random: Chance;
  readonly share: number;
  writesBeforePause: number;
  readonly pause: Promise<void>;
}

/** It takes a tenth of that, unless others take the machine. */
const propertyTimeoutMs = 120_000;

let world: World;
const trouble = new AsyncLocalStorage<Trouble>();
const never = Number.POSITIVE_INFINITY;

beforeAll(async () => {
  world = await startWorld();
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  interfere(dynamodb, async ({ command }) => {
    const mine = trouble.getStore();
    if (!mine) return 'done';
    if (command === 'PutItemCommand' || command === 'TransactWriteItemsCommand') {
      if (mine.writesBeforePause === 0) await mine.pause;
      mine.writesBeforePause -= 1;
    }
    if (mine.random.so(mine.share)) return 'never sent';
    return mine.random.so(mine.share) ? 'answer lost' : 'done';
  });
});
afterAll(() => world.stop());

/**
 * Carries out steps while the projection is woken now and then, late and in vain, and compares the timelines with the
 * model.
 */
async function expectTheSameTimelines<Step>(
  steps: readonly Step[],
  seed: number,
  carryOut: (step: Step) => Promise<string[]>,
): Promise<void> {
  const random = chance(seed);
  const late: (() => Promise<unknown>)[] = [];
  const underWay: Promise<unknown>[] = [];
  const wake = () => {
    const { promise: pause, resolve: go } = Promise.withResolvers<void>();
    const stalls = random.so(0.4);
    const share = random.of([0, 0.01, 0.1]);
    const mine = { random, share, writesBeforePause: stalls ? random.below(60) : never, pause };
    // What fails for now is woken again: at the latest at the end.
    const done = trouble.run(mine, () => world.project().catch(() => {}));
    if (!stalls) underWay.push(done);
    else {
      late.push(() => {
        go();
        return done;
      });
    }
  };
  for (const step of steps) {
    await world.sequence(...(await carryOut(step)));
    while (random.so(0.5)) wake();
    if (random.so(0.4)) await Promise.all(underWay);
    if (random.so(0.2)) await late.shift()?.();
  }
  await Promise.all([...underWay, world.project()]);
  await world.project();
  const expected = timelinesOf(await readFeed());
  expect(await readTimelines()).toEqual(expected);
  await Promise.all(late.map((wakeUp) => wakeUp()));
  expect(await readTimelines()).toEqual(expected);
}

const emptyTables = () => Promise.all([emptyTable('EventLog'), emptyTable('Timelines')]);

describe('projecting', () => {
  test(
    'makes of the feed what one look at all of it would, under redelivery, concurrency, failures and late writers',
    async () => {
      await fc.assert(
        fc.asyncProperty(anyHistory(14), fc.integer(), async (steps, seed) => {
          await emptyTables();
          await expectTheSameTimelines(steps, seed, newsroomIn(world).carryOut);
        }),
        { numRuns: 9, endOnFailure: true },
      );
    },
    propertyTimeoutMs,
  );

  test(
    'gives each story to the same newsroom, with the same description, while two contend for it',
    async () => {
      await fc.assert(
        fc.asyncProperty(storyHistories, fc.integer(), async (steps, seed) => {
          await emptyTables();
          await expectTheSameTimelines(steps, seed, storytellersIn(world));
        }),
        { numRuns: 9, endOnFailure: true },
      );
    },
    propertyTimeoutMs,
  );
});
