import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { emptyTable } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

let world: World;
let reach: typeof import('../../../functions/lib/subscribers/recipients.ts');

beforeAll(async () => {
  world = await startWorld();
  reach = await import('../../../functions/lib/subscribers/recipients.ts');
});
beforeEach(() => emptyTable('Subscribers'));
afterAll(() => world.stop());

const at = '2026-11-22T10:00:00.000Z';
const later = '2026-11-23T10:00:00.000Z';
const endpoint = { id: `wh_${'a'.repeat(26)}`, owner: 'example' };
const other = { id: `wh_${'b'.repeat(26)}`, owner: 'another' };
const eventId = `evt_${'a'.repeat(26)}`;

test('the reach of an event holds the first and the latest that was meant for each endpoint', async () => {
  await reach.putRecipient(eventId, endpoint, { position: 3, revision: 0 });
  await reach.putRecipient(eventId, endpoint, { position: 9, revision: 2 });
  await reach.putRecipient(eventId, other, { position: 7, revision: 1 });
  const mine = { endpointId: endpoint.id, owner: 'example', firstPosition: 3, position: 9, revision: 2 };
  const theirs = { endpointId: other.id, owner: 'another', firstPosition: 7, position: 7, revision: 1 };
  expect(await reach.recipientsOf(eventId)).toEqual([mine, theirs]);
  expect(await reach.readRecipient(eventId, other.id)).toEqual(theirs);
});

test('the reach of an event is none where nothing was meant for anyone', async () => {
  expect(await reach.recipientsOf(eventId)).toEqual([]);
  expect(await reach.readRecipient(eventId, endpoint.id)).toBeNull();
});

test('the reach of an event is the same in whatever order, and however often, it is told of its revisions', async () => {
  const revisions = [0, 1, 2, 3].map((revision) => ({ revision, position: 10 + 5 * revision }));
  const told = fc.array(fc.constantFrom(...revisions), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(told, fc.uuid(), async (some, id) => {
      await Promise.all(some.map((one) => reach.putRecipient(id, endpoint, one)));
      const positions = some.map(({ position }) => position);
      const position = Math.max(...positions);
      expect(await reach.readRecipient(id, endpoint.id)).toEqual({
        endpointId: endpoint.id,
        owner: 'example',
        firstPosition: Math.min(...positions),
        position,
        revision: (position - 10) / 5,
      });
    }),
    { numRuns: 30 },
  );
});

test('the reach of an event remembers the latest revision that was acknowledged, and when that was first so', async () => {
  await reach.putRecipient(eventId, endpoint, { position: 3, revision: 0 });
  await reach.acknowledgeRecipient(eventId, endpoint.id, 0, at);
  await reach.acknowledgeRecipient(eventId, endpoint.id, 0, later);
  expect(await reach.readRecipient(eventId, endpoint.id)).toMatchObject({ acknowledgedRevision: 0, ackedAt: at });
  await reach.putRecipient(eventId, endpoint, { position: 9, revision: 2 });
  await reach.acknowledgeRecipient(eventId, endpoint.id, 2, later);
  await reach.acknowledgeRecipient(eventId, endpoint.id, 1, at);
  expect(await reach.readRecipient(eventId, endpoint.id)).toMatchObject({ acknowledgedRevision: 2, ackedAt: later });
});

test('the reach of an event remembers no acknowledgement of what was never meant for an endpoint', async () => {
  await reach.acknowledgeRecipient(eventId, endpoint.id, 0, at);
  expect(await reach.recipientsOf(eventId)).toEqual([]);
});
