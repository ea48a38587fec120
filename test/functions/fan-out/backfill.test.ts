import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Revision } from '../../../events/revision.ts';
import type { EndpointState } from '../../../functions/lib/subscribers/endpoints/endpoint-state.ts';
import { correctedRevision, eventWith, recordedRevision, retractedRevision } from '../../events/given.ts';
import { type Subscribers, subscribersIn } from '../../support/receivers/subscribers.ts';
import { type Asked, type Fate, interfere } from '../../support/world/interference.ts';
import { emptyTable, itemsOf, putItem } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

let world: World;
let subscribers: Subscribers;
let fateOf: (asked: Asked) => Fate | Promise<Fate>;
let append: typeof import('../../../functions/lib/event-log/log.ts').append;
let deliveries: typeof import('../../../functions/lib/subscribers/deliveries/deliveries.ts');
let states: typeof import('../../../functions/lib/subscribers/endpoints/endpoint-state.ts');
let recipients: typeof import('../../../functions/lib/subscribers/deliveries/recipients.ts');

beforeAll(async () => {
  world = await startWorld();
  subscribers = await subscribersIn();
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  interfere(dynamodb, (asked) => fateOf(asked));
  ({ append } = await import('../../../functions/lib/event-log/log.ts'));
  deliveries = await import('../../../functions/lib/subscribers/deliveries/deliveries.ts');
  states = await import('../../../functions/lib/subscribers/endpoints/endpoint-state.ts');
  recipients = await import('../../../functions/lib/subscribers/deliveries/recipients.ts');
});
beforeEach(async () => {
  fateOf = () => 'done';
  await Promise.all([emptyTable('EventLog'), emptyTable('Timelines'), emptyTable('Subscribers')]);
});
afterAll(() => world.stop());

const at = '2026-11-22T10:00:00.000Z';
const lachin = { name: 'Lachin', iso3166_2: 'AZ-LAC' };
const shusha = { name: 'Shusha' };
const inLachin = { places: ['AZ-LAC'] };
const nowhere = { stories: ['another'] };

function recorded(id: string, ...places: object[]): Revision {
  const event = eventWith({}, { id });
  return recordedRevision({ ...event, data: { ...event.data, places } as typeof event.data });
}

const moved = (before: Revision, ...places: object[]) =>
  correctedRevision(before, 'A slip', { places }, { ...before.event.data, places });

const many = (length: number, prefix = 'event') =>
  Array.from({ length }, (_, index) => recorded(`${prefix}-${index}`, index % 2 === 0 ? lachin : shusha));

/** Appends, sequences and projects revisions of different events, in order, and fans them out. */
async function publish(...revisions: Revision[]): Promise<void> {
  for (const revision of revisions) await append(revision, 'request-1');
  await world.sequence(...new Set(revisions.map(({ eventId }) => eventId)));
  await world.project();
  await subscribers.fanOut();
}

const upTo = (end: number) => Array.from({ length: end }, (_, index) => index + 1);
const odd = (end: number) => upTo(end).filter((position) => position % 2 === 1);

async function settle(id: string, status: 'acknowledged' | 'parked' | 'withdrawn', ...positions: number[]) {
  for (const position of positions) {
    await deliveries.startDelivery(id, position, position - 1, at);
    await deliveries.settleDelivery(id, position, status, at);
  }
}

const statuses = async (id: string) =>
  Object.fromEntries((await subscribers.queuedFor(id)).map(({ position, status }) => [position, status]));

const stateOf = async (id: string) => (await states.readState(id)) as EndpointState;

/** Makes the feed look as if it had been published long ago. */
async function publishedLongAgo(): Promise<void> {
  for (const item of await itemsOf('EventLog', 'F')) {
    const publishedAt = `2020-01-01T00:00:00.00${item.position}Z`;
    await putItem('EventLog', { ...item, publishedAt });
  }
}

/** Removes the deliveries of an endpoint, as DynamoDB does when they expire. */
async function expireDeliveries(id: string): Promise<void> {
  const items = await itemsOf('Subscribers');
  await emptyTable('Subscribers');
  const kept = items.filter(({ pk, sk }) => pk !== `W#${id}` || !String(sk).startsWith('D#'));
  for (const item of kept) await putItem('Subscribers', item);
}

/** Replays a range. */
const replay = (id: string, from: number, to: number, resend: boolean) =>
  subscribers.change(id, { sendAfter: from - 1, backfill: { next: from, to, resend } });

