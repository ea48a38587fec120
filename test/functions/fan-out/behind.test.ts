import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Revision } from '../../../events/revision.ts';
import { correctedRevision, eventWith, recordedRevision } from '../../events/given.ts';
import { type Delivering, deliveringIn } from '../../support/receivers/delivering.ts';
import { type Receiver, startReceiver } from '../../support/receivers/receiver.ts';
import { type Capacity, meterCapacity } from '../../support/world/capacity.ts';
import { type Fate, interfere } from '../../support/world/interference.ts';
import { emptyTable, itemsOf } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

let world: World;
let delivering: Delivering;
let receiver: Receiver;
let take: () => Capacity;
let behind: typeof import('../../../functions/lib/subscribers/endpoints/endpoints-behind.ts');
let append: typeof import('../../../functions/lib/event-log/log.ts').append;

const usual = 50;
const few = 3;

beforeAll(async () => {
  world = await startWorld();
  delivering = await deliveringIn(world);
  receiver = await startReceiver();
  behind = await import('../../../functions/lib/subscribers/endpoints/endpoints-behind.ts');
  ({ append } = await import('../../../functions/lib/event-log/log.ts'));
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  take = meterCapacity(dynamodb).take;
});
beforeEach(async () => {
  await Promise.all([emptyTable('EventLog'), emptyTable('Timelines'), emptyTable('Subscribers')]);
  behind.fallingBehind.deliveries = few;
  receiver.received.length = 0;
  world.takeWakes();
  delivering.reset();
});
afterEach(() => {
  behind.fallingBehind.deliveries = usual;
});
afterAll(async () => {
  await receiver.stop();
  await world.stop();
});

const upTo = (end: number) => Array.from({ length: end }, (_, index) => index + 1);
const sent = () => receiver.received.map(({ body }) => body.position).filter((position) => position !== undefined);
const itemsBehind = () => itemsOf('Subscribers', 'BEHIND');

async function publish(...revisions: Revision[]): Promise<void> {
  for (const revision of revisions) await append(revision, 'request-1');
  await world.sequence(...new Set(revisions.map(({ eventId }) => eventId)));
  await world.project();
  await delivering.subscribers.fanOut();
}

const recorded = (id: string) => recordedRevision(eventWith({}, { id }));

/** Publishes one event after another, so that fan-out counts after each. */
async function publishMany(count: number, prefix = 'event'): Promise<void> {
  for (const index of upTo(count)) await publish(recorded(`${prefix}-${index}`));
}

