import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { eventWith, recordedRevision } from '../../events/given.ts';
import { feedEntryOf } from '../../support/fixtures/publication.ts';
import { meterCapacity } from '../../support/world/capacity.ts';
import { emptyTable, itemsOf } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

let world: World;
let deliveries: typeof import('../../../functions/lib/subscribers/deliveries/deliveries.ts');
let lists: typeof import('../../../functions/lib/subscribers/deliveries/delivery-lists.ts');
let attempts: typeof import('../../../functions/lib/subscribers/deliveries/attempts.ts');

beforeAll(async () => {
  world = await startWorld();
  deliveries = await import('../../../functions/lib/subscribers/deliveries/deliveries.ts');
  lists = await import('../../../functions/lib/subscribers/deliveries/delivery-lists.ts');
  attempts = await import('../../../functions/lib/subscribers/deliveries/attempts.ts');
});
beforeEach(() => emptyTable('Subscribers'));
afterAll(() => world.stop());

const id = `wh_${'a'.repeat(26)}`;
const at = '2026-11-22T10:00:00.000Z';
const later = '2026-11-23T10:00:00.000Z';
const expiry = Date.parse('2027-02-20T10:00:00.000Z') / 1_000;

const revision = (position: number) =>
  feedEntryOf(recordedRevision(eventWith({}, { id: `event-${position}` })), { position, publishedAt: at });

async function queued(...positions: number[]): Promise<void> {
  for (const position of positions) await deliveries.queueDelivery(id, revision(position));
}

async function settled(status: 'acknowledged' | 'parked' | 'withdrawn', ...positions: number[]): Promise<void> {
  for (const position of positions) await deliveries.settleDelivery(id, position, status, at);
}

const positionsOf = (some: readonly { position: number }[]) => some.map(({ position }) => position);
const itemAt = async (position: number) =>
  (await itemsOf('Subscribers', 'W#')).find(({ sk }) => sk === `D#${String(position).padStart(12, '0')}`);

describe('a delivery', () => {
  test('is queued once', async () => {
    expect(await deliveries.queueDelivery(id, revision(1))).toBe(true);
    await settled('acknowledged', 1);
    expect(await deliveries.queueDelivery(id, revision(1))).toBe(false);
    expect(await lists.readDelivery(id, 1)).toMatchObject({ status: 'acknowledged' });
  });

  test('does not exist if none was queued', async () => {
    expect(await lists.readDelivery(id, 1)).toBeNull();
  });

  test('keeps the previous position that the first call of startDelivery stored', async () => {
    await queued(5);
    expect(await deliveries.startDelivery(id, 5, 3, at)).toMatchObject({ previousPosition: 3, startedAt: at });
    expect(await deliveries.startDelivery(id, 5, 4, later)).toMatchObject({ previousPosition: 3, startedAt: at });
  });

  test('may be the first of its endpoint', async () => {
    await queued(5);
    expect(await deliveries.startDelivery(id, 5, null, at)).toMatchObject({ previousPosition: null });
    expect(await deliveries.startDelivery(id, 5, 4, later)).toMatchObject({ previousPosition: null });
  });

  test('that does not exist can be neither started nor attempted, and settling creates none', async () => {
    await expect(deliveries.startDelivery(id, 1, null, at)).rejects.toThrow(ConditionalCheckFailedException);
    const attempt = { at, outcome: '200', durationMs: 1, answer: null };
    await expect(attempts.recordAttempt(id, 1, attempt)).rejects.toThrow(ConditionalCheckFailedException);
    for (const status of ['acknowledged', 'parked', 'withdrawn'] as const) await settled(status, 1);
    expect(await itemsOf('Subscribers')).toEqual([]);
  });

  test('expires 90 days after it was settled, and never while it is pending', async () => {
    await queued(1);
    expect(await itemAt(1)).not.toHaveProperty('expiresAt');
    await settled('parked', 1);
    expect(await itemAt(1)).toMatchObject({ status: 'parked', settledAt: at, expiresAt: expiry });
    await deliveries.requeueDelivery(id, 1, { epoch: 1, acknowledged: false });
    expect(await itemAt(1)).not.toHaveProperty('expiresAt');
  });

  test('that was acknowledged stays acknowledged, whatever another worker records', async () => {
    await queued(1);
    await settled('acknowledged', 1);
    await deliveries.settleDelivery(id, 1, 'parked', later);
    await deliveries.settleDelivery(id, 1, 'acknowledged', later);
    expect(await lists.readDelivery(id, 1)).toMatchObject({ status: 'acknowledged', settledAt: at });
  });

  test('that another worker parked becomes acknowledged', async () => {
    await queued(1);
    await settled('parked', 1);
    await deliveries.settleDelivery(id, 1, 'acknowledged', later);
    expect(await lists.readDelivery(id, 1)).toMatchObject({ status: 'acknowledged', settledAt: later });
  });

  test('is returned without the attributes that only expressions use', async () => {
    await queued(1);
    await attempts.recordAttempt(id, 1, { at, outcome: '500', durationMs: 1, answer: null });
    await settled('parked', 1);
    await deliveries.requeueDelivery(id, 1, { epoch: 1, acknowledged: true });
    await settled('acknowledged', 1);
    const { eventId } = revision(1);
    const shown = { position: 1, eventId, revision: 0, kind: 'recorded', publishedAt: at };
    const event = { type: 'development.reported', story: 'karabakh-2020' };
    const state = { status: 'acknowledged', attempts: 0, queuedAt: expect.any(String), settledAt: at };
    expect(await lists.readDelivery(id, 1)).toEqual({ ...shown, ...event, ...state });
  });
});

