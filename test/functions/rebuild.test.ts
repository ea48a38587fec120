import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { developmentWith } from '../events/samples.ts';
import { emptyTable, itemsOf } from '../support/tables.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;
let rebuild: typeof import('../../functions/lib/rebuild.ts').rebuild;

beforeAll(async () => {
  world = await startWorld();
  ({ rebuild } = await import('../../functions/lib/rebuild.ts'));
});
beforeEach(() => Promise.all([emptyTable('EventLog'), emptyTable('Timelines')]));
afterAll(() => world.stop());

test('x', async () => {
  await world.post([developmentWith({}, { id: 'a' }), developmentWith({}, { id: 'b' })]);
  console.log(await rebuild({ graceMs: 0, onProgress: console.log }));
  console.log((await itemsOf('Timelines')).map(({ pk, sk }) => `${pk} ${sk}`));
  expect(1).toBe(1);
});
