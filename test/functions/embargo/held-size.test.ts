import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { maximumEventBytes } from '../../../events/input/limits.ts';
import { developmentWith } from '../../events/samples.ts';
import { problem } from '../../support/expectations/problem.ts';
import { eventOfBytes } from '../../support/fixtures/large-event.ts';
import { itemsOf } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

test('Nothing of a batch is held if an event of it would be too large when it is published', async () => {
  const at = new Date(Date.now() + 3_600_000).toISOString();
  const body = [developmentWith({}, { id: 'before' }), eventOfBytes(maximumEventBytes, 'large')];
  expect(await world.call('POST', `/v1/events?publishAt=${at}`, { body })).toMatchObject({
    status: 413,
    body: { ...problem(413, 'too-large'), errors: [{ pointer: '/1', detail: expect.any(String) }] },
  });
  expect(await itemsOf('HeldEvents')).toEqual([]);
});

test('A held event is not replaced by one that would be too large when it is published', async () => {
  const at = new Date(Date.now() + 3_600_000).toISOString();
  const held = await world.call('POST', `/v1/events?publishAt=${at}`, { body: developmentWith({}, { id: 'large' }) });
  const path = `/v1/held-events/${held.body.id}`;
  const body = eventOfBytes(maximumEventBytes, 'large');
  expect(await world.call('PUT', path, { body })).toMatchObject({ status: 413, body: problem(413, 'too-large') });
  expect((await world.call('GET', path)).body).toEqual(held.body);
});
