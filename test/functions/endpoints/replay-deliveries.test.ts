import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { hourMs } from '../../../events/dates/durations.ts';
import { maximumRefusedAttempts } from '../../../events/webhooks/delivery-timing.ts';
import { type Delivering, deliveringIn, positionsOf } from '../../support/receivers/delivering.ts';
import { endpointsPath } from '../../support/receivers/endpoints.ts';
import { type Receiver, startReceiver } from '../../support/receivers/receiver.ts';
import { emptyTable } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

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

const act = (id: string, action: string, body?: object, call: object = {}) =>
  world.call('POST', `${endpointsPath}/${id}/${action}`, { ...call, ...(body && { body }) });
const replay = (id: string, body: object, call = {}) => act(id, 'replay', body, call);

/** Runs the workers until nothing is left. @returns the positions that were sent */
async function sent(): Promise<number[]> {
  await delivering.followWakes();
  const positions = positionsOf(receiver.received);
  receiver.received.length = 0;
  return positions;
}

async function opened(messages: number, more: object = {}): Promise<string> {
  const { id } = await delivering.open(receiver, more);
  if (messages > 0) await delivering.publish(messages);
  await sent();
  return id;
}

test('sends a range again, in order and with the same bodies, and answers the range', async () => {
  const id = await opened(0);
  await delivering.publish(5);
  await delivering.followWakes();
  const before = receiver.received.map(({ text }) => text);
  receiver.received.length = 0;
  const { status, body } = await replay(id, { from: 2, to: 4 });
  const { body: endpoint } = await world.get(`${endpointsPath}/${id}`);
  expect([status, body]).toEqual([202, { from: 2, to: 4, onlyMissing: false, endpoint }]);
  expect(endpoint).toMatchObject({ status: 'active', settledThrough: 5, backlog: 0, backlogIsMore: true });
  expect(await delivering.state(id)).toMatchObject({ sendAfter: 1, settledThrough: 5 });
  await delivering.followWakes();
  expect(receiver.received.map(({ text }) => text)).toEqual(before.slice(1, 4));
  expect(await delivering.state(id)).toMatchObject({ sendAfter: 5, settledThrough: 5 });
  expect((await delivering.state(id)).backfill).toBeUndefined();
});

test('does not move settledThrough back, and neither does any other way to send messages again', async () => {
  const id = await opened(4);
  const shown = async () => {
    const { settledThrough, backlog } = (await world.get(`${endpointsPath}/${id}`)).body;
    return [settledThrough, backlog];
  };
  const during: unknown[] = [];
  receiver.otherwise(async ({ body }, response) => {
    during.push([body.position, ...(await shown())]);
    response.end();
  });
  await replay(id, { from: 2, to: 3 });
  expect([await shown(), await sent()]).toEqual([
    [4, 0],
    [2, 3],
  ]);
  await world.call('POST', `${endpointsPath}/${id}/deliveries/1/redeliver`);
  expect([await shown(), await sent()]).toEqual([[4, 1], [1]]);
  await act(id, 'disable');
  expect((await act(id, 'enable', { resumeFrom: 3 })).body).toMatchObject({ settledThrough: 4 });
  await delivering.publish(1);
  expect(await sent()).toEqual([3, 4, 5]);
  expect(await shown()).toEqual([5, 0]);
  expect(during).toEqual([
    [2, 4, 2],
    [3, 4, 1],
    [1, 4, 1],
    [3, 4, 3],
    [4, 4, 2],
    [5, 4, 1],
  ]);
});

test('ends with the record by default', async () => {
  const id = await opened(3);
  for (const body of [{ from: 3 }, { from: 3, to: 999_999_999_999 }]) {
    expect((await replay(id, body)).body).toMatchObject({ from: 3, to: 3 });
    expect(await sent()).toEqual([3]);
  }
});