describe('a delivery that is queued again', () => {
  test('was parked, or was acknowledged if the request includes acknowledged ones', async () => {
    await queued(1, 2, 3, 4);
    await settled('parked', 1);
    await settled('acknowledged', 2);
    await settled('withdrawn', 3);
    const statuses = async () => (await lists.deliveriesAfter(id, 0, 9, 9)).map(({ status }) => status);
    for (const position of [1, 2, 3, 4]) {
      await deliveries.requeueDelivery(id, position, { epoch: 1, acknowledged: false });
    }
    expect(await statuses()).toEqual(['pending', 'acknowledged', 'withdrawn', 'pending']);
    for (const position of [1, 2, 3, 4]) {
      await deliveries.requeueDelivery(id, position, { epoch: 1, acknowledged: true });
    }
    expect(await statuses()).toEqual(['pending', 'pending', 'withdrawn', 'pending']);
  });

  test('keeps its body and its past attempts, and has as many attempts as a new one', async () => {
    await queued(1);
    await deliveries.startDelivery(id, 1, null, at);
    const attempt = { at, outcome: '422', durationMs: 12, answer: 'No.' };
    for (const count of [1, 2, 3]) expect(await attempts.recordAttempt(id, 1, attempt)).toBe(count);
    await settled('parked', 1);
    await deliveries.requeueDelivery(id, 1, { epoch: 7, acknowledged: false });
    expect(await lists.readDelivery(id, 1)).toMatchObject({ startedAt: at, previousPosition: null, attempts: 0 });
    const last = { at: later, outcome: '200', durationMs: 3, answer: '' };
    expect(await attempts.recordAttempt(id, 1, last)).toBe(1);
    expect(await attempts.attemptsOf(id, { position: 1 })).toEqual([attempt, attempt, attempt, last]);
  });

  test('is queued again once for each request', async () => {
    await queued(1);
    await settled('acknowledged', 1);
    await deliveries.requeueDelivery(id, 1, { epoch: 3, acknowledged: true });
    await settled('acknowledged', 1);
    for (const epoch of [2, 3]) await deliveries.requeueDelivery(id, 1, { epoch, acknowledged: true });
    expect(await lists.readDelivery(id, 1)).toMatchObject({ status: 'acknowledged' });
    await deliveries.requeueDelivery(id, 1, { epoch: 4, acknowledged: true });
    expect(await lists.readDelivery(id, 1)).toMatchObject({ status: 'pending' });
  });
});

describe('attempts', () => {
  test('are shown up to a number, the latest ones, and read no further', async () => {
    await queued(1);
    const attempt = (durationMs: number) => ({ at, outcome: '422', durationMs, answer: '\u0001'.repeat(1_024) });
    const first = attempt(0);
    for (let number = 1; number <= 260; number++) await attempts.recordAttempt(id, 1, attempt(number));
    const shown = await attempts.attemptsOf(id, { position: 1, firstAttempt: first });
    expect(shown.map(({ durationMs }) => durationMs)).toEqual(Array.from({ length: 250 }, (_, index) => index + 11));
    const three = await attempts.attemptsOf(id, { position: 1, firstAttempt: first }, 3);
    expect(three.map(({ durationMs }) => durationMs)).toEqual([258, 259, 260]);
    const all = await attempts.attemptsOf(id, { position: 1, firstAttempt: first }, 300);
    expect(all.map(({ durationMs }) => durationMs)).toEqual(Array.from({ length: 261 }, (_, index) => index));
  });

  test('belong to one delivery, and expire after 90 days', async () => {
    await queued(1, 10);
    const attempt = { at, outcome: 'timeout', durationMs: 15_000, answer: null };
    await attempts.recordAttempt(id, 1, attempt);
    await attempts.recordAttempt(id, 10, { ...attempt, outcome: '200' });
    expect(await attempts.attemptsOf(id, { position: 1 })).toEqual([attempt]);
    const items = (await itemsOf('Subscribers', 'W#')).filter(({ sk }) => String(sk).startsWith('A#'));
    expect(items.map(({ expiresAt }) => expiresAt)).toEqual([expiry, expiry]);
  });
});

