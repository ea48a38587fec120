import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Revision } from '../../../events/revision.ts';
import type { EndpointState } from '../../../functions/lib/subscribers/endpoint-state.ts';
import { correctedRevision, eventWith, recordedRevision, retractedRevision } from '../../events/given.ts';
import { type Subscribers, subscribersIn } from '../../support/receivers/subscribers.ts';
import { type Asked, type Fate, interfere } from '../../support/world/interference.ts';
import { emptyTable, itemsOf, putItem } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

let world: World;
let subscribers: Subscribers;
let fateOf: (asked: Asked) => Fate | Promise<Fate>;
let append: typeof import('../../../functions/lib/event-log/log.ts').append;
let deliveries: typeof import('../../../functions/lib/subscribers/deliveries.ts');
let states: typeof import('../../../functions/lib/subscribers/endpoint-state.ts');
let reach: typeof import('../../../functions/lib/subscribers/recipients.ts');

beforeAll(async () => {
  world = await startWorld();
  subscribers = await subscribersIn();
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  interfere(dynamodb, (asked) => fateOf(asked));
  ({ append } = await import('../../../functions/lib/event-log/log.ts'));
  deliveries = await import('../../../functions/lib/subscribers/deliveries.ts');
  states = await import('../../../functions/lib/subscribers/endpoint-state.ts');
  reach = await import('../../../functions/lib/subscribers/recipients.ts');
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
async function tell(...revisions: Revision[]): Promise<void> {
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

/** Removes the deliveries of an endpoint, as DynamoDB does once their time to live is over. */
async function expireDeliveries(id: string): Promise<void> {
  const items = await itemsOf('Subscribers');
  await emptyTable('Subscribers');
  const kept = items.filter(({ pk, sk }) => pk !== `W#${id}` || !String(sk).startsWith('D#'));
  for (const item of kept) await putItem('Subscribers', item);
}

/** Asks for a stretch again. */
const replay = (id: string, from: number, to: number, resend: boolean) =>
  subscribers.change(id, { sendAfter: from - 1, backfill: { next: from, to, resend } });

describe('an endpoint that begins', () => {
  test('at the beginning gets all that its filter takes, in steps', async () => {
    await tell(...many(120));
    const id = await subscribers.open(inLachin);
    await subscribers.backfill(id, 'worker', 1);
    // To fix where it ends is no step of its own.
    expect(await stateOf(id)).toMatchObject({ backfill: { next: 51, to: 120, resend: false } });
    expect(await subscribers.positionsFor(id)).toEqual(odd(50));
    await subscribers.backfill(id);
    expect(await subscribers.positionsFor(id)).toEqual(odd(120));
    expect(await stateOf(id)).not.toHaveProperty('backfill');
  });

  test('at a position gets what comes from there on', async () => {
    await tell(...many(10));
    const id = await subscribers.open({}, 6);
    await subscribers.backfill(id);
    expect(await subscribers.positionsFor(id)).toEqual([7, 8, 9, 10]);
  });

  test('now gets nothing of the past', async () => {
    await tell(...many(3));
    const id = await subscribers.open({}, 3);
    await subscribers.backfill(id);
    expect(await subscribers.positionsFor(id)).toEqual([]);
    expect(await stateOf(id)).not.toHaveProperty('backfill');
  });

  test('before there is anything gets nothing, and then everything', async () => {
    const id = await subscribers.open();
    await subscribers.backfill(id);
    await tell(...many(2));
    expect(await subscribers.positionsFor(id)).toEqual([1, 2]);
  });

  test('gets once what comes in meanwhile', async () => {
    await tell(...many(60));
    const id = await subscribers.open();
    await subscribers.backfill(id, 'worker', 1);
    await tell(...many(5, 'live'));
    expect(await subscribers.positionsFor(id)).toEqual([...upTo(50), 61, 62, 63, 64, 65]);
    await subscribers.backfill(id);
    expect(await subscribers.positionsFor(id)).toEqual(upTo(65));
  });

  test('gets by its worker no more than fan-out has passed', async () => {
    await tell(...many(2));
    await append(recorded('later'), 'request-1');
    await world.sequence(recorded('later').eventId);
    const id = await subscribers.open();
    await subscribers.backfill(id);
    expect(await subscribers.positionsFor(id)).toEqual([1, 2]);
    await tell();
    expect(await subscribers.positionsFor(id)).toEqual([1, 2, 3]);
  });

  test('passes what cannot be read', async () => {
    await tell(...many(4));
    const [, second, third] = await itemsOf('EventLog', 'F');
    await putItem('EventLog', { ...second, values: '[' });
    await putItem('EventLog', { ...third, v: 3 });
    const id = await subscribers.open({ places: ['AZ-LAC', 'shusha'] });
    await subscribers.backfill(id);
    expect(await subscribers.positionsFor(id)).toEqual([1, 4]);
  });

  test('waits for the half of a transaction that is not visible yet', async () => {
    await tell(...many(3));
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

describe('corrections and what an endpoint gets of the past', () => {
  test('go together: what its filter does not take any more comes too', async () => {
    const first = recorded('a', lachin);
    const second = moved(first, shusha);
    await tell(first, recorded('b', shusha), second, retractedRevision(second, 'No'));
    const id = await subscribers.open(inLachin);
    await subscribers.backfill(id);
    // Revisions are sequenced event by event.
    const { eventId } = first;
    expect((await subscribers.queuedFor(id)).map(({ eventId, revision }) => ({ eventId, revision }))).toEqual(
      [0, 1, 2].map((revision) => ({ eventId, revision })),
    );
  });

  test('are of nothing that its filter takes only later', async () => {
    const first = recorded('a', shusha);
    const second = moved(first);
    const third = moved(second, lachin);
    await tell(first, second, third, moved(third, shusha));
    const id = await subscribers.open(inLachin);
    await subscribers.backfill(id);
    expect(await subscribers.positionsFor(id)).toEqual([3, 4]);
    await replay(id, 1, 4, true);
    await subscribers.backfill(id);
    expect(await subscribers.positionsFor(id)).toEqual([3, 4]);
  });

  test('go together if fan-out passes the correction before the worker has come to the original', async () => {
    const first = recorded('a', lachin);
    await tell(first);
    const id = await subscribers.open(inLachin);
    await subscribers.backfill(id, 'worker', 0);
    const backfill = { next: 1, to: 1, resend: false };
    await subscribers.change(id, { backfill });
    const second = moved(first, shusha);
    await tell(second);
    // The correction carries what the filter takes of the original. It is not sent before the worker has come to the original.
    expect(await subscribers.positionsFor(id)).toEqual([2]);
    await subscribers.backfill(id);
    expect(await subscribers.positionsFor(id)).toEqual([1, 2]);
    await tell(retractedRevision(second, 'No'));
    expect(await subscribers.positionsFor(id)).toEqual([1, 2, 3]);
  });

  test('go together if the worker is killed at any call in between', async () => {
    let killed = true;
    for (let call = 0; killed; call++) {
      await Promise.all([emptyTable('EventLog'), emptyTable('Timelines'), emptyTable('Subscribers')]);
      const first = recorded('a', lachin);
      await tell(first);
      const id = await subscribers.open(inLachin);
      await subscribers.change(id, { backfill: { next: 1, to: 1, resend: false } });
      await tell(moved(first, shusha));
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

  test('go together if fan-out passes the correction at any call of the worker', async () => {
    let interrupted = true;
    for (let call = 0; interrupted; call++) {
      await Promise.all([emptyTable('EventLog'), emptyTable('Timelines'), emptyTable('Subscribers')]);
      const first = recorded('a', lachin);
      await tell(first);
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

  test('go together if the worker passes the original at any call of fan-out', async () => {
    let interrupted = true;
    for (let call = 0; interrupted; call++) {
      await Promise.all([emptyTable('EventLog'), emptyTable('Timelines'), emptyTable('Subscribers')]);
      const first = recorded('a', lachin);
      await tell(first);
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

  test('are waited for while their place in the record can be seen only in part', async () => {
    const first = recorded('a', lachin);
    await tell(first);
    const id = await subscribers.open(nowhere);
    await subscribers.backfill(id);
    await tell(moved(first, shusha));
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
  test('goes on after the last that it acknowledged, and misses nothing of what came meanwhile', async () => {
    const id = await subscribers.open(inLachin);
    await subscribers.backfill(id);
    await tell(...many(4));
    await settle(id, 'acknowledged', 1);
    await subscribers.change(id, { sendAfter: 1 });
    await subscribers.disable(id);
    await tell(...many(4, 'meanwhile'));
    expect(await subscribers.positionsFor(id)).toEqual([1, 3]);
    await subscribers.start(id);
    expect(await stateOf(id)).toMatchObject({ backfill: { next: 2, to: null, resend: false } });
    await tell(...many(2, 'after'));
    await subscribers.backfill(id);
    expect(await subscribers.positionsFor(id)).toEqual(odd(9));
    expect((await statuses(id))[1]).toBe('acknowledged');
  });

  test('goes on with the past that it had not come to', async () => {
    await tell(...many(120));
    const id = await subscribers.open();
    await subscribers.backfill(id, 'worker', 1);
    await subscribers.disable(id);
    await tell(...many(3, 'meanwhile'));
    await subscribers.start(id);
    await subscribers.backfill(id);
    expect(await subscribers.positionsFor(id)).toEqual(upTo(123));
  });

  test('is sent again what was parked', async () => {
    const id = await subscribers.open();
    await subscribers.backfill(id);
    await tell(...many(3));
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
    await tell(...many(6));
    await settle(id, 'acknowledged', 1, 2, 5, 6);
    await settle(id, 'parked', 3);
    await settle(id, 'withdrawn', 4);
    await subscribers.change(id, { sendAfter: 6 });
    return id;
  }

  test('sends what was acknowledged or parked again, and nothing outside of it', async () => {
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
    const { readDelivery } = await import('../../../functions/lib/subscribers/delivery-lists.ts');
    expect(await readDelivery(id, 5)).toMatchObject({ previousPosition: 4, startedAt: at, attempts: 0 });
  });

  test('of what is missing leaves what was acknowledged', async () => {
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

  test('brings what was never queued', async () => {
    await tell(...many(6));
    const id = await subscribers.open(inLachin, 6);
    await subscribers.backfill(id);
    await replay(id, 1, 4, false);
    await subscribers.backfill(id);
    expect(await subscribers.positionsFor(id)).toEqual([1, 3]);
  });

  test('of what its filter takes only now brings the corrections too, though they come after its end', async () => {
    const first = recorded('a', lachin);
    await tell(first);
    const id = await subscribers.open(nowhere);
    await subscribers.backfill(id);
    const second = moved(first, shusha);
    await tell(second, recorded('b', lachin));
    await subscribers.filterBy(id, inLachin);
    await replay(id, 1, 1, false);
    await subscribers.backfill(id);
    expect(await subscribers.positionsFor(id)).toEqual([1, 2]);
    await tell(retractedRevision(second, 'No'));
    expect(await subscribers.positionsFor(id)).toEqual([1, 2, 4]);
  });

  test('to beyond the end of the feed ends there', async () => {
    const id = await settled();
    await replay(id, 6, 1_000, true);
    await subscribers.backfill(id);
    expect(await statuses(id)).toMatchObject({ 5: 'acknowledged', 6: 'pending' });
    expect(await stateOf(id)).not.toHaveProperty('backfill');
  });

  test('sends each of them again once, however late one of the workers comes', async () => {
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

  test('asked for again sends again', async () => {
    const id = await settled();
    for (const _ of upTo(2)) {
      await replay(id, 1, 2, true);
      await subscribers.backfill(id);
      expect(await statuses(id)).toMatchObject({ 1: 'pending', 2: 'pending' });
      await settle(id, 'acknowledged', 1, 2);
    }
  });

  test('of what is missing passes what was acknowledged so long ago that its delivery is forgotten', async () => {
    const first = recorded('a', lachin);
    await tell(first, recorded('b', lachin));
    await publishedLongAgo();
    const id = await subscribers.open(inLachin, 2);
    await subscribers.backfill(id);
    await reach.putRecipient(first.eventId, { id, owner: 'example' }, { position: 1, revision: 0 });
    await reach.acknowledgeRecipient(first.eventId, id, 0, at);
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
    await tell(first);
    await tell(moved(first, shusha), recorded('b', shusha));
    await settle(id, 'acknowledged', 1, 2);
    for (const revision of [0, 1]) await reach.acknowledgeRecipient(first.eventId, id, revision, at);
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
  test('that finds the endpoint changed leaves the past to who comes next', async () => {
    await tell(...many(3));
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

  test('has nothing to do where there is no past to be looked at', async () => {
    const id = await subscribers.open();
    await subscribers.backfill(id);
    const { extendBackfill } = await import('../../../functions/lib/fan-out/backfill.ts');
    const { readEndpoint } = await import('../../../functions/lib/subscribers/endpoints.ts');
    const state = await stateOf(id);
    const endpoint = (await readEndpoint(id)) as NonNullable<Awaited<ReturnType<typeof readEndpoint>>>;
    expect(await extendBackfill(endpoint, state)).toEqual(state);
  });
});
