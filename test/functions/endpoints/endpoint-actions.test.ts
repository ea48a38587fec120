import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { fanOutTimeoutMs, workerTimeoutMs } from '../../../events/webhooks/delivery-timing.ts';
import { developmentWith } from '../../events/samples.ts';
import { problem } from '../../support/expectations/problem.ts';
import { createdEndpoint, endpointsPath, verifyEndpoint } from '../../support/receivers/endpoints.ts';
import { emptyTable, itemsOf, putItem } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const verification = { challenge: expect.stringMatching(/^[\w-]{32}$/), requestedAt: instant, attempts: 0 };
const elsewhere = 'http://127.0.0.1:10/elsewhere';

let world: World;
let head: number;

beforeAll(async () => {
  world = await startWorld();
  for (const event of ['a', 'b', 'c', 'd', 'e']) await world.post(developmentWith({}, { id: event }));
  head = (await world.get('/v1/changes')).body.head;
});

afterAll(() => world.stop());

beforeEach(() => emptyTable('Subscribers'));

const act = (id: string, action: string, body?: object) =>
  world.call('POST', `${endpointsPath}/${id}/${action}`, body && { body });
const change = (id: string, body: object) => world.call('PATCH', `${endpointsPath}/${id}`, { body });

/** The attributes of an item, without its key and its version. */
async function itemAt(pk: string, sk: string) {
  const { pk: _pk, sk: _sk, v: _v, ...item } = (await itemsOf('Subscribers', pk)).find((one) => one.sk === sk) ?? {};
  return item;
}
const stateOf = (id: string) => itemAt(`W#${id}`, 'STATE');
/** The due endpoint without its mark, which differs each time. */
async function dueOf(id: string): Promise<object> {
  const { mark: _, ...due } = (await itemAt('DUE', id)) as Record<string, unknown>;
  return due;
}

/** A pending endpoint whose first wake was handled. */
async function pending(more: object = {}): Promise<string> {
  const { id } = await createdEndpoint(world, more);
  await emptied(id);
  return id;
}

/** Removes the due endpoint and its wakes. */
async function emptied(id: string): Promise<void> {
  const { deleteDueEndpoint } = await import('../../../functions/lib/subscribers/endpoints/due-endpoints.ts');
  await deleteDueEndpoint(id);
  world.takeWakes();
}

async function active(more: object = {}): Promise<string> {
  const id = await pending(more);
  await verifyEndpoint(id);
  return id;
}

/** Changes the state as a worker does, without a lease. */
async function worked(id: string, changes: object): Promise<void> {
  const { readState, saveState } = await import('../../../functions/lib/subscribers/endpoints/endpoint-state.ts');
  const state = await readState(id);
  if (state) await saveState(state, changes);
}

async function activeEndpoints() {
  const { readActiveEndpoints } = await import('../../../functions/lib/subscribers/endpoints/active-endpoints.ts');
  const { version, endpoints } = await readActiveEndpoints();
  return { version, endpoints };
}

const failing = {
  status: 'retrying',
  failures: 3,
  firstFailureAt: '2026-11-22T10:00:00.000Z',
  nextAttemptAt: '2036-11-22T10:30:00.000Z',
  lastError: { at: '2026-11-22T10:00:00.000Z', category: 'http_500', detail: 'Failed.' },
  queue: 'slow',
};

test('A verified endpoint is active, and everything since its start is searched for it', async () => {
  const id = await active({ startAt: 3, filter: { stories: ['karabakh-2020'] } });
  expect(await activeEndpoints()).toEqual({
    version: 1,
    endpoints: [{ id, owner: 'example', filter: { stories: ['karabakh-2020'] }, since: 2 }],
  });
  expect(await stateOf(id)).toEqual({
    status: 'active',
    epoch: 2,
    entryEpoch: 2,
    sendAfter: 2,
    settledThrough: 2,
    failures: 0,
    queue: 'prompt',
    backfill: { next: 3, to: null, resend: false },
  });
  const reply = await world.get(`${endpointsPath}/${id}`);
  expect(reply.body).toMatchObject({ status: 'active', verifiedAt: instant, settledThrough: 2, backlogIsMore: true });
});