describe('an endpoint that is behind', () => {
  test('has nothing queued by fan-out, however much is published', async () => {
    const { id } = await delivering.open(receiver);
    await publishMany(10);
    expect(await delivering.subscribers.positionsFor(id)).toEqual([1, 2, 3, 4]);
    expect(await itemsBehind()).toEqual([{ pk: 'BEHIND', sk: id, from: 5, v: 1 }]);
    expect(await delivering.state(id)).toMatchObject({ behindFrom: 5 });
  });

  test('costs fan-out no write', async () => {
    await delivering.open(receiver);
    const calm = await delivering.open(receiver);
    for (const index of upTo(few + 1)) {
      await publish(recorded(`event-${index}`));
      await delivering.work(calm.id);
    }
    expect(await itemsBehind()).toHaveLength(1);
    behind.fallingBehind.deliveries = usual;
    await world.post(upTo(10).map((index) => eventWith({}, { id: `more-${index}` })));
    take();
    await delivering.subscribers.fanOut();
    // Ten deliveries to the other one and their recipients, that it is due, and the chunk.
    expect(take()).toMatchObject({ write: 10 * 2 + 1 + 4 });
  });

  test('is sent every message once and in order by its worker, which then leaves it to fan-out again', async () => {
    const { id } = await delivering.open(receiver);
    await publishMany(10);
    await delivering.work(id);
    expect(sent()).toEqual(upTo(10));
    expect(await itemsBehind()).toEqual([{ pk: 'BEHIND', sk: id, from: 5, hasCaughtUp: true, v: 1 }]);
    world.takeWakes();
    await publish(recorded('later'));
    expect(await delivering.subscribers.positionsFor(id)).toEqual(upTo(11));
    expect(world.takeWakes().map(({ endpointId }) => endpointId)).toEqual([id]);
    await delivering.work(id);
    expect(sent()).toEqual(upTo(11));
    expect(await itemsBehind()).toEqual([]);
    expect(await delivering.state(id)).not.toHaveProperty('behindFrom');
    expect(await itemsOf('Subscribers', 'DUE')).toEqual([]);
  });

  test('is sent a correction of what it was to receive, though its filter was changed meanwhile', async () => {
    const { id } = await delivering.open(receiver);
    const first = recorded('first');
    await publish(first);
    await publishMany(5);
    await delivering.subscribers.filterBy(id, { stories: ['another'] });
    await publish(correctedRevision(first, 'A slip', {}, { ...first.event.data, headline: 'Right' } as never));
    await delivering.work(id);
    expect(sent()).toContain(7);
  });

  test('is sent by a former filter only what was published since it fell behind', async () => {
    const { id } = await delivering.open(receiver, { filter: { stories: ['wanted'] } });
    const inStory = (story: string, eventId: string) =>
      recordedRevision(eventWith({ stories: [story] }, { id: eventId, subject: story }));
    await publish(inStory('between', 'before'));
    for (const index of upTo(5)) await publish(inStory('wanted', `event-${index}`));
    await delivering.subscribers.filterBy(id, { stories: ['between'] });
    await publish(inStory('between', 'meanwhile'), inStory('unwanted', 'never'));
    await delivering.subscribers.filterBy(id, { stories: ['wanted'] });
    await delivering.subscribers.disable(id);
    await delivering.subscribers.start(id);
    await delivering.work(id);
    expect(await delivering.subscribers.positionsFor(id)).toEqual([2, 3, 4, 5, 6, 7]);
  });

  test('is woken for a correction that it receives only as a recorded recipient, if it catches up while fan-out passes it', async () => {
    const { id } = await delivering.open(receiver);
    const first = recorded('first');
    await publish(first);
    await publishMany(5);
    await delivering.subscribers.filterBy(id, { stories: ['another'] });
    await delivering.work(id);
    expect(sent()).toEqual(upTo(6));
    // Fan-out has begun with the correction when the worker asks to be served.
    await behind.fallBehind(id, 7);
    const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
    const stop = interfere(dynamodb, async ({ command, input }): Promise<Fate> => {
      const isAdvance = command === 'TransactWriteItemsCommand' && input.TransactItems[0].Put?.Item.sk.S === 'FAN_OUT';
      if (isAdvance) await behind.askToBeServed(id, 7);
      return 'done' as const;
    });
    world.takeWakes();
    await publish(correctedRevision(first, 'A slip', {}, { ...first.event.data, headline: 'Right' } as never));
    stop();
    expect(await delivering.subscribers.positionsFor(id)).toEqual(upTo(6));
    await delivering.followWakes();
    expect(sent()).toEqual(upTo(7));
  });

  test('falls behind again if more is queued than it is sent', async () => {
    const { id } = await delivering.open(receiver);
    await publishMany(6);
    await delivering.work(id);
    await publishMany(6, 'again');
    expect(await delivering.subscribers.positionsFor(id)).toEqual(upTo(10));
    await publishMany(2, 'more');
    await delivering.work(id);
    await delivering.followWakes();
    expect(sent()).toEqual(upTo(14));
  });

  test('is served by its worker alone while fan-out passes entries in between', async () => {
    const { id } = await delivering.open(receiver);
    await publishMany(6);
    receiver.answer(async (_, response) => {
      await publishMany(2, 'between');
      response.end();
    });
    await delivering.work(id);
    await delivering.followWakes();
    expect(sent()).toEqual(upTo(8));
  });

  test('is sent nothing that a late instance of fan-out has queued before what comes before it', async () => {
    const { id } = await delivering.open(receiver);
    await publish(recorded('first'));
    await delivering.work(id);
    const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
    const { queueDelivery } = await import('../../../functions/lib/subscribers/deliveries/deliveries.ts');
    const { feedAfter } = await import('../../../functions/lib/event-log/feed.ts');
    const stop = interfere(dynamodb, async ({ command, input }): Promise<Fate> => {
      if (command !== 'GetItemCommand' || input.Key.sk.S !== 'FAN_OUT') return 'done' as const;
      stop();
      // The worker has read the state of the endpoint, and not yet how far fan-out is.
      await behind.fallBehind(id, 2);
      await publish(recorded('second'), recorded('third'));
      const { entries } = await feedAfter(2, 1, 'consistent');
      for (const entry of entries) await queueDelivery(id, entry);
      return 'done' as const;
    });
    await delivering.work(id);
    await delivering.followWakes();
    expect(sent()).toEqual([1, 2, 3]);
  });

  test('leaves no trace when it is deleted', async () => {
    const { id } = await delivering.open(receiver);
    await publishMany(6);
    const { deleteEndpoint, readEndpoint } = await import('../../../functions/lib/subscribers/endpoints/endpoints.ts');
    const endpoint = await readEndpoint(id);
    if (!endpoint) throw new Error('There is no endpoint.');
    await deleteEndpoint({ endpoint, state: await delivering.state(id) }, Date.now());
    await publish(recorded('later'));
    expect(await itemsBehind()).toEqual([]);
  });
});

