import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { emptyTable } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

let world: World;
let recipients: typeof import('../../../functions/lib/subscribers/deliveries/recipients.ts');

beforeAll(async () => {
  world = await startWorld();
  recipients = await import('../../../functions/lib/subscribers/deliveries/recipients.ts');
});
beforeEach(() => emptyTable('Subscribers'));
afterAll(() => world.stop());

const at = '2026-11-22T10:00:00.000Z';
const later = '2026-11-23T10:00:00.000Z';
const endpoint = { id: `wh_${'a'.repeat(26)}`, owner: 'example' };
const other = { id: `wh_${'b'.repeat(26)}`, owner: 'another' };
const eventId = `evt_${'a'.repeat(26)}`;

test('the recipients of an event are stored with the first and the latest revision that each was to receive', async () => {
  await recipients.putRecipient(eventId, endpoint, { position: 3, revision: 0 });
  await recipients.putRecipient(eventId, endpoint, { position: 9, revision: 2 });
  await recipients.putRecipient(eventId, other, { position: 7, revision: 1 });
  const mine = { endpointId: endpoint.id, owner: 'example', firstPosition: 3, position: 9, revision: 2 };
  const theirs = { endpointId: other.id, owner: 'another', firstPosition: 7, position: 7, revision: 1 };
  expect(await recipients.firstRecipients(eventId, 10)).toEqual([mine, theirs]);
  expect(await recipients.readRecipient(eventId, other.id)).toEqual(theirs);
});

test('an event without an audience has no recipients', async () => {
  expect(await recipients.firstRecipients(eventId, 10)).toEqual([]);
  expect(await recipients.readRecipient(eventId, endpoint.id)).toBeNull();
});

test('the recipients of an event are the same in whatever order, and however often, its revisions are recorded', async () => {
  const revisions = [0, 1, 2, 3].map((revision) => ({ revision, position: 10 + 5 * revision }));
  const recorded = fc.array(fc.constantFrom(...revisions), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(recorded, fc.uuid(), async (some, id) => {
      await Promise.all(some.map((one) => recipients.putRecipient(id, endpoint, one)));
      const positions = some.map(({ position }) => position);
      const position = Math.max(...positions);
      expect(await recipients.readRecipient(id, endpoint.id)).toEqual({
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

test('a recipient holds the latest revision that it acknowledged, and when it did so first', async () => {
  await recipients.putRecipient(eventId, endpoint, { position: 3, revision: 0 });
  await recipients.acknowledgeRecipient(eventId, endpoint.id, 0, at);
  await recipients.acknowledgeRecipient(eventId, endpoint.id, 0, later);
  expect(await recipients.readRecipient(eventId, endpoint.id)).toMatchObject({
    acknowledgedRevision: 0,
    acknowledgedAt: at,
  });
  await recipients.putRecipient(eventId, endpoint, { position: 9, revision: 2 });
  await recipients.acknowledgeRecipient(eventId, endpoint.id, 2, later);
  await recipients.acknowledgeRecipient(eventId, endpoint.id, 1, at);
  expect(await recipients.readRecipient(eventId, endpoint.id)).toMatchObject({
    acknowledgedRevision: 2,
    acknowledgedAt: later,
  });
});

test('an acknowledgement by an endpoint that is no recipient is not stored', async () => {
  await recipients.acknowledgeRecipient(eventId, endpoint.id, 0, at);
  expect(await recipients.firstRecipients(eventId, 10)).toEqual([]);
});

test('recipients are read a page at a time, each once, and as many as are asked for', async () => {
  const ids = ['a', 'b', 'c', 'd', 'e'].map((letter) => `wh_${letter.repeat(26)}`);
  for (const id of ids) await recipients.putRecipient(eventId, { id, owner: 'example' }, { position: 3, revision: 0 });
  const idsOf = (found: readonly { endpointId: string }[]) => found.map(({ endpointId }) => endpointId);
  const pages: [string[], string | null][] = [];
  for (let after: string | null = ''; after !== null; ) {
    const page: Awaited<ReturnType<typeof recipients.recipientsPage>> = await recipients.recipientsPage(
      eventId,
      after,
      2,
    );
    pages.push([idsOf(page.recipients), page.next]);
    after = page.next;
  }
  const [first, second, third, fourth, fifth] = ids as [string, string, string, string, string];
  expect(pages).toEqual([
    [[first, second], second],
    [[third, fourth], fourth],
    [[fifth], null],
  ]);
  expect(idsOf(await recipients.firstRecipients(eventId, 3))).toEqual([first, second, third]);
  expect(idsOf(await recipients.recipientsFrom(eventId, third, 2))).toEqual([third, fourth]);
});
