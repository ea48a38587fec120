import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { hourMs } from '../../../events/dates/durations.ts';
import { maximumRefusedAttempts, retryWaitsMs } from '../../../events/webhooks/delivery-timing.ts';
import { type Delivering, deliveringIn, positionsOf } from '../../support/receivers/delivering.ts';
import { endpointsPath } from '../../support/receivers/endpoints.ts';
import { type Receiver, reactions, startReceiver } from '../../support/receivers/receiver.ts';
import { emptyTable } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

let world: World;
let delivering: Delivering;
let receiver: Receiver;

beforeAll(async () => {
  world = await startWorld();
  delivering = await deliveringIn(world);
});
beforeEach(async () => {
  await Promise.all([emptyTable('EventLog'), emptyTable('Timelines'), emptyTable('Subscribers')]);
  receiver = await startReceiver();
  world.takeWakes();
});
afterEach(() => receiver.stop());
afterAll(() => world.stop());

const pathOf = (id: string, rest = '') => `${endpointsPath}/${id}/deliveries${rest}`;
const list = (id: string, query = '') => world.get(pathOf(id, query && `?${query}`));
const redeliver = (id: string, position: number | string, call = {}) =>
  world.call('POST', pathOf(id, `/${position}/redeliver`), call);

/** The positions and statuses of a list, and whether there is another page. */
async function listed(id: string, query = ''): Promise<[string, boolean]> {
  const { status, body } = await list(id, query);
  if (status !== 200) throw new Error(JSON.stringify(body));
  const shown = body.deliveries.map((one: { position: number; status: string }) => `${one.position} ${one.status}`);
  return [shown.join(', '), body.nextCursor !== null];
}

/** An endpoint with three messages: the first and the third are acknowledged, and the second is parked. */
async function withParked(): Promise<{ id: string; events: string[] }> {
  const { id } = await delivering.open(receiver);
  const events = await delivering.publish(3);
  receiver.answer(204, 422, 422, 422);
  for (let attempts = 0; attempts < maximumRefusedAttempts; attempts++) {
    await delivering.work(id);
    delivering.pass(hourMs);
    await delivering.work(id, 'slow');
  }
  await delivering.followWakes();
  return { id, events };
}

