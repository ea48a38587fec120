import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { dayMs, minuteMs, secondMs } from '../../../events/dates/durations.ts';
import {
  disabledAfterMs,
  longestPauseMs,
  longestRetryAfterMs,
  maximumRefusedAttempts,
  retryWaitsMs,
  slowMeanMs,
  slowQueueDelayMs,
  sweepIntervalMs,
} from '../../../events/webhooks/delivery-timing.ts';
import { retryAfter } from '../../../events/webhooks/retry-schedule.ts';
import { type Delivering, deliveringIn, positionsOf } from '../../support/receivers/delivering.ts';
import { type Receiver, reactions, startReceiver } from '../../support/receivers/receiver.ts';
import { emptyTable, itemsOf } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const [firstWaitMs, secondWaitMs] = retryWaitsMs;

let world: World;
let delivering: Delivering;
let receiver: Receiver;
const others: Receiver[] = [];

beforeAll(async () => {
  world = await startWorld();
  delivering = await deliveringIn(world);
});
beforeEach(async () => {
  await Promise.all([emptyTable('EventLog'), emptyTable('Timelines'), emptyTable('Subscribers')]);
  receiver = await startReceiver();
  world.takeWakes();
  delivering.reset();
});
afterEach(async () => {
  await Promise.all([receiver, ...others.splice(0)].map((one) => one.stop()));
});
afterAll(() => world.stop());

async function another(): Promise<Receiver> {
  const one = await startReceiver();
  others.push(one);
  return one;
}

const iso = (ms: number) => new Date(ms).toISOString();