describe('the deliveries of an endpoint', () => {
  beforeEach(async () => {
    await queued(2, 4, 6, 8, 10);
    await settled('acknowledged', 2);
    await settled('withdrawn', 4);
    await settled('parked', 8);
    await deliveries.queueDelivery(`wh_${'b'.repeat(26)}`, revision(3));
  });

  test('are found after a position and up to another, in order', async () => {
    const found = async (...range: [number, number, number]) => positionsOf(await lists.deliveriesAfter(id, ...range));
    expect(await found(0, 100, 100)).toEqual([2, 4, 6, 8, 10]);
    expect(await found(2, 8, 100)).toEqual([4, 6, 8]);
    expect(await found(2, 100, 2)).toEqual([4, 6]);
    expect(await found(10, 100, 100)).toEqual([]);
    expect(await found(5, 5, 100)).toEqual([]);
    expect(await found(7, 3, 100)).toEqual([]);
  });

  test('include the previous one that is not withdrawn', async () => {
    const previous = async (position: number) => (await lists.deliveryBefore(id, position))?.position;
    expect(await previous(100)).toBe(10);
    expect(await previous(10)).toBe(8);
    expect(await previous(6)).toBe(2);
    expect(await previous(2)).toBeUndefined();
    expect(await previous(1)).toBeUndefined();
  });

  test('include the previous one, however many are withdrawn in between', async () => {
    const many = Array.from({ length: 2_500 }, (_, index) => 20 + index);
    await queued(...many);
    await settled('withdrawn', ...many);
    const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
    const { take } = meterCapacity(dynamodb);
    expect((await lists.deliveryBefore(id, 3_000))?.position).toBe(10);
    // Ten, and then a thousand at a time: a worker of an endpoint could not look through tens of thousands otherwise.
    expect(take().calls).toBe(4);
  });

  test('are counted while they are pending, up to a limit', async () => {
    expect(await lists.countPending(id, 0, 100)).toBe(2);
    expect(await lists.countPending(id, 6, 100)).toBe(1);
    expect(await lists.countPending(id, 0, 1)).toBe(1);
    expect(await lists.countPending(id, 10, 100)).toBe(0);
  });

  test('are listed by status and positions, page by page', async () => {
    const list = async (
      asked: Partial<import('../../../functions/lib/subscribers/deliveries/delivery-lists.ts').DeliveriesRequest>,
    ) => {
      const { deliveries: listed, next } = await lists.listDeliveries(id, { after: null, limit: 10, ...asked });
      return [positionsOf(listed), next];
    };
    expect(await list({})).toEqual([[2, 4, 6, 8, 10], null]);
    expect(await list({ from: 4, to: 8 })).toEqual([[4, 6, 8], null]);
    expect(await list({ limit: 2 })).toEqual([[2, 4], 4]);
    expect(await list({ limit: 2, after: 4 })).toEqual([[6, 8], 8]);
    expect(await list({ limit: 2, after: 8 })).toEqual([[10], null]);
    expect(await list({ status: 'pending' })).toEqual([[6, 10], null]);
    expect(await list({ status: 'pending', limit: 1 })).toEqual([[6], 6]);
    expect(await list({ status: 'pending', limit: 1, after: 6 })).toEqual([[10], null]);
    expect(await list({ status: 'parked', from: 9 })).toEqual([[], null]);
    expect(await list({ from: 4, after: 10, to: 8 })).toEqual([[], null]);
    expect(await list({ from: 9, after: 2 })).toEqual([[10], null]);
  });

  test('are listed whole although the table returns them in several pages', async () => {
    const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
    const { interfere } = await import('../../support/world/interference.ts');
    let first = true;
    const end = interfere(dynamodb, ({ input }) => {
      if (first) input.Limit = 2;
      first = false;
      return 'done';
    });
    const { deliveries: listed, next } = await lists.listDeliveries(id, { status: 'pending', after: null, limit: 10 });
    end();
    expect([positionsOf(listed), next]).toEqual([[6, 10], null]);
  });
});