describe('a list of deliveries', () => {
  test('shows the status of each message, the latest first', async () => {
    const { id, events } = await withParked();
    const { status, headers, body } = await list(id);
    expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
    const shown = (position: number, more: object) => ({
      position,
      id: `${events[position - 1]}_0`,
      eventId: events[position - 1],
      revision: 0,
      change: 'recorded',
      type: 'development.reported',
      story: 'karabakh-2020',
      publishedAt: instant,
      status: 'acknowledged',
      previousPosition: position === 1 ? null : position - 1,
      attempts: 1,
      queuedAt: instant,
      startedAt: instant,
      settledAt: instant,
      ...more,
    });
    expect(body).toEqual({
      deliveries: [shown(3, {}), shown(2, { status: 'parked', attempts: maximumRefusedAttempts }), shown(1, {})],
      nextCursor: null,
    });
  });

  test('of one status continues from page to page, in either order', async () => {
    const { id } = await withParked();
    expect(await listed(id, 'status=parked')).toEqual(['2 parked', false]);
    expect(await listed(id, 'status=acknowledged&order=asc')).toEqual(['1 acknowledged, 3 acknowledged', false]);
    const first = await list(id, 'limit=2');
    expect(first.headers.link).toContain(`cursor=${first.body.nextCursor}`);
    expect(await listed(id, `limit=2&cursor=${first.body.nextCursor}`)).toEqual(['1 acknowledged', false]);
    const other = await list(id, `order=asc&cursor=${first.body.nextCursor}`);
    expect([other.status, other.body.errors[0].parameter]).toEqual([400, 'cursor']);
  });

  test('can be limited to messages that were published between two instants', async () => {
    const { id } = await delivering.open(receiver);
    for (let count = 0; count < 5; count++) await delivering.publish();
    const { body } = await list(id, 'order=asc');
    const at = body.deliveries.map(({ publishedAt }: { publishedAt: string }) => publishedAt);
    const positions = async (query: string) =>
      (await list(id, `order=asc&${query}`)).body.deliveries.map(({ position }: { position: number }) => position);
    expect(await positions(`from=${at[1]}&to=${at[3]}`)).toEqual([2, 3]);
    expect(await positions(`from=${at[4]}`)).toEqual([5]);
    expect(await positions(`to=${at[0]}`)).toEqual([]);
    expect(await positions(`from=${at[0].slice(0, 4)}&to=${at[0].slice(0, 4)}`)).toEqual([1, 2, 3, 4, 5]);
    expect(await positions('to=1999')).toEqual([]);
  });

  test('distinguishes skipped deliveries from pending ones', async () => {
    const { id } = await delivering.open(receiver);
    await delivering.publish(2);
    await world.call('POST', `${endpointsPath}/${id}/disable`);
    await world.call('POST', `${endpointsPath}/${id}/enable`, { body: { resumeFrom: 'now' } });
    await delivering.publish(1);
    expect(await listed(id)).toEqual(['3 pending, 2 skipped, 1 skipped', false]);
    expect(await listed(id, 'status=skipped')).toEqual(['2 skipped, 1 skipped', false]);
    expect(await listed(id, 'status=pending')).toEqual(['3 pending', false]);
    await delivering.followWakes();
    expect(positionsOf(receiver.received)).toEqual([3]);
  });

  test.each([
    ['status=lost', 'status'],
    ['status=', 'status'],
    ['from=yesterday', 'from'],
    ['from=2026-12&to=2026-11', 'to'],
    ['order=up', 'order'],
    ['limit=0', 'limit'],
    ['limit=501', 'limit'],
    ['cursor=AAAA', 'cursor'],
    ['page=2', 'page'],
    ['limit=1&limit=2', 'limit'],
    ['limit=%FF', 'limit'],
  ])('is refused for %s, naming %s', async (query, parameter) => {
    const { id } = await delivering.open(receiver);
    const { status, body } = await list(id, query);
    expect([status, body.errors[0].parameter]).toEqual([400, parameter]);
  });

  test('is 404 for another newsroom, and for an endpoint that does not exist', async () => {
    const { id } = await delivering.open(receiver);
    const foreign = { newsroom: 'daily' };
    await delivering.publish(1);
    for (const rest of ['', '/1']) expect((await world.call('GET', pathOf(id, rest), foreign)).status).toBe(404);
    expect((await redeliver(id, 1, foreign)).status).toBe(404);
    for (const other of ['wh_none', `wh_${'a'.repeat(26)}`, 'W%23']) expect((await list(other)).status).toBe(404);
    expect((await world.call('GET', pathOf(id), { scopes: 'events:write' })).status).toBe(403);
  });
});

describe('a delivery', () => {
  test('is shown with each attempt and its response', async () => {
    const { id } = await delivering.open(receiver);
    await delivering.publish(1);
    receiver.answer(reactions.answersWith(503, {}, 'x'.repeat(2_000)), reactions.answersWith(200, {}, 'Thanks.'));
    await delivering.work(id);
    delivering.pass(retryWaitsMs[0]);
    await delivering.work(id, 'slow');
    const { body } = await world.get(pathOf(id, '/1'));
    expect(body).toMatchObject({ position: 1, status: 'acknowledged', previousPosition: null });
    const durationMs = expect.any(Number);
    expect(body.attempts).toEqual([
      { at: instant, status: 503, error: null, detail: null, durationMs, answer: 'x'.repeat(1_024) },
      { at: instant, status: 200, error: null, detail: null, durationMs, answer: 'Thanks.' },
    ]);
  });

  test('is shown with the error of an attempt without a response', async () => {
    const { id } = await delivering.open(receiver);
    await delivering.publish(1);
    await receiver.stop();
    await delivering.work(id);
    const { body } = await world.get(pathOf(id, '/1'));
    expect(body.attempts).toEqual([
      {
        ...{ at: instant, status: null, error: 'refused', detail: 'The connection was refused.' },
        ...{ durationMs: expect.any(Number), answer: null },
      },
    ]);
  });

  test.each(['2', '0', '01', '-1', '1e0', '9999999999999', 'x'])('is 404 at position %s', async (position) => {
    const { id } = await delivering.open(receiver);
    await delivering.publish(1);
    expect((await world.get(pathOf(id, `/${position}`))).status).toBe(404);
    expect((await redeliver(id, position)).status).toBe(404);
  });

  test('takes no parameters', async () => {
    const { id } = await delivering.open(receiver);
    await delivering.publish(1);
    expect((await world.get(pathOf(id, '/1?attempts=1'))).status).toBe(400);
  });
});

