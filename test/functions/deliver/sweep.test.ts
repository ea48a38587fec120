import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Context, SQSEvent } from 'aws-lambda';
import { fanOutTimeoutMs, workerTimeoutMs } from '../../../events/webhooks/delivery-timing.ts';
import { type Delivering, deliveringIn, positionsOf } from '../../support/receivers/delivering.ts';
import { type Receiver, startReceiver } from '../../support/receivers/receiver.ts';
import { type Asked, type Fate, interfere } from '../../support/world/interference.ts';
import { emptyTable, itemsOf, putItem } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

let world: World;
let delivering: Delivering;
let receivers: Receiver[] = [];
let fateOf: (asked: Asked) => Fate | Promise<Fate> = () => 'done';
/** How far a clock was ahead. */
const aheadMs = 300_000;
const metrics = new Map<string, number>();

beforeAll(async () => {
  world = await startWorld();
  delivering = await deliveringIn(world);
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  interfere(dynamodb, (asked) => fateOf(asked));
  const { Metrics } = await import('@aws-lambda-powertools/metrics');
  jest.spyOn(Metrics.prototype, 'addMetric').mockImplementation((name, _unit, value) => {
    metrics.set(name, Number(value));
    return undefined as never;
  });
});
beforeEach(async () => {
  await Promise.all([emptyTable('EventLog'), emptyTable('Timelines'), emptyTable('Subscribers')]);
  world.takeWakes();
  delivering.reset();
  metrics.clear();
});
afterEach(async () => {
  fateOf = () => 'done';
  await Promise.all(receivers.map((one) => one.stop()));
  receivers = [];
});
afterAll(() => world.stop());

async function receiver(): Promise<Receiver> {
  const one = await startReceiver();
  receivers.push(one);
  return one;
}

const context = (remainingMs = fanOutTimeoutMs) =>
  ({ awsRequestId: 'sweep', getRemainingTimeInMillis: () => remainingMs }) as unknown as Context;

async function sweep(): Promise<void> {
  const { handler } = await import('../../../functions/sweep.ts');
  await handler({} as never, context());
}

/** A batch of wakes from a queue. */
const batch = (...endpointIds: string[]) =>
  ({
    Records: endpointIds.map((endpointId, index) => ({
      messageId: `message-${index}`,
      body: JSON.stringify({ endpointId }),
    })),
  }) as SQSEvent;

async function deliver(event: SQSEvent, queue: 'deliver' | 'deliver-slow' = 'deliver') {
  const { handler } =
    queue === 'deliver'
      ? await import('../../../functions/deliver.ts')
      : await import('../../../functions/deliver-slow.ts');
  return handler(event, context(workerTimeoutMs));
}

describe('the sweep', () => {
  test('wakes the workers of due endpoints, each on the queue that serves it', async () => {
    const [one, other, later] = [await receiver(), await receiver(), await receiver()];
    const prompt = await delivering.open(one);
    const slow = await delivering.open(other);
    const failing = await delivering.open(later);
    await delivering.publish(1);
    world.takeWakes();
    const { putDueEndpoint } = await import('../../../functions/lib/subscribers/endpoints/due-endpoints.ts');
    await putDueEndpoint({ id: slow.id, owner: 'example', at: new Date(0).toISOString(), queue: 'slow' });
    later.answer(500);
    await delivering.work(failing.id);
    world.takeWakes();
    await sweep();
    expect(world.takeWakes()).toEqual([
      { queue: 'prompt', endpointId: prompt.id },
      { queue: 'slow', endpointId: slow.id },
    ]);
  });

  test('does the work of fan-out if its invocation was lost', async () => {
    const one = await receiver();
    const { id } = await delivering.open(one);
    await world.post({ subject: 'karabakh-2020', type: 'development.reported', data: dataOf() });
    await sweep();
    expect(world.takeWakes()).toEqual([{ queue: 'prompt', endpointId: id }]);
    expect(metrics.get('FanOutLag')).toBeGreaterThanOrEqual(0);
    await delivering.followWakes();
    await delivering.work(id);
    expect(positionsOf(one.received)).toEqual([1]);
  });

  test('measures how long messages wait for endpoints that do not fail', async () => {
    const [well, faulty] = [await receiver(), await receiver()];
    const { id } = await delivering.open(well);
    const failing = await delivering.open(faulty);
    await delivering.publish(1);
    faulty.answer(500);
    await delivering.work(failing.id);
    const { backlogAge } = await import('../../../functions/lib/deliver/backlog-age.ts');
    const later = Date.now() + 600_000;
    expect(await backlogAge(id, later)).toBeGreaterThan(590_000);
    expect(await backlogAge(failing.id, later)).toBe(0);
    expect(await backlogAge('wh_none', later)).toBe(0);
    await sweep();
    expect(metrics.get('BacklogAge')).toBeGreaterThan(0);
    await delivering.work(id);
    expect(await backlogAge(id, later)).toBe(0);
    metrics.clear();
    await sweep();
    // What costs money in each hour in which it is published is not, if nothing waits.
    expect([...metrics]).toEqual([['BacklogAge', 0]]);
  });

  test('wakes an endpoint at once that a clock said is due later which was ahead, and measures its messages', async () => {
    const one = await receiver();
    const { id } = await delivering.open(one);
    await delivering.publish(1);
    world.takeWakes();
    const { addDueEndpoint, deleteDueEndpoint, dueEndpointsBy } = await import(
      '../../../functions/lib/subscribers/endpoints/due-endpoints.ts'
    );
    await deleteDueEndpoint(id);
    const ahead = new Date(Date.now() + aheadMs).toISOString();
    await addDueEndpoint({ id, owner: 'example' }, ahead, 1, 1);
    const due: unknown[] = [];
    for await (const found of dueEndpointsBy(Date.now())) due.push(found);
    expect(due).toEqual([{ id, owner: 'example', at: ahead, queue: 'prompt' }]);
    await sweep();
    expect(world.takeWakes()).toEqual([{ queue: 'prompt', endpointId: id }]);
    const { backlogAge } = await import('../../../functions/lib/deliver/backlog-age.ts');
    expect(await backlogAge(id, Date.now() - aheadMs)).toBeGreaterThan(aheadMs - 60_000);
  });

  test('does not wake an endpoint that waits for its next attempt, by a clock that is right', async () => {
    const one = await receiver();
    const { id } = await delivering.open(one);
    await delivering.publish(1);
    one.answer(500);
    await delivering.work(id);
    world.takeWakes();
    await sweep();
    expect(world.takeWakes()).toEqual([]);
  });

  test('measures attempts, deliveries and disabled endpoints', async () => {
    const one = await receiver();
    const { id } = await delivering.open(one);
    await delivering.publish(2);
    one.answer(200, 410);
    await delivering.work(id);
    expect([...metrics.keys()]).toEqual(
      expect.arrayContaining([
        'AttemptsDelivered',
        'AttemptsGone',
        'DeliveriesSent',
        'DeliveryLag',
        'EndpointsDisabled',
      ]),
    );
  });
});