test('an endpoint that is deleted while its worker catches up leaves no trace', async () => {
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  const { fanOutTimeoutMs } = await import('../../../events/webhooks/delivery-timing.ts');
  const { id } = await delivering.open(receiver);
  await publishMany(10);
  const end = interfere(dynamodb, async ({ input }): Promise<Fate> => {
    if (!input.UpdateExpression?.includes('hasCaughtUp')) return 'done';
    end();
    await world.call('DELETE', `/v1/webhook-endpoints/${id}`);
    return 'done';
  });
  await delivering.work(id);
  delivering.pass(2 * fanOutTimeoutMs);
  await delivering.sweep();
  expect(await itemsBehind()).toEqual([]);
  expect(await itemsOf('Subscribers', 'DUE')).toEqual([]);
});

test('an endpoint that is deleted while fan-out queues deliveries for it, and is killed, leaves no trace', async () => {
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  const { fanOutTimeoutMs } = await import('../../../events/webhooks/delivery-timing.ts');
  const { id } = await delivering.open(receiver);
  const event = recorded('first');
  await append(event, 'request-1');
  await world.sequence(event.eventId);
  await world.project();
  let isDeleted = false;
  const end = interfere(dynamodb, async ({ input }): Promise<Fate> => {
    if (!isDeleted && JSON.stringify(input).includes('queuedAt')) {
      isDeleted = true;
      await world.call('DELETE', `/v1/webhook-endpoints/${id}`);
      // A wake that was sent before.
      await delivering.work(id);
    }
    return input.UpdateExpression?.includes('queuedThrough') ? 'never sent' : 'done';
  });
  await delivering.subscribers.fanOut().catch(() => undefined);
  end();
  expect(isDeleted).toBe(true);
  await delivering.subscribers.fanOut();
  delivering.pass(2 * fanOutTimeoutMs);
  await delivering.sweep();
  expect(await itemsOf('Subscribers', `W#${id}`)).toEqual([]);
  expect(await itemsOf('Subscribers', 'DUE')).toEqual([]);
});

test('an endpoint that falls behind while its filter is changed is sent what the filter before matches', async () => {
  const { id } = await delivering.open(receiver, { filter: { stories: ['wanted'] } });
  const inStory = (story: string, name: string) =>
    recordedRevision(eventWith({ stories: [story] }, { id: name, subject: story }));
  for (const index of upTo(3)) await publish(inStory('wanted', `event-${index}`));
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  let isPublished = false;
  const stop = interfere(dynamodb, async ({ command, input }): Promise<Fate> => {
    // The state has been read by then.
    if (!isPublished && command === 'TransactWriteItemsCommand' && JSON.stringify(input).includes('another')) {
      isPublished = true;
      for (const index of upTo(3)) await publish(inStory('wanted', `more-${index}`));
      expect(await delivering.state(id)).toMatchObject({ behindFrom: 5 });
    }
    return 'done';
  });
  const filter = { stories: ['another'] };
  const { status } = await world.call('PATCH', `/v1/webhook-endpoints/${id}`, { body: { filter } });
  stop();
  expect({ status, isPublished }).toEqual({ status: 200, isPublished: true });
  await publish(inStory('another', 'last'));
  await delivering.work(id);
  await delivering.followWakes();
  expect(sent()).toEqual(upTo(7));
});

test('an endpoint that keeps up never falls behind', async () => {
  const { id } = await delivering.open(receiver);
  for (const index of upTo(8)) {
    await publish(recorded(`event-${index}`));
    await delivering.work(id);
  }
  expect(sent()).toEqual(upTo(8));
  expect(await itemsBehind()).toEqual([]);
});