describe('an endpoint that begins', () => {
  test('at the beginning receives everything that its filter matches, in steps', async () => {
    await publish(...many(120));
    const id = await subscribers.open(inLachin);
    await subscribers.backfill(id, 'worker', 1);
    // Setting the end of the backfill is no step of its own.
    expect(await stateOf(id)).toMatchObject({ backfill: { next: 51, to: 120, resend: false } });
    expect(await subscribers.positionsFor(id)).toEqual(odd(50));
    await subscribers.backfill(id);
    expect(await subscribers.positionsFor(id)).toEqual(odd(120));
    expect(await stateOf(id)).not.toHaveProperty('backfill');
  });

  test('at a position receives everything from that position on', async () => {
    await publish(...many(10));
    const id = await subscribers.open({}, 6);
    await subscribers.backfill(id);
    expect(await subscribers.positionsFor(id)).toEqual([7, 8, 9, 10]);
  });

  test('now receives nothing of the past', async () => {
    await publish(...many(3));
    const id = await subscribers.open({}, 3);
    await subscribers.backfill(id);
    expect(await subscribers.positionsFor(id)).toEqual([]);
    expect(await stateOf(id)).not.toHaveProperty('backfill');
  });

  test('before anything is published receives nothing, and then everything', async () => {
    const id = await subscribers.open();
    await subscribers.backfill(id);
    await publish(...many(2));
    expect(await subscribers.positionsFor(id)).toEqual([1, 2]);
  });

  test('receives once what is published meanwhile', async () => {
    await publish(...many(60));
    const id = await subscribers.open();
    await subscribers.backfill(id, 'worker', 1);
    await publish(...many(5, 'live'));
    expect(await subscribers.positionsFor(id)).toEqual([...upTo(50), 61, 62, 63, 64, 65]);
    await subscribers.backfill(id);
    expect(await subscribers.positionsFor(id)).toEqual(upTo(65));
  });

  test('receives by its worker nothing beyond the checkpoint of fan-out', async () => {
    await publish(...many(2));
    await append(recorded('later'), 'request-1');
    await world.sequence(recorded('later').eventId);
    const id = await subscribers.open();
    await subscribers.backfill(id);
    expect(await subscribers.positionsFor(id)).toEqual([1, 2]);
    await publish();
    expect(await subscribers.positionsFor(id)).toEqual([1, 2, 3]);
  });

  test('passes entries that cannot be read', async () => {
    await publish(...many(4));
    const [, second, third] = await itemsOf('EventLog', 'F');
    await putItem('EventLog', { ...second, values: '[' });
    await putItem('EventLog', { ...third, v: 3 });
    const id = await subscribers.open({ places: ['AZ-LAC', 'shusha'] });
    await subscribers.backfill(id);
    expect(await subscribers.positionsFor(id)).toEqual([1, 4]);
  });

  test('receives nothing until both halves of a transaction are visible', async () => {
    await publish(...many(3));
    const items = await itemsOf('EventLog');
    const id = await subscribers.open();
    await emptyTable('EventLog');
    for (const item of items.filter(({ position }) => position !== 1)) await putItem('EventLog', item);
    await expect(subscribers.backfill(id)).rejects.toThrow('Position 1 is not visible yet.');
    for (const item of items) await putItem('EventLog', item);
    await subscribers.backfill(id);
    expect(await subscribers.positionsFor(id)).toEqual([1, 2, 3]);
  });
});

