import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { developmentWith } from '../../events/samples.ts';
import { type Subscribers, subscribersIn } from '../../support/receivers/subscribers.ts';
import { type Asked, type Fate, interfere } from '../../support/world/interference.ts';
import { emptyTable } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

let world: World;
let subscribers: Subscribers;
/** Runs before fan-out advances its checkpoint, each time that it attempts to. */
let beforeAdvance: (attempt: number) => Promise<void> = async () => {};
let attempts = 0;

const advances = ({ command, input }: Asked) =>
  command === 'TransactWriteItemsCommand' &&
  input.TransactItems.some(({ Put }: { Put?: { Item: { sk: { S: string } } } }) => Put?.Item.sk.S === 'FAN_OUT');

beforeAll(async () => {
  world = await startWorld();
  subscribers = await subscribersIn();
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  interfere(dynamodb, async (asked): Promise<Fate> => {
    if (advances(asked)) await beforeAdvance(++attempts);
    return 'done';
  });
});
beforeEach(async () => {
  attempts = 0;
  beforeAdvance = async () => {};
  await Promise.all([emptyTable('EventLog'), emptyTable('Timelines'), emptyTable('Subscribers')]);
});
afterAll(() => world.stop());

const changes = 30;

async function publish(): Promise<void> {
  await world.post(Array.from({ length: 3 }, (_, index) => developmentWith({}, { id: `${index}`, subject: 'quiet' })));
}

test('A newsroom that changes its endpoints all the time holds up no other, and each endpoint is served by its last filter', async () => {
  const quiet = await subscribers.open({ stories: ['quiet'] }, 0, 'quiet');
  const busy = await subscribers.open({ stories: ['busy'] }, 0, 'busy');
  await publish();
  beforeAdvance = async (attempt) => {
    if (attempt <= changes)
      await subscribers.filterBy(busy, { stories: [attempt < changes ? `busy-${attempt}` : 'quiet'] });
  };
  await subscribers.fanOut();
  expect(attempts).toBe(changes + 1);
  expect(await subscribers.checkpoint()).toMatchObject({ position: 3 });
  expect(await subscribers.positionsFor(quiet)).toEqual([1, 2, 3]);
  expect(await subscribers.positionsFor(busy)).toEqual([1, 2, 3]);
});

test('An endpoint that becomes active while fan-out works is served from there, and one that is disabled gets no more', async () => {
  const disabled = await subscribers.open({}, 0, 'busy');
  const started = await subscribers.make({ stories: ['quiet'] }, 1, 'busy');
  await publish();
  beforeAdvance = async (attempt) => {
    if (attempt === 1) await subscribers.disable(disabled);
    if (attempt === 2) await subscribers.start(started);
  };
  await subscribers.fanOut();
  expect(attempts).toBe(3);
  expect(await subscribers.positionsFor(started)).toEqual([2, 3]);
  await world.post(developmentWith({}, { id: 'later', subject: 'quiet' }));
  await subscribers.fanOut();
  expect(await subscribers.positionsFor(disabled)).toEqual([1, 2, 3]);
  expect(await subscribers.positionsFor(started)).toEqual([2, 3, 4]);
});
