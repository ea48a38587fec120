import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { hourMs } from '../../../events/dates/durations.ts';
import { fanOutTimeoutMs, workerReserveMs } from '../../../events/webhooks/delivery-timing.ts';
import { type Delivering, deliveringIn, placesOf, positionsOf } from '../../support/receivers/delivering.ts';
import { createdEndpoint } from '../../support/receivers/endpoints.ts';
import { type Receiver, reactions, startReceiver } from '../../support/receivers/receiver.ts';
import { type Asked, type Fate, interfere } from '../../support/world/interference.ts';
import { emptyTable, itemsOf } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

let world: World;
let delivering: Delivering;
let receiver: Receiver;
const others: Receiver[] = [];
let fateOf: (asked: Asked) => Fate | Promise<Fate> = () => 'done';

beforeAll(async () => {
  world = await startWorld();
  delivering = await deliveringIn(world);
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  interfere(dynamodb, (asked) => fateOf(asked));
});
beforeEach(async () => {
  await Promise.all([emptyTable('EventLog'), emptyTable('Timelines'), emptyTable('Subscribers')]);
  receiver = await startReceiver();
  world.takeWakes();
  delivering.reset();
});
afterEach(async () => {
  fateOf = () => 'done';
  await Promise.all([receiver, ...others.splice(0)].map((one) => one.stop()));
});
afterAll(() => world.stop());

async function another(): Promise<Receiver> {
  const one = await startReceiver();
  others.push(one);
  return one;
}

const iso = (ms: number) => new Date(ms).toISOString();

/** Asserts that a deleted endpoint leaves nothing, once fan-out can have nothing in progress for it. */
async function purged(id: string): Promise<void> {
  delivering.pass(2 * fanOutTimeoutMs);
  await delivering.sweep();
  expect(await itemsOf('Subscribers', `W#${id}`)).toEqual([]);
  expect(await delivering.due(id)).toBeUndefined();
}