test('with onlyMissing sends what was parked and what a new filter matches, but nothing that was acknowledged', async () => {
  const id = await opened(0, { filter: { statuses: ['confirmed'] } });
  receiver.answer(422, 422, 422);
  await delivering.publish(2);
  await delivering.publish(1, { status: 'disputed' });
  for (let attempts = 0; attempts < maximumRefusedAttempts; attempts++) {
    await delivering.followWakes();
    delivering.pass(hourMs);
    await delivering.sweep();
  }
  expect(await delivering.statuses(id)).toEqual({ 1: 'parked', 2: 'acknowledged' });
  await world.call('PATCH', `${endpointsPath}/${id}`, { body: { filter: {} } });
  await sent();
  expect((await replay(id, { from: 1, onlyMissing: true })).status).toBe(202);
  expect(await sent()).toEqual([1, 3]);
  expect(await delivering.statuses(id)).toEqual({ 1: 'acknowledged', 2: 'acknowledged', 3: 'acknowledged' });
});

test('is followed by what is published meanwhile, in order', async () => {
  const id = await opened(3);
  await replay(id, { from: 1, to: 2 });
  await delivering.publish(1);
  expect(await sent()).toEqual([1, 2, 4]);
});

test('sends only the skipped messages in its range', async () => {
  const id = await opened(0);
  receiver.otherwise(500);
  await delivering.publish(6);
  await act(id, 'disable');
  await act(id, 'enable', { resumeFrom: 'now' });
  receiver.otherwise(200);
  expect(await sent()).toEqual([]);
  await replay(id, { from: 2, to: 3, onlyMissing: true });
  expect(await sent()).toEqual([2, 3]);
  await replay(id, { from: 5 });
  expect(await sent()).toEqual([5, 6]);
});

test('that is interrupted by disabling resumes when enabled, and sends no more again than was requested', async () => {
  const id = await opened(4);
  await replay(id, { from: 1, to: 2 });
  await act(id, 'disable');
  await act(id, 'enable');
  expect(await sent()).toEqual([1, 2]);
});

test('is joined with one that is in progress', async () => {
  const id = await opened(6);
  await replay(id, { from: 2, to: 2 });
  await replay(id, { from: 1, to: 1 });
  await replay(id, { from: 6, onlyMissing: true });
  expect(await sent()).toEqual([1, 2]);
});

test('does not make an endpoint miss anything that is still being backfilled', async () => {
  await delivering.publish(55);
  const { id } = await delivering.open(receiver);
  receiver.received.length = 0;
  await act(id, 'disable');
  await act(id, 'enable', { resumeFrom: 0 });
  await replay(id, { from: 5, to: 6, onlyMissing: true });
  expect(await sent()).toEqual(Array.from({ length: 55 }, (_, index) => index + 1));
});

test('of more messages than a worker reads at once is sent whole and in order', async () => {
  const id = await opened(60);
  await replay(id, { from: 2 });
  expect(await sent()).toEqual(Array.from({ length: 59 }, (_, index) => index + 2));
});

test('is refused where nothing is sent', async () => {
  const { id } = await delivering.open(receiver);
  await delivering.publish(1);
  await act(id, 'disable');
  expect(await replay(id, { from: 1 })).toMatchObject({ status: 409, body: { type: '/problems/state-conflict' } });
  const { body } = await world.call('POST', endpointsPath, {
    body: { url: receiver.url, filter: {}, contact: 'desk@example.org' },
  });
  expect((await replay(body.id, { from: 1 })).body.detail).toBe('The endpoint is not verified yet. Verify it first.');
});

test.each([
  [{}, '/from'],
  [{ from: 0 }, '/from'],
  [{ from: -1 }, '/from'],
  [{ from: 1.5 }, '/from'],
  [{ from: '1' }, '/from'],
  [{ from: 1e15 }, '/from'],
  [{ from: 3 }, '/from'],
  [{ from: 2, to: 1 }, '/to'],
  [{ from: 1, to: null }, '/to'],
  [{ from: 1, onlyMissing: 'yes' }, '/onlyMissing'],
  [{ from: 1, resend: true }, '/resend'],
  [[], ''],
])('refuses %j, pointing at %s', async (body, pointer) => {
  const id = await opened(2);
  const reply = await replay(id, body);
  expect([reply.status, reply.body.errors[0].pointer]).toEqual([400, pointer]);
  expect(await sent()).toEqual([]);
});

test('is for no other newsroom', async () => {
  const id = await opened(1);
  expect((await replay(id, { from: 1 }, { newsroom: 'daily' })).status).toBe(404);
  expect(await sent()).toEqual([]);
});