describe('corrections of an event in the past', () => {
  test('are queued with the event, even if the filter does not match them any more', async () => {
    const first = recorded('a', lachin);
    const second = moved(first, shusha);
    await publish(first, recorded('b', shusha), second, retractedRevision(second, 'No'));
    const id = await subscribers.open(inLachin);
    await subscribers.backfill(id);
    // Revisions are sequenced event by event.
    const { eventId } = first;
    expect((await subscribers.queuedFor(id)).map(({ eventId, revision }) => ({ eventId, revision }))).toEqual(
      [0, 1, 2].map((revision) => ({ eventId, revision })),
    );
  });

  test('are not queued with revisions before the one that the filter matches', async () => {
    const first = recorded('a', shusha);
    const second = moved(first);
    const third = moved(second, lachin);
    await publish(first, second, third, moved(third, shusha));
    const id = await subscribers.open(inLachin);
    await subscribers.backfill(id);
    expect(await subscribers.positionsFor(id)).toEqual([3, 4]);
    await replay(id, 1, 4, true);
    await subscribers.backfill(id);
    expect(await subscribers.positionsFor(id)).toEqual([3, 4]);
  });

  test('are queued with the event if fan-out passes them before the worker has reached it', async () => {
    const first = recorded('a', lachin);
    await publish(first);
    const id = await subscribers.open(inLachin);
    await subscribers.backfill(id, 'worker', 0);
    const backfill = { next: 1, to: 1, resend: false };
    await subscribers.change(id, { backfill });
    const second = moved(first, shusha);
    await publish(second);
    // The correction carries the values of the original, which the filter matches. It is not sent before the backfill
    // has reached the original.
    expect(await subscribers.positionsFor(id)).toEqual([2]);
    await subscribers.backfill(id);
    expect(await subscribers.positionsFor(id)).toEqual([1, 2]);
    await publish(retractedRevision(second, 'No'));
    expect(await subscribers.positionsFor(id)).toEqual([1, 2, 3]);
  });

  test('are queued with the event if the worker is killed at any call in between', async () => {
    let killed = true;
    for (let call = 0; killed; call++) {
      await Promise.all([emptyTable('EventLog'), emptyTable('Timelines'), emptyTable('Subscribers')]);
      const first = recorded('a', lachin);
      await publish(first);
      const id = await subscribers.open(inLachin);
      await subscribers.change(id, { backfill: { next: 1, to: 1, resend: false } });
      await publish(moved(first, shusha));
      let calls = 0;
      fateOf = () => {
        calls += 1;
        return calls <= call ? 'done' : 'never sent';
      };
      await subscribers.backfill(id).catch(() => {});
      killed = calls > call;
      fateOf = () => 'done';
      await subscribers.backfill(id);
      expect(await subscribers.positionsFor(id)).toEqual([1, 2]);
    }
  });

  test('are queued with the event if fan-out passes them at any call of the worker', async () => {
    let interrupted = true;
    for (let call = 0; interrupted; call++) {
      await Promise.all([emptyTable('EventLog'), emptyTable('Timelines'), emptyTable('Subscribers')]);
      const first = recorded('a', lachin);
      await publish(first);
      const id = await subscribers.open(inLachin);
      await subscribers.change(id, { backfill: { next: 1, to: 1, resend: false } });
      await append(moved(first, shusha), 'request-1');
      await world.sequence(first.eventId);
      await world.project();
      let calls = 0;
      interrupted = false;
      fateOf = async (): Promise<Fate> => {
        calls += 1;
        if (calls !== call + 1) return 'done';
        interrupted = true;
        fateOf = () => 'done';
        await subscribers.fanOut();
        return 'done';
      };
      await subscribers.backfill(id);
      fateOf = () => 'done';
      await subscribers.fanOut();
      expect(await subscribers.positionsFor(id)).toEqual([1, 2]);
    }
  });

  test('are queued with the event if the worker passes it at any call of fan-out', async () => {
    let interrupted = true;
    for (let call = 0; interrupted; call++) {
      await Promise.all([emptyTable('EventLog'), emptyTable('Timelines'), emptyTable('Subscribers')]);
      const first = recorded('a', lachin);
      await publish(first);
      const id = await subscribers.open(inLachin);
      await subscribers.change(id, { backfill: { next: 1, to: 1, resend: false } });
      await append(moved(first, shusha), 'request-1');
      await world.sequence(first.eventId);
      await world.project();
      let calls = 0;
      interrupted = false;
      fateOf = async (): Promise<Fate> => {
        calls += 1;
        if (calls !== call + 1) return 'done';
        interrupted = true;
        fateOf = () => 'done';
        await subscribers.backfill(id);
        return 'done';
      };
      await subscribers.fanOut();
      fateOf = () => 'done';
      await subscribers.backfill(id);
      expect(await subscribers.positionsFor(id)).toEqual([1, 2]);
    }
  });

  test('are waited for while their position is only partly visible', async () => {
    const first = recorded('a', lachin);
    await publish(first);
    const id = await subscribers.open(nowhere);
    await subscribers.backfill(id);
    await publish(moved(first, shusha));
    await subscribers.filterBy(id, inLachin);
    await replay(id, 1, 1, false);
    const marker = (await itemsOf('EventLog', 'E#')).find(({ sk }) => sk === 'M#000001') as object;
    const others = (await itemsOf('EventLog')).filter(({ sk }) => sk !== 'M#000001');
    await emptyTable('EventLog');
    for (const item of others) await putItem('EventLog', item);
    let looks = 0;
    fateOf = async ({ command, input }): Promise<Fate> => {
      const isLook = command === 'QueryCommand' && input.ExpressionAttributeValues[':pk'].S === `E#${first.eventId}`;
      if (isLook && ++looks === 2) await putItem('EventLog', marker);
      return 'done';
    };
    await subscribers.backfill(id);
    expect(await subscribers.positionsFor(id)).toEqual([1, 2]);
  });
});