describe('delivering', () => {
  test('posts each event as a signed CloudEvent, in the order of positions', async () => {
    const { id, secret } = await delivering.open(receiver);
    const [first, second] = await delivering.publish(2);
    expect(world.takeWakes()).toEqual([{ queue: 'prompt', endpointId: id }]);
    await delivering.work(id);
    expect(receiver.received.length).toBe(2);
    const [one, other] = receiver.received;
    const { body: shown } = await world.get(`/v1/events/${second}`);
    expect(other?.body).toEqual({
      specversion: '1.0',
      id: `${second}_0`,
      source: '/newsrooms/example',
      type: shown.type,
      subject: shown.story,
      time: shown.publishedAt,
      eventid: second,
      change: 'recorded',
      revision: 0,
      position: 2,
      previousposition: 1,
      data: shown,
    });
    expect([one?.body.id, one?.body.position, 'previousposition' in (one?.body ?? {})]).toEqual([
      `${first}_0`,
      1,
      false,
    ]);
    for (const { headers, text, body } of receiver.received) {
      expect(headers['content-type']).toBe('application/cloudevents+json');
      expect(headers['user-agent']).toMatch(/^Timeline-Webhooks\/1\.0/);
      expect(headers['webhook-id']).toBe(body.id);
      expect(new Webhook(secret).verify(text, headers as Record<string, string>)).toEqual(body);
    }
    expect(await delivering.statuses(id)).toEqual({ 1: 'acknowledged', 2: 'acknowledged' });
    const { status, settledThrough, queue, failures, leaseBy, backfill } = await delivering.state(id);
    expect({ status, settledThrough, queue, failures, leaseBy, backfill }).toEqual({
      status: 'active',
      settledThrough: 2,
      queue: 'prompt',
      failures: 0,
      leaseBy: undefined,
      backfill: undefined,
    });
    expect(await delivering.due(id)).toBeUndefined();
    expect((await itemsOf('Subscribers', 'R#')).map(({ acknowledgedRevision }) => acknowledgedRevision)).toEqual([
      0, 0,
    ]);
  });

  test('sends what was published before the endpoint was registered, then what was published since', async () => {
    // More than are read, or sent, at a time.
    await delivering.publish(51);
    const { id } = await createdEndpoint(world, { url: receiver.url, startAt: 'beginning' });
    await delivering.work(id);
    await delivering.publish(2);
    await delivering.work(id);
    const all = Array.from({ length: 53 }, (_, index) => index + 1);
    expect(positionsOf(receiver.received.slice(1))).toEqual(all);
    expect(new Set(Object.values(await delivering.statuses(id)))).toEqual(new Set(['acknowledged']));
  });

  test('sends nothing beyond the checkpoint of fan-out, which wakes its worker when it has passed the message', async () => {
    const { id } = await delivering.open(receiver);
    const [eventId] = await delivering.publish(1);
    const { queueDelivery } = await import('../../../functions/lib/subscribers/deliveries/deliveries.ts');
    const { feedAfter } = await import('../../../functions/lib/event-log/feed.ts');
    const { entries } = await feedAfter(0, 1, 'consistent');
    await queueDelivery(id, { ...(entries[0] as (typeof entries)[0]), position: 2 });
    await delivering.work(id);
    expect(positionsOf(receiver.received)).toEqual([1]);
    expect(receiver.received[0]?.body.eventid).toBe(eventId);
    // It stays due: fan-out may have been killed before it sent the wake.
    expect(await delivering.due(id)).toEqual({ at: iso(delivering.clock.now()), queue: 'prompt' });
    // Otherwise fan-out makes it due before it advances its checkpoint, and wakes it.
    const { addDueEndpoint } = await import('../../../functions/lib/subscribers/endpoints/due-endpoints.ts');
    const at = iso(delivering.clock.now());
    const owner = 'example';
    expect(await addDueEndpoint({ id, owner }, at, 2, 1)).toEqual({ isAwake: false, queued: 1 });
    // A worker that comes before that waits for the checkpoint a little, and is followed by another one.
    world.takeWakes();
    await delivering.work(id);
    expect(await delivering.due(id)).toEqual({ at: iso(delivering.clock.now()), queue: 'prompt' });
    expect(world.takeWakes()).toEqual([{ queue: 'prompt', endpointId: id }]);
    expect(delivering.clock.now()).toBe(Date.parse(at) + 1_000);
    // The next worker knows as much as this one, although it made the endpoint due again.
    await delivering.work(id);
    expect(world.takeWakes()).toEqual([{ queue: 'prompt', endpointId: id }]);
    expect(positionsOf(receiver.received)).toEqual([1]);
    expect(await addDueEndpoint({ id, owner }, at, 2, 1)).toEqual({ isAwake: true, queued: 2 });
  });

  async function callsOf(work: () => Promise<unknown>): Promise<string[]> {
    const calls: string[] = [];
    fateOf = ({ command }) => {
      calls.push(command.replace('Command', ''));
      return 'done';
    };
    await work();
    fateOf = () => 'done';
    return calls;
  }

  test('makes at most four calls a message: three in order and two with ten in flight, besides those of the run', async () => {
    for (const [maxInFlight = 0, most] of [
      [1, 40 * 3 + 13],
      [10, 40 * 2.1 + 13],
    ]) {
      await Promise.all([emptyTable('EventLog'), emptyTable('Timelines'), emptyTable('Subscribers')]);
      const { id } = await delivering.open(receiver, { maxInFlight });
      await delivering.publish(40);
      const calls = await callsOf(() => delivering.work(id));
      expect(Object.values(await delivering.statuses(id))).toEqual(Array(40).fill('acknowledged'));
      expect(calls.length / 40).toBeLessThanOrEqual(4);
      expect(calls.length).toBeLessThanOrEqual(most as number);
    }
  });

  test('makes fourteen calls in a run with one message, fifteen if the message failed before, and eight in one without a message', async () => {
    const { id } = await delivering.open(receiver);
    await delivering.publish(1);
    expect(await callsOf(() => delivering.work(id))).toEqual([
      ...['UpdateItem', 'GetItem', 'Query', 'GetItem', 'Query'],
      // The message: what is sent, its start, and its end. Between them are the secrets, which a run reads once.
      ...['BatchGetItem', 'UpdateItem', 'GetItem', 'TransactWriteItems'],
      // The progress of the endpoint; whether there is more; and the end of the lease.
      ...['UpdateItem', 'GetItem', 'Query', 'DeleteItem', 'UpdateItem'],
    ]);
    receiver.answer(500);
    await delivering.publish(1);
    await delivering.work(id);
    delivering.pass(hourMs);
    const again = await callsOf(() => delivering.work(id, 'slow'));
    expect([again.length, (await delivering.statuses(id))[2]]).toEqual([15, 'acknowledged']);
    expect((await callsOf(() => delivering.work(id))).length).toBe(8);
  });

  test('sends corrections and retractions', async () => {
    const { id } = await delivering.open(receiver);
    const [event = ''] = await delivering.publish(1);
    await delivering.work(id);
    await delivering.change(event, 0, { headline: 'Better' });
    await delivering.work(id);
    await delivering.change(event, 1, null);
    await delivering.work(id);
    expect(receiver.received.map(({ body }) => [body.id, body.change, body.data.note, body.previousposition])).toEqual([
      [`${event}_0`, 'recorded', undefined, undefined],
      [`${event}_1`, 'corrected', 'A slip', 1],
      [`${event}_2`, 'retracted', 'Made up', 2],
    ]);
    expect(receiver.received[1]?.body.data.correction).toMatchObject({ note: 'A slip', changed: ['/data/headline'] });
  });

  test('does not send what was retracted before its first attempt, and the next message does not refer to it', async () => {
    const { id } = await delivering.open(receiver);
    const [, event = ''] = await delivering.publish(2);
    await delivering.change(event, 0, { headline: 'Better' });
    await delivering.change(event, 1, null);
    await delivering.publish(1);
    await delivering.work(id);
    expect(placesOf(receiver.received)).toEqual([
      { position: 1 },
      { position: 4, previousposition: 1 },
      { position: 5, previousposition: 4 },
    ]);
    expect(receiver.received[1]?.body.change).toBe('retracted');
    expect(await delivering.statuses(id)).toEqual({
      1: 'acknowledged',
      2: 'withdrawn',
      3: 'withdrawn',
      4: 'acknowledged',
      5: 'acknowledged',
    });
  });

  test('sends what was attempted before it was retracted', async () => {
    const { id } = await delivering.open(receiver);
    const [event = ''] = await delivering.publish(1);
    receiver.answer(500);
    await delivering.work(id);
    await delivering.change(event, 0, null);
    await delivering.followWakes();
    expect(receiver.received.map(({ body }) => [body.position, body.change])).toEqual([
      [1, 'recorded'],
      [1, 'recorded'],
      [2, 'retracted'],
    ]);
  });

  test('sends several messages at once if the endpoint allows it', async () => {
    const { id } = await delivering.open(receiver, { maxInFlight: 4 });
    await delivering.publish(20);
    const waiting: { end(): unknown }[] = [];
    receiver.otherwise((_, response) => {
      waiting.push(response);
      if (waiting.length === 4) for (const one of waiting.splice(0)) one.end();
    });
    await delivering.work(id);
    expect(receiver.mostAtOnce()).toBe(4);
    expect(positionsOf(receiver.received).sort((one, other) => one - other)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
    expect((await delivering.state(id)).settledThrough).toBe(20);
    for (const { position, previousposition } of placesOf(receiver.received)) {
      expect(previousposition).toBe(position === 1 ? undefined : position - 1);
    }
  });

  test('sends one message at a time by default', async () => {
    const { id } = await delivering.open(receiver);
    await delivering.publish(5);
    receiver.otherwise(reactions.answersAfter(5));
    await delivering.work(id);
    expect([receiver.mostAtOnce(), positionsOf(receiver.received)]).toEqual([1, [1, 2, 3, 4, 5]]);
  });

  test('stops when time is short, and is woken again', async () => {
    const { id } = await delivering.open(receiver);
    await delivering.publish(3);
    world.takeWakes();
    let asked = 0;
    await delivering.work(id, 'prompt', () => (asked++ < 5 ? workerReserveMs : workerReserveMs - 1));
    const sent = receiver.received.length;
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(3);
    expect(world.takeWakes()).toEqual([{ queue: 'prompt', endpointId: id }]);
    expect((await delivering.state(id)).leaseBy).toBeUndefined();
    await delivering.work(id);
    expect(positionsOf(receiver.received)).toEqual([1, 2, 3]);
  });

  test('finds what fan-out queued while the worker was about to end', async () => {
    const { id } = await delivering.open(receiver);
    await delivering.publish(1);
    let published = false;
    fateOf = async ({ command }): Promise<Fate> => {
      if (command !== 'DeleteItemCommand' || published) return 'done';
      published = true;
      await delivering.publish(1);
      return 'done';
    };
    await delivering.work(id);
    expect(published).toBe(true);
    expect(positionsOf(receiver.received)).toEqual([1, 2]);
  });

  test('removes a deleted endpoint from the due endpoints', async () => {
    const { id } = await delivering.open(receiver);
    await delivering.publish(1);
    await world.call('DELETE', `/v1/webhook-endpoints/${id}`);
    const { putDueEndpoint } = await import('../../../functions/lib/subscribers/endpoints/due-endpoints.ts');
    await putDueEndpoint({ id, owner: 'example', at: iso(0), queue: 'prompt' });
    await delivering.work(id);
    expect([receiver.received, await delivering.due(id)]).toEqual([[], undefined]);
  });

  test('refers to the previous message, even if its delivery has expired', async () => {
    const { id } = await delivering.open(receiver);
    await delivering.publish(2);
    await delivering.work(id);
    const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
    const { DeleteItemCommand } = await import('@aws-sdk/client-dynamodb');
    const { marshall } = await import('@aws-sdk/util-dynamodb');
    const { deliveryKey } = await import('../../../functions/lib/subscribers/table/subscribers-table.ts');
    for (const position of [1, 2]) {
      await dynamodb.send(
        new DeleteItemCommand({ TableName: 'Subscribers', Key: marshall(deliveryKey(id, position)) }),
      );
    }
    await delivering.publish(1);
    await delivering.work(id);
    expect(placesOf(receiver.received).at(-1)).toEqual({ position: 3, previousposition: 2 });
  });
});

describe('an endpoint that its owner changes while it is served', () => {
  test('is sent nothing more once it is disabled', async () => {
    const { id } = await delivering.open(receiver);
    await delivering.publish(3);
    receiver.answer(async (_, response) => {
      await world.call('POST', `/v1/webhook-endpoints/${id}/disable`);
      response.end();
    });
    await delivering.work(id);
    expect(positionsOf(receiver.received)).toEqual([1]);
    const { status, leaseBy } = await delivering.state(id);
    expect([status, leaseBy, await delivering.due(id)]).toEqual(['disabled', undefined, undefined]);
    expect(await delivering.statuses(id)).toEqual({ 1: 'acknowledged', 2: 'pending', 3: 'pending' });
    await world.call('POST', `/v1/webhook-endpoints/${id}/enable`);
    await delivering.followWakes();
    expect(positionsOf(receiver.received)).toEqual([1, 2, 3]);
  });

  test('is sent nothing more once it is deleted', async () => {
    const { id } = await delivering.open(receiver);
    await delivering.publish(3);
    receiver.answer(async (_, response) => {
      await world.call('DELETE', `/v1/webhook-endpoints/${id}`);
      response.end();
    });
    await delivering.work(id);
    expect(positionsOf(receiver.received)).toEqual([1]);
    await purged(id);
  });

  test('is sent nothing that no secret signs, when it is deleted while its worker begins', async () => {
    const { id } = await delivering.open(receiver);
    await delivering.publish(1);
    let deletions = 0;
    fateOf = async ({ command, input }): Promise<Fate> => {
      const readsSecrets = command === 'GetItemCommand' && input.Key.sk.S === 'SECRETS';
      if (readsSecrets && deletions++ === 0) await world.call('DELETE', `/v1/webhook-endpoints/${id}`);
      return 'done';
    };
    await delivering.work(id);
    expect(deletions).toBe(1);
    expect(receiver.received).toEqual([]);
    await purged(id);
  });

  test('is sent messages with the new secret, and with both until the overlap ends, to the second', async () => {
    const { id, secret } = await delivering.open(receiver);
    await delivering.publish(3);
    const realNow = Date.now;
    Date.now = delivering.clock.now;
    let rotated = '';
    receiver.answer(
      async (_, response) => {
        const path = `/v1/webhook-endpoints/${id}/secret/rotate`;
        const { body } = await world.call('POST', path, { body: { overlapSeconds: 60 } });
        rotated = body.secret;
        response.end();
      },
      (request, response) => {
        delivering.pass(59_999);
        reactions.takes(request, response);
      },
      (request, response) => {
        delivering.pass(1);
        reactions.takes(request, response);
      },
    );
    await delivering.work(id);
    await delivering.publish(2);
    receiver.answer((request, response) => {
      reactions.takes(request, response);
    });
    await delivering.work(id);
    Date.now = realNow;
    const signers = receiver.received.map(({ headers, text }) => {
      const at = new Date(Number(headers['webhook-timestamp']) * 1_000);
      const made = [secret, rotated].map((one) => new Webhook(one).sign(String(headers['webhook-id']), at, text));
      return String(headers['webhook-signature'])
        .split(' ')
        .map((one) => made.indexOf(one));
    });
    // The first before the rotation; two within the overlap, the last of them a millisecond before its end.
    expect(signers).toEqual([[0], [1, 0], [1, 0], [1], [1]]);
  });

  test('ten times is left to the next wake, and nothing has failed', async () => {
    const { id } = await delivering.open(receiver);
    await delivering.publish(11);
    world.takeWakes();
    receiver.otherwise(async (_, response) => {
      await world.call('PATCH', `/v1/webhook-endpoints/${id}`, { body: { description: 'Again' } });
      response.end();
    });
    await delivering.work(id);
    expect(receiver.received.length).toBe(10);
    const { leaseBy, status } = await delivering.state(id);
    expect([leaseBy, status]).toEqual([undefined, 'active']);
    expect(await delivering.due(id)).toEqual({ at: iso(delivering.clock.now()), queue: 'prompt' });
    expect(world.takeWakes().at(-1)).toEqual({ queue: 'prompt', endpointId: id });
    receiver.otherwise(200);
    await delivering.work(id);
    expect(new Set(positionsOf(receiver.received)).size).toBe(11);
    expect([(await delivering.state(id)).settledThrough, await delivering.due(id)]).toEqual([11, undefined]);
  });

  test('is sent messages at its new URL once that is verified', async () => {
    const other = await another();
    const { id } = await delivering.open(receiver);
    await delivering.publish(3);
    receiver.answer(async (_, response) => {
      await world.call('PATCH', `/v1/webhook-endpoints/${id}`, { body: { url: other.url } });
      response.end();
    });
    await delivering.work(id);
    await delivering.followWakes();
    expect(positionsOf(receiver.received)).toEqual([1]);
    expect(other.received.map(({ body }) => body.position ?? body.type)).toEqual(['webhook.verification', 2, 3]);
  });
});