describe('an endpoint that fails', () => {
  test('keeps its position and is retried after longer and longer waits, until it has failed for too long', async () => {
    const { id } = await delivering.open(receiver);
    await delivering.publish(2);
    receiver.otherwise(500);
    const waits: number[] = [];
    for (let state = await delivering.state(id); state.status !== 'disabled'; state = await delivering.state(id)) {
      const at = delivering.clock.now();
      await delivering.work(id, waits.length === 0 ? 'prompt' : 'slow');
      const { nextAttemptAt } = await delivering.state(id);
      if (nextAttemptAt === undefined) break;
      waits.push(Date.parse(nextAttemptAt) - at);
      delivering.pass(Date.parse(nextAttemptAt) - delivering.clock.now());
    }
    const schedule: number[] = [];
    for (let failingMs = 0; failingMs < disabledAfterMs; failingMs += schedule.at(-1) ?? 0) {
      schedule.push(retryAfter(schedule.length + 1, 0.5));
    }
    expect(schedule.length).toBeGreaterThan(retryWaitsMs.length);
    expect(waits).toEqual(schedule);
    const attempts = schedule.length + 1;
    expect(positionsOf(receiver.received)).toEqual(Array(attempts).fill(1));
    expect(new Set(receiver.received.map(({ text }) => text)).size).toBe(1);
    expect(await delivering.statuses(id)).toEqual({ 1: 'pending', 2: 'pending' });
    const { body } = await world.call('GET', `/v1/webhook-endpoints/${id}`);
    expect(body).toMatchObject({
      status: 'disabled',
      disabledReason: 'failing',
      backlog: 2,
      settledThrough: 0,
      lastError: { category: 'http_500', detail: 'The answer had the status 500.' },
    });
    expect(await delivering.due(id)).toBeUndefined();
    expect(await delivering.outcomes(id, 1)).toEqual(Array(attempts).fill('500'));
  });

  test('is on the slow queue until it answers quickly', async () => {
    const { id } = await delivering.open(receiver);
    await delivering.publish(3);
    world.takeWakes();
    receiver.answer(503);
    const at = delivering.clock.now();
    await delivering.work(id);
    expect(await delivering.state(id)).toMatchObject({
      status: 'retrying',
      failures: 1,
      queue: 'slow',
      firstFailureAt: iso(at),
      nextAttemptAt: iso(at + firstWaitMs),
      lastError: { at: iso(at), category: 'http_503' },
    });
    expect(await delivering.due(id)).toEqual({ at: iso(at + firstWaitMs), queue: 'slow' });
    expect(world.takeWakes()).toEqual([{ queue: 'slow', endpointId: id }]);
    // Neither queue attempts anything before the next attempt is due.
    await delivering.work(id, 'prompt');
    await delivering.work(id, 'slow');
    expect(receiver.received.length).toBe(1);
    expect(world.takeWakes()).toEqual([{ queue: 'slow', endpointId: id }]);
    delivering.pass(firstWaitMs);
    await delivering.work(id, 'prompt');
    expect([receiver.received.length, world.takeWakes()]).toEqual([1, [{ queue: 'slow', endpointId: id }]]);
    await delivering.work(id, 'slow');
    expect(positionsOf(receiver.received)).toEqual([1, 1]);
    expect(world.takeWakes()).toEqual([{ queue: 'prompt', endpointId: id }]);
    expect(await delivering.state(id)).toMatchObject({ status: 'active', failures: 0, queue: 'prompt' });
    expect((await delivering.state(id)).nextAttemptAt).toBeUndefined();
    await delivering.work(id, 'prompt');
    expect(positionsOf(receiver.received)).toEqual([1, 1, 2, 3]);
  });

  test.each([0, 0.5, 0.999])(
    'is attempted again by the one wake that its failure sent, whatever the jitter of the wait (%d)',
    async (random) => {
      const { id } = await delivering.open(receiver);
      await delivering.publish(1);
      world.takeWakes();
      delivering.draw(random);
      receiver.answer(500);
      const at = delivering.clock.now();
      await delivering.work(id);
      expect(world.takeWakes()).toEqual([{ queue: 'slow', endpointId: id }]);
      delivering.pass(slowQueueDelayMs);
      await delivering.work(id, 'slow');
      expect(positionsOf(receiver.received)).toEqual([1, 1]);
      expect(delivering.clock.now()).toBe(at + Math.max(slowQueueDelayMs, retryAfter(1, random)));
    },
  );

  test('stays due if a wake comes long before its next attempt', async () => {
    const { id } = await delivering.open(receiver);
    await delivering.publish(1);
    receiver.answer(500, 500);
    await delivering.work(id);
    delivering.pass(firstWaitMs);
    const at = delivering.clock.now();
    await delivering.work(id, 'slow');
    world.takeWakes();
    await delivering.work(id, 'slow');
    expect([receiver.received.length, world.takeWakes()]).toEqual([2, []]);
    expect(await delivering.due(id)).toEqual({ at: iso(at + secondWaitMs), queue: 'slow' });
    delivering.pass(secondWaitMs + sweepIntervalMs);
    await delivering.sweep();
    expect(await delivering.statuses(id)).toEqual({ 1: 'acknowledged' });
  });

  test('is waited for if its next attempt is a moment away', async () => {
    const { id } = await delivering.open(receiver);
    await delivering.publish(1);
    receiver.answer(500);
    await delivering.work(id);
    delivering.pass(firstWaitMs - longestPauseMs);
    const before = delivering.clock.now();
    await delivering.work(id, 'slow');
    expect([receiver.received.length, delivering.clock.now() - before]).toEqual([2, longestPauseMs]);
  });

  test.each<[string, Parameters<Receiver['answer']>[0], string]>([
    ['resets the connection', reactions.resets, 'connection_error'],
    ['hangs up', reactions.hangsUp, 'connection_error'],
    ['sends headers without end', reactions.hasHeadersWithoutEnd, 'invalid_answer'],
    ['redirects', reactions.redirects, '307'],
    ['answers 408', 408, '408'],
    ['answers 429', 429, '429'],
    ['answers 500', 500, '500'],
    ['answers 599', 599, '599'],
    ['answers 304', 304, '304'],
  ])('is one that %s', async (_, reaction, outcome) => {
    const { id } = await delivering.open(receiver);
    await delivering.publish(1);
    receiver.answer(reaction);
    await delivering.work(id);
    expect(await delivering.outcomes(id, 1)).toEqual([outcome]);
    expect((await delivering.state(id)).failures).toBe(1);
    await delivering.followWakes();
    expect(await delivering.outcomes(id, 1)).toEqual([outcome, '200']);
    expect(await delivering.statuses(id)).toEqual({ 1: 'acknowledged' });
  });

  test('is left alone for as long as it requests, within limits', async () => {
    const { id } = await delivering.open(receiver);
    await delivering.publish(1);
    const askedMs = firstWaitMs + 90 * secondMs;
    receiver.answer(reactions.answersWith(429, { 'retry-after': String(askedMs / secondMs) }));
    let at = delivering.clock.now();
    await delivering.work(id);
    expect((await delivering.state(id)).nextAttemptAt).toBe(iso(at + askedMs));
    delivering.pass(askedMs);
    at = delivering.clock.now();
    receiver.answer(reactions.answersWith(503, { 'retry-after': '99999999' }));
    await delivering.work(id, 'slow');
    expect((await delivering.state(id)).nextAttemptAt).toBe(iso(at + longestRetryAfterMs));
  });

  test('is woken by the sweep at its next attempt, if the wake was lost', async () => {
    const { id } = await delivering.open(receiver);
    await delivering.publish(1);
    receiver.answer(500, 500);
    await delivering.work(id);
    world.takeWakes();
    delivering.pass(firstWaitMs);
    await delivering.sweep();
    delivering.pass(secondWaitMs - longestPauseMs - 1);
    await delivering.sweep();
    expect(receiver.received.length).toBe(2);
    delivering.pass(longestPauseMs + 1);
    await delivering.sweep();
    expect([receiver.received.length, await delivering.statuses(id)]).toEqual([3, { 1: 'acknowledged' }]);
  });

  test('is attempted at once when its owner enables it, or when it answers a ping', async () => {
    const { id } = await delivering.open(receiver);
    await delivering.publish(2);
    receiver.answer(500, 500);
    await delivering.work(id);
    world.takeWakes();
    await world.call('POST', `/v1/webhook-endpoints/${id}/enable`);
    await delivering.followWakes();
    expect(positionsOf(receiver.received)).toEqual([1, 1]);
    await world.call('POST', `/v1/webhook-endpoints/${id}/ping`);
    await delivering.followWakes();
    expect(receiver.received.map(({ body }) => body.position ?? body.type)).toEqual([1, 1, 'webhook.ping', 1, 2]);
  });

  test('that answers slowly in the mean of a few messages is served by the slow queue, until it answers quickly again', async () => {
    const { id } = await delivering.open(receiver);
    await delivering.publish(9);
    world.takeWakes();
    const real = performance.now.bind(performance);
    let leap = 0;
    performance.now = () => real() + leap;
    receiver.otherwise((request, response) => {
      leap += 2 * slowMeanMs;
      reactions.takes(request, response);
    });
    await delivering.work(id);
    performance.now = real;
    receiver.otherwise(reactions.takes);
    const slowOnes = receiver.received.length;
    expect([slowOnes > 1, slowOnes < 5]).toEqual([true, true]);
    expect(world.takeWakes()).toEqual([{ queue: 'slow', endpointId: id }]);
    expect(await delivering.state(id)).toMatchObject({ status: 'active', queue: 'slow', settledThrough: slowOnes });
    await delivering.work(id, 'slow');
    expect(world.takeWakes()).toEqual([{ queue: 'prompt', endpointId: id }]);
    const { settledThrough, queue } = await delivering.state(id);
    expect([settledThrough > slowOnes, settledThrough < 9, queue]).toEqual([true, true, 'prompt']);
    await delivering.work(id);
    expect(positionsOf(receiver.received)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe('a message that is refused', () => {
  test.each([400, 401, 403, 404, 422, 451])(
    'with %d is attempted a few times with the first wait between, then parked, and the next one is sent',
    async (status) => {
      const { id } = await delivering.open(receiver);
      await delivering.publish(2);
      receiver.answer(status, ...Array(maximumRefusedAttempts - 1).fill(status));
      await delivering.work(id);
      for (let attempts = 1; attempts < maximumRefusedAttempts; attempts++) {
        expect(positionsOf(receiver.received)).toEqual(Array(attempts).fill(1));
        const { status: stands, nextAttemptAt } = await delivering.state(id);
        expect([stands, nextAttemptAt]).toEqual(['retrying', iso(delivering.clock.now() + firstWaitMs)]);
        delivering.pass(firstWaitMs);
        await delivering.work(id, 'slow');
      }
      await delivering.followWakes();
      expect(positionsOf(receiver.received)).toEqual([...Array(maximumRefusedAttempts).fill(1), 2]);
      expect(await delivering.statuses(id)).toEqual({ 1: 'parked', 2: 'acknowledged' });
      expect(receiver.received.at(-1)?.body.previousposition).toBe(1);
      const { body } = await world.call('GET', `/v1/webhook-endpoints/${id}`);
      expect(body).toMatchObject({ status: 'active', settledThrough: 2, backlog: 0, firstFailureAt: null });
      expect(body.lastError.category).toBe(`http_${status}`);
    },
  );

  test('is parked after as many refusals, whatever went wrong in between', async () => {
    const { id } = await delivering.open(receiver);
    await delivering.publish(1);
    const answers = Array.from({ length: 2 * maximumRefusedAttempts - 1 }, (_, index) => (index % 2 === 0 ? 404 : 500));
    receiver.answer(404, ...answers.slice(1));
    for (const attempt of answers.keys()) {
      await delivering.work(id, attempt === 0 ? 'prompt' : 'slow');
      delivering.pass(dayMs / 4);
    }
    expect(await delivering.statuses(id)).toEqual({ 1: 'parked' });
    expect(await delivering.outcomes(id, 1)).toEqual(answers.map(String));
  });

  test('while others are in flight holds up no more than those', async () => {
    const { id } = await delivering.open(receiver, { maxInFlight: 3 });
    await delivering.publish(6);
    receiver.otherwise(({ body }, response) => {
      response.writeHead(body.position === 2 ? 404 : 200).end();
    });
    for (let rounds = 0; rounds < maximumRefusedAttempts; rounds++) {
      await delivering.work(id, rounds === 0 ? 'prompt' : 'slow');
      await delivering.followWakes();
      delivering.pass(minuteMs);
      await delivering.sweep();
    }
    const statuses = await delivering.statuses(id);
    expect(statuses).toEqual({
      1: 'acknowledged',
      2: 'parked',
      3: 'acknowledged',
      4: 'acknowledged',
      5: 'acknowledged',
      6: 'acknowledged',
    });
    expect((await delivering.state(id)).settledThrough).toBe(6);
  });
});

describe('an endpoint that is gone', () => {
  test('is disabled by its 410, keeps its backlog, and resumes when it is enabled', async () => {
    const { id } = await delivering.open(receiver);
    await delivering.publish(2);
    receiver.answer(410);
    await delivering.work(id);
    expect((await world.call('GET', `/v1/webhook-endpoints/${id}`)).body).toMatchObject({
      status: 'disabled',
      disabledReason: 'gone',
      backlog: 2,
      lastError: { category: 'http_410' },
    });
    await delivering.publish(1);
    await delivering.followWakes();
    expect(receiver.received.length).toBe(1);
    await world.call('POST', `/v1/webhook-endpoints/${id}/enable`);
    await delivering.followWakes();
    expect(positionsOf(receiver.received)).toEqual([1, 1, 2, 3]);
  });

  test('is disabled by its 410 to a notice too, and any success to a notice ends its failures', async () => {
    const notified = await another();
    const filter = { types: ['webhook.endpoint.disabled'] };
    const { id } = await delivering.open(receiver);
    const { id: notifiedId } = await delivering.open(notified, { filter });
    await delivering.subscribers.change(notifiedId, { status: 'retrying', failures: 1, firstFailureAt: iso(0) });
    await delivering.publish(1);
    receiver.answer(410);
    await delivering.work(id);
    await delivering.followWakes();
    expect(notified.received.map(({ body }) => body.type)).toEqual(['webhook.endpoint.disabled']);
    expect(await delivering.state(notifiedId)).toMatchObject({ status: 'active', failures: 0 });
    expect((await delivering.state(notifiedId)).firstFailureAt).toBeUndefined();
    await world.call('POST', `/v1/webhook-endpoints/${id}/enable`);
    delivering.pass(secondMs);
    receiver.answer(410);
    notified.answer(410);
    await delivering.followWakes();
    expect((await delivering.state(id)).status).toBe('disabled');
    expect(await delivering.state(notifiedId)).toMatchObject({ status: 'disabled', disabledReason: 'gone' });
  });

  test('is reported to the other endpoints of its owner whose filter names that type', async () => {
    const [notified, silent, stranger] = [await another(), await another(), await another()];
    const filter = { types: ['webhook.endpoint.disabled'] };
    const { id, url } = await delivering.open(receiver, { filter: {} });
    const { id: notifiedId, secret } = await delivering.open(notified, { filter });
    await delivering.open(silent, { filter: { types: ['truce.signed'] } });
    await delivering.open(stranger, { filter }, { newsroom: 'other' });
    await delivering.publish(1);
    world.takeWakes();
    const at = delivering.clock.now();
    receiver.answer(410);
    await delivering.work(id);
    notified.answer(500, 200);
    await delivering.followWakes();
    expect([silent.received, stranger.received]).toEqual([[], []]);
    const [one, again] = notified.received;
    expect(again?.text).toBe(one?.text);
    expect(new Webhook(secret).verify(String(again?.text), again?.headers as Record<string, string>)).toEqual({
      specversion: '1.0',
      id: `${id}_disabled_${at}`,
      source: `/webhook-endpoints/${id}`,
      type: 'webhook.endpoint.disabled',
      time: iso(at),
      data: {
        endpoint: { id, url, description: null, contact: 'desk@example.org' },
        reason: 'gone',
        firstFailureAt: iso(at),
        settledThrough: 0,
        lastError: { category: 'http_410', detail: 'The answer had the status 410.' },
      },
    });
    expect((await itemsOf('Subscribers', `W#${notifiedId}`)).filter(({ sk }) => String(sk).startsWith('N#'))).toEqual(
      [],
    );
  });

  test('is reported however many others are disabled while the endpoint that hears of it fails', async () => {
    const disabled = 12;
    const notified = await another();
    const filter = { types: ['webhook.endpoint.disabled'] };
    const ids: string[] = [];
    for (let count = 0; count < disabled; count++) ids.push((await delivering.open(receiver)).id);
    const { id: notifiedId } = await delivering.open(notified, { filter });
    await delivering.publish(1);
    world.takeWakes();
    receiver.otherwise(410);
    notified.answer(500);
    for (const id of ids) {
      await delivering.work(id);
      if (id === ids[0]) await delivering.work(notifiedId);
      // What the others wake meanwhile must wait.
      world.takeWakes();
    }
    delivering.pass(minuteMs);
    await delivering.sweep();
    const heardOf = notified.received.map(({ body }) => body.data.endpoint.id);
    expect([...new Set(heardOf)].sort()).toEqual([...ids].sort());
    expect(await delivering.due(notifiedId)).toBeUndefined();
  });

  test('is reported to an endpoint whose worker finishes just then, though the wake is dropped', async () => {
    const notified = await another();
    const { id } = await delivering.open(receiver);
    const { id: notifiedId } = await delivering.open(notified, {
      filter: { types: ['webhook.endpoint.disabled', 'truce.signed', 'development.reported'] },
    });
    await delivering.publish(1);
    world.takeWakes();
    receiver.answer(410);
    notified.answer(async (received, response) => {
      await delivering.work(id);
      for (const { endpointId, queue } of world.takeWakes()) await delivering.work(endpointId, queue);
      reactions.takes(received, response);
    });
    // Its owner has enabled it meanwhile, so that the prompt queue serves it again.
    await delivering.work(notifiedId, 'slow');
    await delivering.followWakes();
    expect(notified.received.map(({ body }) => body.eventid ?? body.data.endpoint.id)).toEqual([
      expect.any(String),
      id,
    ]);
    expect(await delivering.due(notifiedId)).toBeUndefined();
  });
});