describe('verify', () => {
  test('asks a pending endpoint again, with another challenge', async () => {
    const id = await pending();
    const before = await stateOf(id);
    await worked(id, { verification: undefined, nextAttemptAt: '2036-01-01T00:00:00.000Z' });
    expect(await act(id, 'verify')).toMatchObject({ status: 202, body: { id, status: 'pending' } });
    expect(await stateOf(id)).toEqual({ ...before, epoch: 2, verification });
    expect((await stateOf(id)).verification).not.toEqual(before.verification);
    expect(await dueOf(id)).toEqual({ owner: 'example', at: instant, setAt: instant, queue: 'prompt' });
    expect(world.takeWakes()).toEqual([{ queue: 'prompt', endpointId: id }]);
  });

  test('changes nothing if the endpoint is verified, and is refused if it was disabled before', async () => {
    const id = await active();
    const before = await itemsOf('Subscribers');
    expect(await act(id, 'verify')).toMatchObject({ status: 200, body: { status: 'active' } });
    expect(await itemsOf('Subscribers')).toEqual(before);
    const other = await pending();
    await act(other, 'disable');
    expect(await act(other, 'verify')).toMatchObject({ status: 409, body: problem(409, 'state-conflict') });
    expect(world.takeWakes()).toEqual([]);
  });
});

describe('ping', () => {
  test('is due at once, on the queue of the endpoint', async () => {
    const id = await active();
    await worked(id, { queue: 'slow' });
    expect(await act(id, 'ping')).toMatchObject({ status: 202, body: { id } });
    expect(await stateOf(id)).toMatchObject({ epoch: 3, ping: { id: expect.any(String), requestedAt: instant } });
    expect(await dueOf(id)).toEqual({ owner: 'example', at: instant, setAt: instant, queue: 'slow' });
    expect(world.takeWakes()).toEqual([{ queue: 'slow', endpointId: id }]);
  });

  test('is sent to a disabled endpoint too, but not to one that is not verified', async () => {
    const id = await active();
    await act(id, 'disable');
    expect(await act(id, 'ping')).toMatchObject({ status: 202, body: { status: 'disabled' } });
    expect(await act(await pending(), 'ping')).toMatchObject({ status: 409, body: problem(409, 'state-conflict') });
  });
});

describe('disable', () => {
  test('stops an endpoint; a second time, it changes nothing', async () => {
    const id = await active();
    await worked(id, { ...failing, ping: { id: 'one', requestedAt: failing.firstFailureAt } });
    const first = await act(id, 'disable');
    expect(first).toMatchObject({
      status: 200,
      body: { status: 'disabled', disabledReason: 'requested', nextAttemptAt: null, lastError: failing.lastError },
    });
    expect(await activeEndpoints()).toEqual({ version: 2, endpoints: [] });
    expect(await stateOf(id)).not.toHaveProperty('ping');
    const before = await itemsOf('Subscribers');
    expect(await act(id, 'disable')).toMatchObject({ status: 200, body: first.body });
    expect(await itemsOf('Subscribers')).toEqual(before);
  });
});