describe('an endpoint that is enabled again', () => {
  test('resumes after the last message that it acknowledged, and misses nothing that was published meanwhile', async () => {
    const id = await subscribers.open(inLachin);
    await subscribers.backfill(id);
    await publish(...many(4));
    await settle(id, 'acknowledged', 1);
    await subscribers.change(id, { sendAfter: 1 });
    await subscribers.disable(id);
    await publish(...many(4, 'meanwhile'));
    expect(await subscribers.positionsFor(id)).toEqual([1, 3]);
    await subscribers.start(id);
    expect(await stateOf(id)).toMatchObject({ backfill: { next: 2, to: null, resend: false } });
    await publish(...many(2, 'after'));
    await subscribers.backfill(id);
    expect(await subscribers.positionsFor(id)).toEqual(odd(9));
    expect((await statuses(id))[1]).toBe('acknowledged');
  });

  test('resumes its backfill where it stopped', async () => {
    await publish(...many(120));
    const id = await subscribers.open();
    await subscribers.backfill(id, 'worker', 1);
    await subscribers.disable(id);
    await publish(...many(3, 'meanwhile'));
    await subscribers.start(id);
    await subscribers.backfill(id);
    expect(await subscribers.positionsFor(id)).toEqual(upTo(123));
  });

  test('is sent parked messages again', async () => {
    const id = await subscribers.open();
    await subscribers.backfill(id);
    await publish(...many(3));
    await settle(id, 'parked', 2);
    await subscribers.disable(id);
    await subscribers.start(id);
    await subscribers.backfill(id);
    expect(await statuses(id)).toEqual({ 1: 'pending', 2: 'pending', 3: 'pending' });
  });
});

