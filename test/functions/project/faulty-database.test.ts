import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { developmentWith } from '../../events/samples.ts';
import { chance } from '../../support/models/chance.ts';
import { readFeed, readTimelines, timelinesOf } from '../../support/models/timelines-model.ts';
import { anyFault } from '../../support/world/database-call.ts';
import { type FaultyDatabase, startFaultyDatabase } from '../../support/world/faulty-database.ts';
import { type ParkedQueue, startParkedQueue } from '../../support/world/parked-queue.ts';
import { emptyTable } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const entries = 20;
/** The first may use up its attempts. */
const invocationsToBeDone = 3;

let world: World;
let queue: ParkedQueue;
let database: FaultyDatabase;

beforeAll(async () => {
  queue = await startParkedQueue();
  world = await startWorld(async (engine) => {
    database = await startFaultyDatabase(engine);
    return database;
  });
});
beforeEach(async () => {
  database.fateOf = () => ({});
  await Promise.all([emptyTable('EventLog'), emptyTable('Timelines')]);
  // Without jitter, no pause takes time.
  jest.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(async () => {
  await world.stop();
  await queue.stop();
});

const actors = ['AM', 'AZ', 'RU', 'TR', 'FR'].map((iso3166) => ({ name: iso3166, iso3166 }));

async function feedOf(length: number): Promise<void> {
  const events = Array.from({ length }, (_, index) => developmentWith({ actors }, { id: `event-${index}` }));
  const { body } = await world.call('POST', '/v1/events', { body: events });
  await world.sequence(...body.results.map(({ id }: { id: string }) => id));
}

test.each([0.2, 0.3])(
  'a projection of which a share of %d of all calls fail is done within a few invocations, and parks nothing',
  async (share) => {
    await feedOf(entries);
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        await emptyTable('Timelines');
        database.fateOf = anyFault(chance(seed), share);
        let invocations = 0;
        for (let isDone = false; !isDone && invocations < invocationsToBeDone; invocations++) {
          isDone = await world.project().then(
            () => true,
            () => false,
          );
        }
        database.fateOf = () => ({});
        expect((await readTimelines()).parked).toEqual([]);
        expect(await readTimelines()).toEqual(timelinesOf(await readFeed()));
        expect(queue.sent()).toEqual([]);
      }),
      { numRuns: 2, endOnFailure: true },
    );
  },
);