describe('enable', () => {
  const disabled = async (acked: number) => {
    const id = await active({ startAt: 'beginning' });
    await worked(id, { ...failing, sendAfter: acked, settledThrough: acked, backfill: undefined });
    await act(id, 'disable');
    await emptied(id);
    return id;
  };
  const enabledState = (more: object) => ({
    status: 'active',
    epoch: 4,
    entryEpoch: 4,
    failures: 0,
    queue: 'prompt',
    ...more,
  });

  test.each([
    ['where it was left', {}, 2, { next: 3, to: null, resend: false }],
    ['where it was left, by name', { resumeFrom: 'backlog' }, 2, { next: 3, to: null, resend: false }],
    ['a position ahead', { resumeFrom: 5 }, 4, { next: 5, to: null, resend: false }],
    ['a position behind, which is sent again', { resumeFrom: 2 }, 1, { next: 2, to: null, resend: true }],
    ['the beginning', { resumeFrom: 0 }, 0, { next: 1, to: null, resend: true }],
  ])('resumes from %s', async (_, body, sendAfter, backfill) => {
    const id = await disabled(2);
    // Settled deliveries stay settled, even if they are sent again.
    const settledThrough = Math.max(2, sendAfter);
    expect(await act(id, 'enable', body)).toMatchObject({
      status: 200,
      body: {
        status: 'active',
        settledThrough,
        disabledReason: null,
        firstFailureAt: null,
        nextAttemptAt: null,
        lastError: null,
      },
    });
    const skipped = sendAfter > 2 ? { skipped: { after: 2, through: sendAfter } } : {};
    expect(await stateOf(id)).toEqual(enabledState({ sendAfter, settledThrough, backfill, ...skipped }));
    expect(await activeEndpoints()).toEqual({
      version: 3,
      endpoints: [{ id, owner: 'example', filter: {}, since: sendAfter }],
    });
    expect(await dueOf(id)).toEqual({ owner: 'example', at: instant, setAt: instant, queue: 'prompt' });
    expect(world.takeWakes()).toEqual([{ queue: 'prompt', endpointId: id }]);
  });

  test('resumes from now', async () => {
    const id = await disabled(2);
    expect(await act(id, 'enable', { resumeFrom: 'now' })).toMatchObject({ body: { settledThrough: head } });
    const backfill = { next: head + 1, to: null, resend: false };
    const skipped = { after: 2, through: head };
    expect(await stateOf(id)).toEqual(enabledState({ sendAfter: head, settledThrough: head, backfill, skipped }));
  });

  test('resumes a replay that was interrupted by disabling', async () => {
    const id = await active({ startAt: 'beginning' });
    await worked(id, { sendAfter: 2, settledThrough: 4, backfill: { next: 3, to: 5, resend: true } });
    await act(id, 'disable');
    await act(id, 'enable');
    const backfill = { next: 3, to: null, resend: true };
    expect(await stateOf(id)).toMatchObject({ sendAfter: 2, settledThrough: 4, backfill });
  });

  test('resumes from a position ahead of a replay, and sends acknowledged messages again from there', async () => {
    const id = await active({ startAt: 'beginning' });
    await worked(id, { sendAfter: 1, settledThrough: 5, backfill: { next: 2, to: 5, resend: true } });
    await act(id, 'disable');
    expect(await act(id, 'enable', { resumeFrom: 4 })).toMatchObject({ body: { settledThrough: 5 } });
    expect(await stateOf(id)).toMatchObject({
      sendAfter: 3,
      settledThrough: 5,
      backfill: { next: 4, to: null, resend: true },
      skipped: { after: 1, through: 3 },
    });
  });

  test('verifies an endpoint first that was never verified', async () => {
    const id = await pending();
    await act(id, 'disable');
    expect(await stateOf(id)).not.toHaveProperty('verification');
    expect(await act(id, 'enable', { resumeFrom: 2 })).toMatchObject({ status: 200, body: { status: 'pending' } });
    const backfill = { next: 2, to: null, resend: true };
    expect(await stateOf(id)).toMatchObject({
      status: 'pending',
      verification,
      sendAfter: 1,
      settledThrough: head,
      backfill,
    });
    expect(await activeEndpoints()).toEqual({ version: 0, endpoints: [] });
    await verifyEndpoint(id);
    expect(await stateOf(id)).toMatchObject({ status: 'active', sendAfter: 1, settledThrough: head, backfill });
  });

  test('attempts a failing endpoint at once, and changes nothing for one that does not fail', async () => {
    const id = await active();
    await worked(id, failing);
    expect(await act(id, 'enable')).toMatchObject({ status: 200, body: { status: 'retrying', nextAttemptAt: null } });
    expect(await stateOf(id)).toMatchObject({ failures: 3, queue: 'prompt' });
    expect(world.takeWakes()).toEqual([{ queue: 'prompt', endpointId: id }]);
    const other = await active();
    const before = await stateOf(other);
    expect(await act(other, 'enable')).toMatchObject({ status: 200, body: { status: 'active' } });
    expect(await stateOf(other)).toEqual(before);
    for (const one of [id, other]) {
      const reply = await act(one, 'enable', { resumeFrom: 'now' });
      expect(reply).toMatchObject({ status: 409, body: problem(409, 'state-conflict') });
    }
  });
});