describe('a replay', () => {
  async function settled(): Promise<string> {
    const id = await subscribers.open();
    await subscribers.backfill(id);
    await publish(...many(6));
    await settle(id, 'acknowledged', 1, 2, 5, 6);
    await settle(id, 'parked', 3);
    await settle(id, 'withdrawn', 4);
    await subscribers.change(id, { sendAfter: 6 });
    return id;
  }

  test('sends acknowledged and parked messages again, and none outside of its range', async () => {
    const id = await settled();
    await replay(id, 2, 5, true);
    await subscribers.backfill(id);
    expect(await statuses(id)).toEqual({
      1: 'acknowledged',
      2: 'pending',
      3: 'pending',
      4: 'withdrawn',
      5: 'pending',
      6: 'acknowledged',
    });
    const { readDelivery } = await import('../../../functions/lib/subscribers/deliveries/delivery-lists.ts');
    expect(await readDelivery(id, 5)).toMatchObject({ previousPosition: 4, startedAt: at, attempts: 0 });
  });

  test('with onlyMissing leaves out what was acknowledged', async () => {
    const id = await settled();
    await replay(id, 1, 6, false);
    await subscribers.backfill(id);
    expect(await statuses(id)).toEqual({
      1: 'acknowledged',
      2: 'acknowledged',
      3: 'pending',
      4: 'withdrawn',
      5: 'acknowledged',
      6: 'acknowledged',
    });
  });

  test('queues what was never queued', async () => {
    await publish(...many(6));
    const id = await subscribers.open(inLachin, 6);
    await subscribers.backfill(id);
    await replay(id, 1, 4, false);
    await subscribers.backfill(id);
    expect(await subscribers.positionsFor(id)).toEqual([1, 3]);
  });

  test('of an event that only the new filter matches queues its corrections too, even after the end of the range', async () => {
    const first = recorded('a', lachin);
    await publish(first);
    const id = await subscribers.open(nowhere);
    await subscribers.backfill(id);
    const second = moved(first, shusha);
    await publish(second, recorded('b', lachin));
    await subscribers.filterBy(id, inLachin);
    await replay(id, 1, 1, false);
    await subscribers.backfill(id);
    expect(await subscribers.positionsFor(id)).toEqual([1, 2]);
    await publish(retractedRevision(second, 'No'));
    expect(await subscribers.positionsFor(id)).toEqual([1, 2, 4]);
  });

  test('beyond the end of the feed ends with the feed', async () => {
    const id = await settled();
    await replay(id, 6, 1_000, true);
    await subscribers.backfill(id);
    expect(await statuses(id)).toMatchObject({ 5: 'acknowledged', 6: 'pending' });
    expect(await stateOf(id)).not.toHaveProperty('backfill');
  });

  test('sends each message again once, however late one of the workers is', async () => {
    const id = await settled();
    await replay(id, 1, 2, true);
    const { promise: pause, resolve: go } = Promise.withResolvers<void>();
    const { promise: stopped, resolve: stops } = Promise.withResolvers<void>();
    fateOf = async ({ command, input }): Promise<Fate> => {
      if (command === 'UpdateItemCommand' && String(input.Key.sk.S).startsWith('D#')) {
        stops();
        await pause;
      }
      return 'done';
    };
    const slow = subscribers.backfill(id, 'slow');
    await stopped;
    fateOf = () => 'done';
    // Its lease ends.
    const [state] = (await itemsOf('Subscribers', `W#${id}`)).filter(({ sk }) => sk === 'STATE');
    await putItem('Subscribers', { ...state, leaseUntil: at });
    await subscribers.backfill(id, 'fast');
    await settle(id, 'acknowledged', 1, 2);
    go();
    await expect(slow).rejects.toThrow(states.ConcurrencyConflict);
    expect(await statuses(id)).toMatchObject({ 1: 'acknowledged', 2: 'acknowledged' });
  });

  test('that is requested again sends again', async () => {
    const id = await settled();
    for (const _ of upTo(2)) {
      await replay(id, 1, 2, true);
      await subscribers.backfill(id);
      expect(await statuses(id)).toMatchObject({ 1: 'pending', 2: 'pending' });
      await settle(id, 'acknowledged', 1, 2);
    }
  });

  test('with onlyMissing leaves out what was acknowledged so long ago that its delivery has expired', async () => {
    const first = recorded('a', lachin);
    await publish(first, recorded('b', lachin));
    await publishedLongAgo();
    const id = await subscribers.open(inLachin, 2);
    await subscribers.backfill(id);
    await recipients.putRecipient(first.eventId, { id, owner: 'example' }, { position: 1, revision: 0 });
    await recipients.acknowledgeRecipient(first.eventId, id, 0, at);
    await replay(id, 1, 2, false);
    await subscribers.backfill(id);
    expect(await subscribers.positionsFor(id)).toEqual([2]);
    await replay(id, 1, 2, true);
    await subscribers.backfill(id);
    expect(await subscribers.positionsFor(id)).toEqual([1, 2]);
  });

  test('sends again what was sent so long ago that its delivery has expired, though the filter does not match it any more', async () => {
    const first = recorded('a', lachin);
    const id = await subscribers.open(inLachin);
    await subscribers.backfill(id);
    await publish(first);
    await publish(moved(first, shusha), recorded('b', shusha));
    await settle(id, 'acknowledged', 1, 2);
    for (const revision of [0, 1]) await recipients.acknowledgeRecipient(first.eventId, id, revision, at);
    await subscribers.change(id, { sendAfter: 3 });
    await subscribers.filterBy(id, nowhere);
    await publishedLongAgo();
    await expireDeliveries(id);
    await replay(id, 1, 3, false);
    await subscribers.backfill(id);
    expect(await subscribers.positionsFor(id)).toEqual([]);
    await replay(id, 1, 3, true);
    await subscribers.backfill(id);
    expect(await subscribers.positionsFor(id)).toEqual([1, 2]);
  });
});

describe('a worker', () => {
  test('that finds the endpoint changed leaves the backfill to the next worker', async () => {
    await publish(...many(3));
    const id = await subscribers.open();
    fateOf = async ({ command, input }): Promise<Fate> => {
      if (command === 'QueryCommand' && input.ExpressionAttributeValues[':pk'].S === 'F') {
        fateOf = () => 'done';
        await subscribers.disable(id);
      }
      return 'done';
    };
    await expect(subscribers.backfill(id)).rejects.toThrow(states.ConcurrencyConflict);
    expect(await stateOf(id)).toMatchObject({ status: 'disabled', backfill: { next: 1 } });
  });

  test('has nothing to do if there is no backfill', async () => {
    const id = await subscribers.open();
    await subscribers.backfill(id);
    const { extendBackfill } = await import('../../../functions/lib/fan-out/backfill.ts');
    const { readEndpoint } = await import('../../../functions/lib/subscribers/endpoints/endpoints.ts');
    const state = await stateOf(id);
    const endpoint = (await readEndpoint(id)) as NonNullable<Awaited<ReturnType<typeof readEndpoint>>>;
    expect(await extendBackfill(endpoint, state)).toEqual(state);
  });
});
