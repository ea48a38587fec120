import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { developmentWith } from '../../events/samples.ts';
import { readFeed } from '../../support/models/timelines-model.ts';
import { type Asked, type Fate, interfere } from '../../support/world/interference.ts';
import { emptyTable } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

let world: World;
let fateOf: (asked: Asked) => Fate;
beforeAll(async () => {
  world = await startWorld();
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  interfere(dynamodb, (asked) => fateOf(asked));
});
beforeEach(async () => {
  fateOf = () => 'done';
  await emptyTable('EventLog');
});
afterAll(() => world.stop());

const eventsOf = (...ids: string[]) => ids.map((id) => developmentWith({}, { id }));
const feedOrder = async () => (await readFeed()).map(({ event }) => event.id);
const idsOf = (body: { results: { id: string }[] }) => body.results.map(({ id }) => id);

test('a batch is published in its order, in whatever order its shards are read', async () => {
  const ids = Array.from({ length: 12 }, (_, index) => `event-${index}`);
  const { body } = await world.call('POST', '/v1/events', { body: eventsOf(...ids) });
  for (const id of idsOf(body).toReversed()) await world.sequence(id);
  expect(await feedOrder()).toEqual(ids);
});

test('a batch of which a part was written, and which is sent again, is published in its order', async () => {
  const ids = ['a', 'b', 'c', 'd', 'e'];
  let puts = 0;
  fateOf = ({ command }) => (command === 'PutItemCommand' && ++puts > 3 ? 'never sent' : 'done');
  const { status } = await world.call('POST', '/v1/events', { body: eventsOf(...ids) });
  expect(status).toBe(503);
  fateOf = () => 'done';
  const { body } = await world.call('POST', '/v1/events', { body: eventsOf(...ids) });
  expect(body.results.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
    ...['replayed', 'replayed', 'replayed', 'created', 'created'],
  ]);
  await world.sequence(...idsOf(body).toReversed());
  expect(await feedOrder()).toEqual(ids);
});

test('a batch with events that were published before, or are refused, is published in its order', async () => {
  const stored = await world.call('POST', '/v1/events', { body: eventsOf('b', 'd', 'f') });
  await world.sequence(...idsOf(stored.body));
  const [a, b, c, d, e, f, g] = eventsOf('a', 'b', 'c', 'd', 'e', 'f', 'g');
  const other = { ...d, data: { ...d?.data, headline: 'Another one' } };
  const { body } = await world.call('POST', '/v1/events', { body: [a, b, c, other, e, f, g] });
  expect(body.results.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
    ...['created', 'replayed', 'created', 'conflict', 'created', 'replayed', 'created'],
  ]);
  await world.sequence(...idsOf(body).toReversed());
  expect(await feedOrder()).toEqual(['b', 'd', 'f', 'a', 'c', 'e', 'g']);
});

test('a batch of which a part was written, and which is sent again without its header, is published in its order', async () => {
  const first = (await world.call('POST', '/v1/events', { body: developmentWith({}, { id: 'first' }) })).body;
  const ids = ['a', 'b', 'c', 'd'];
  let puts = 0;
  fateOf = ({ command }) => (command === 'PutItemCommand' && ++puts > 2 ? 'never sent' : 'done');
  const headers = { follows: first.id };
  expect((await world.call('POST', '/v1/events', { headers, body: eventsOf(...ids) })).status).toBe(503);
  fateOf = () => 'done';
  const { body } = await world.call('POST', '/v1/events', { body: eventsOf(...ids) });
  for (const id of idsOf(body).toReversed()) await world.sequence(id);
  expect(await feedOrder()).toEqual(['first', ...ids]);
});

test('an event whose put was done, but its answer lost, keeps its place in the batch', async () => {
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  let puts = 0;
  dynamodb.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const result = await next(args);
        if (commandName === 'PutItemCommand' && ++puts === 3)
          throw Object.assign(new Error('The connection timed out.'), { name: 'TimeoutError' });
        return result;
      },
    { step: 'finalizeRequest', priority: 'low', name: 'loseAnAnswer' },
  );
  const ids = ['a', 'b', 'c', 'd', 'e'];
  const { body } = await world.call('POST', '/v1/events', { body: eventsOf(...ids) });
  dynamodb.middlewareStack.remove('loseAnAnswer');
  expect(body.results.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
    ...['created', 'created', 'replayed', 'created', 'created'],
  ]);
  for (const id of idsOf(body).toReversed()) await world.sequence(id);
  expect(await feedOrder()).toEqual(ids);
});

test('an event is published after the one that its header names', async () => {
  const first = (await world.call('POST', '/v1/events', { body: developmentWith({}, { id: 'first' }) })).body;
  const headers = { follows: first.id };
  const second = (await world.call('POST', '/v1/events', { headers, body: developmentWith({}, { id: 'second' }) }))
    .body;
  const third = await world.call('POST', '/v1/events', {
    headers: { follows: second.id },
    body: eventsOf('third', 'fourth'),
  });
  await world.sequence(...idsOf(third.body).toReversed());
  expect(await feedOrder()).toEqual(['first', 'second', 'third', 'fourth']);
});

test('a header that names no event of its newsroom has no effect', async () => {
  const headers = { follows: `evt_${'a'.repeat(26)}` };
  const { body } = await world.call('POST', '/v1/events', { headers, body: developmentWith({}, { id: 'alone' }) });
  await world.sequence(body.id);
  expect(await feedOrder()).toEqual(['alone']);
});

test.each(['evt_1', 'first', '', `evt_${'a'.repeat(26)},evt_${'b'.repeat(26)}`])(
  'a header with %j is refused, and nothing is written',
  async (follows) => {
    const { status, body } = await world.call('POST', '/v1/events', { headers: { follows }, body: developmentWith() });
    const detail = 'Must be the id of an event as the API returned it, evt_ and 26 letters and digits, sent once.';
    expect([status, body.errors]).toEqual([400, [{ header: 'follows', detail }]]);
  },
);