describe('a change', () => {
  test('of the filter changes the list of active endpoints and its version', async () => {
    const id = await active();
    const filter = { places: ['AZ-LAC'] };
    expect(await change(id, { filter })).toMatchObject({ status: 200, body: { status: 'active', filter } });
    expect(await activeEndpoints()).toEqual({ version: 2, endpoints: [{ id, owner: 'example', filter, since: head }] });
    expect(await change(id, { description: 'Front page', maxInFlight: 4, contact: 'a@example.org' })).toMatchObject({
      status: 200,
      body: { filter, description: 'Front page', maxInFlight: 4, contact: 'a@example.org' },
    });
    expect(await change(id, { description: null })).toMatchObject({ status: 200, body: { filter, description: null } });
    expect((await activeEndpoints()).version).toBe(2);
  });

  test('of nothing changes nothing', async () => {
    const id = await active();
    const before = await itemsOf('Subscribers');
    expect((await change(id, {})).status).toBe(200);
    expect(await itemsOf('Subscribers')).toEqual(before);
  });

  test('of the URL verifies it first; what is published meanwhile is sent then', async () => {
    const id = await active({ startAt: 'beginning' });
    await worked(id, { ...failing, sendAfter: 3, settledThrough: 3, backfill: undefined });
    await emptied(id);
    expect(await change(id, { url: elsewhere })).toMatchObject({
      status: 200,
      body: { url: elsewhere, status: 'pending', verifiedAt: null, lastError: null, settledThrough: 3 },
    });
    expect(await activeEndpoints()).toEqual({ version: 2, endpoints: [] });
    expect(await stateOf(id)).toEqual({
      status: 'pending',
      epoch: 3,
      sendAfter: 3,
      settledThrough: 3,
      failures: 0,
      queue: 'prompt',
      verification,
    });
    expect(world.takeWakes()).toEqual([{ queue: 'prompt', endpointId: id }]);
    await verifyEndpoint(id);
    expect(await stateOf(id)).toMatchObject({ backfill: { next: 4, to: null, resend: false } });
    expect((await change(id, { url: elsewhere })).body).toMatchObject({ status: 'active' });
  });

  test('of the URL of a disabled endpoint is verified once the endpoint is enabled', async () => {
    const id = await active();
    await act(id, 'disable');
    await emptied(id);
    expect(await change(id, { url: elsewhere })).toMatchObject({ body: { status: 'disabled', verifiedAt: null } });
    expect(world.takeWakes()).toEqual([]);
    expect(await act(id, 'enable')).toMatchObject({ body: { status: 'pending' } });
    expect(await stateOf(id)).toMatchObject({ verification });
  });
});

describe('delete', () => {
  test('removes everything of an endpoint but its records as a recipient', async () => {
    const id = await active();
    for (let position = 1; position <= 60; position++) {
      await putItem('Subscribers', { pk: `W#${id}`, sk: `D#${String(position).padStart(12, '0')}`, status: 'pending' });
    }
    const recipient = { pk: 'R#evt_one', sk: id, owner: 'example' };
    await putItem('Subscribers', recipient);
    expect(await world.call('DELETE', `${endpointsPath}/${id}`)).toMatchObject({ status: 204, text: '' });
    expect(await activeEndpoints()).toEqual({ version: 2, endpoints: [] });
    const left = (await itemsOf('Subscribers')).filter(({ pk }) => !String(pk).startsWith('L#'));
    expect(left).toHaveLength(3);
    expect(left).toContainEqual(recipient);
    // Fan-out may be queueing deliveries for it at this moment, so its worker purges it again later.
    expect(left).toContainEqual({
      ...{ pk: 'DUE', sk: id, owner: 'example', at: instant, queue: 'slow' },
      ...{ mark: expect.any(String), v: 1 },
    });
    expect(await world.call('DELETE', `${endpointsPath}/${id}`)).toMatchObject({ status: 404 });
    await putItem('Subscribers', { pk: `W#${id}`, sk: 'D#000000000061', status: 'pending' });
    const { work } = await import('../../../functions/lib/deliver/worker.ts');
    const { systemClock } = await import('../../../functions/lib/deliver/run.ts');
    // An earlier wake purges it too, and leaves it due.
    await work(id, 'slow', () => workerTimeoutMs);
    expect(await itemsOf('Subscribers', 'DUE')).toHaveLength(1);
    await putItem('Subscribers', { pk: `W#${id}`, sk: 'D#000000000062', status: 'pending' });
    const later = { ...systemClock, now: () => Date.now() + fanOutTimeoutMs };
    await work(id, 'slow', () => workerTimeoutMs, later);
    expect(await itemsOf('Subscribers', 'W#')).toEqual([]);
    expect(await itemsOf('Subscribers', 'DUE')).toEqual([]);
  });
});
