import { AsyncLocalStorage } from 'node:async_hooks';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { expectWholeTimelines } from '../../support/expectations/whole-timelines.ts';
import { anyHistory, newsroomIn, type Step } from '../../support/models/history.ts';
import { type Fate, interfere } from '../../support/world/interference.ts';
import { emptyTable } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const propertyTimeoutMs = 120_000;

let world: World;
let rebuildWith: typeof import('../../../functions/lib/rebuild/rebuild.ts').rebuild;
/** Decides over the calls of one rebuild only. */
const interference = new AsyncLocalStorage<() => Fate>();

beforeAll(async () => {
  world = await startWorld();
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  interfere(dynamodb, () => interference.getStore()?.() ?? 'done');
  ({ rebuild: rebuildWith } = await import('../../../functions/lib/rebuild/rebuild.ts'));
});
afterAll(() => world.stop());

const rebuild = (fateOf: () => Fate = () => 'done') => interference.run(fateOf, () => rebuildWith({ graceMs: 0 }));

async function tell(steps: readonly Step[]): Promise<void> {
  const newsroom = newsroomIn(world);
  for (const step of steps) await world.settle(...(await newsroom.carryOut(step)));
}

test(
  'A rebuild ends with what one look at the whole feed finds, however often it is killed and whoever else rebuilds',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        anyHistory(10),
        fc.array(fc.nat(150), { minLength: 2, maxLength: 5 }),
        fc.boolean(),
        async (steps, deaths, together) => {
          await Promise.all([emptyTable('EventLog'), emptyTable('Timelines')]);
          const told = tell(steps);
          const rebuildKilledAfter = (calls: number) => {
            let made = 0;
            const fateOf = () => {
              made += 1;
              if (made > calls) throw new Error('Killed');
              return 'done' as const;
            };
            return rebuild(fateOf).catch(({ message }) => expect(message).toBe('Killed'));
          };
          const killed = deaths.map((calls) => () => rebuildKilledAfter(calls));
          if (together) await Promise.all(killed.map((run) => run()));
          else for (const run of killed) await run();
          await told;
          // Two of them: the first may find no more to do than to remove what is left of one that was killed.
          await Promise.all([rebuild(), rebuild()]);
          const { outcome, differences } = await rebuild();
          expect([outcome, differences?.examples ?? []]).toEqual(['switched', []]);
          await expectWholeTimelines();
        },
      ),
      { numRuns: 5, endOnFailure: true },
    );
  },
  propertyTimeoutMs,
);