test('a message that cannot be made is counted among those that were parked, and its log line says whose it is', async () => {
  const { id } = await delivering.open(await receiver());
  const [eventId = ''] = await delivering.publish(1);
  const revision = (await itemsOf('EventLog', `E#${eventId}`)).find(({ sk }) => sk === 'R#000000');
  await putItem('EventLog', { ...revision, event: '{"type":' });
  const { logger } = await import('../../../functions/lib/runtime/observability.ts');
  const errors = jest.spyOn(logger, 'error').mockImplementation(() => undefined);
  await delivering.work(id);
  expect(errors.mock.calls).toEqual([
    [
      'The message of a delivery cannot be made. The delivery is parked.',
      { endpointId: id, eventId, revision: 0, position: 1, error: expect.any(Error) },
    ],
  ]);
  errors.mockRestore();
  expect(await delivering.statuses(id)).toEqual({ 1: 'parked' });
  expect(metrics.get('DeliveriesParked')).toBe(1);
});

const dataOf = () => ({
  when: { edtf: '2020-11-10' },
  headline: 'A truce',
  status: 'confirmed',
  sources: [{ url: 'https://example.org/', publisher: 'Example' }],
});

describe('a batch of wakes', () => {
  test('is served side by side, each endpoint once', async () => {
    const [one, other] = [await receiver(), await receiver()];
    const first = await delivering.open(one);
    const second = await delivering.open(other);
    await delivering.publish(2);
    let open: (() => void) | undefined;
    const both = new Promise<void>((resolve) => {
      open = resolve;
    });
    one.answer(async (_, response) => {
      await both;
      response.end();
    });
    other.answer((_, response) => {
      open?.();
      response.end();
    });
    await deliver(batch(first.id, second.id, first.id));
    expect([positionsOf(one.received), positionsOf(other.received)]).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  test('with one endpoint that cannot be served serves the others, releases its lease, and leaves it to the sweep', async () => {
    const [one, other] = [await receiver(), await receiver()];
    const first = await delivering.open(one);
    const second = await delivering.open(other);
    await delivering.publish(1);
    fateOf = ({ command, input }) => {
      const isStart = command === 'UpdateItemCommand' && String(input.UpdateExpression).includes('startedAt');
      if (isStart && input.Key.pk.S === `W#${first.id}`) throw new Error('No.');
      return 'done';
    };
    await deliver(batch(first.id, second.id, first.id));
    expect(metrics.get('EndpointsUnserved')).toBe(1);
    expect([positionsOf(one.received), positionsOf(other.received)]).toEqual([[], [1]]);
    fateOf = () => 'done';
    expect((await delivering.state(first.id)).leaseBy).toBeUndefined();
    world.takeWakes();
    await sweep();
    expect(world.takeWakes()).toEqual([{ queue: 'prompt', endpointId: first.id }]);
    await deliver(batch(first.id));
    expect(positionsOf(one.received)).toEqual([1]);
  });

  test('of an endpoint that does not exist is dropped', async () => {
    await deliver(batch('wh_none'));
    expect(metrics.has('EndpointsUnserved')).toBe(false);
  });
});