describe('redelivering', () => {
  test('sends a parked message again, with the same id and body, as often as a new one', async () => {
    const { id } = await withParked();
    const before = receiver.received.filter(({ body }) => body.position === 2);
    receiver.received.length = 0;
    const { status, body } = await redeliver(id, 2);
    expect([status, body.status, body.attempts, body.settledAt]).toEqual([202, 'pending', 0, null]);
    await delivering.followWakes();
    expect(receiver.received.map(({ text }) => text)).toEqual([before[0]?.text]);
    expect(await listed(id)).toEqual(['3 acknowledged, 2 acknowledged, 1 acknowledged', false]);
    expect(await delivering.outcomes(id, 2)).toEqual(['422', '422', '422', '200']);
  });

  test('sends an acknowledged message again, once for each request', async () => {
    const { id } = await withParked();
    receiver.received.length = 0;
    for (let times = 0; times < 2; times++) {
      expect((await redeliver(id, 1)).status).toBe(202);
      await delivering.followWakes();
    }
    expect(positionsOf(receiver.received)).toEqual([1, 1]);
    expect(await delivering.state(id)).toMatchObject({ status: 'active', sendAfter: 3, settledThrough: 3 });
  });

  test('a pending message changes nothing', async () => {
    const { id } = await delivering.open(receiver);
    await delivering.publish(1);
    const before = await delivering.state(id);
    expect(await redeliver(id, 1)).toMatchObject({ status: 202, body: { status: 'pending' } });
    expect(await delivering.state(id)).toEqual(before);
  });

  test('sends one of several skipped messages, and not the others', async () => {
    const { id } = await delivering.open(receiver);
    await delivering.publish(5);
    await world.call('POST', `${endpointsPath}/${id}/disable`);
    await world.call('POST', `${endpointsPath}/${id}/enable`, { body: { resumeFrom: 'now' } });
    await delivering.followWakes();
    expect((await redeliver(id, 3)).status).toBe(202);
    await delivering.followWakes();
    expect(positionsOf(receiver.received)).toEqual([3]);
    const rest = '5 skipped, 4 skipped, 3 acknowledged, 2 skipped, 1 skipped';
    expect(await listed(id)).toEqual([rest, false]);
    expect((await redeliver(id, 1)).status).toBe(202);
    await delivering.followWakes();
    expect(positionsOf(receiver.received)).toEqual([3, 1]);
  });

  test('a withdrawn message is refused, since its event was retracted', async () => {
    const { id } = await delivering.open(receiver);
    const [event] = await delivering.publish(1);
    await delivering.change(event as string, 0, null);
    await delivering.work(id);
    expect(await listed(id)).toEqual(['2 acknowledged, 1 withdrawn', false]);
    expect(await redeliver(id, 1)).toMatchObject({ status: 409, body: { type: '/problems/state-conflict' } });
  });

  test('is refused if the endpoint is not active', async () => {
    const { id } = await withParked();
    await world.call('POST', `${endpointsPath}/${id}/disable`);
    const { status, body } = await redeliver(id, 2);
    expect([status, body.detail]).toEqual([409, 'The endpoint is disabled. Enable it first.']);
    expect(await delivering.statuses(id)).toEqual({ 1: 'acknowledged', 2: 'parked', 3: 'acknowledged' });
  });

  test('takes neither a body with fields nor parameters', async () => {
    const { id } = await withParked();
    expect(await redeliver(id, 2, { body: { now: true } })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/now' }] },
    });
    expect((await world.call('POST', `${pathOf(id, '/2/redeliver')}?now=1`)).status).toBe(400);
  });
});
