import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { hourMs } from '../../../events/dates/durations.ts';
import { leaseMs } from '../../../events/webhooks/delivery-timing.ts';
import { type Redactions, redactionsIn } from '../../support/fixtures/redaction.ts';
import { chance } from '../../support/models/chance.ts';
import { type Delivering, deliveringIn, placesOf, positionsOf } from '../../support/receivers/delivering.ts';
import { createdEndpoint, verifyEndpoint } from '../../support/receivers/endpoints.ts';
import { type Reaction, type Receiver, reactions, startReceiver } from '../../support/receivers/receiver.ts';
import { type Asked, type Fate, interfere } from '../../support/world/interference.ts';
import { emptyTable, itemsOf } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

let world: World;
let delivering: Delivering;
let redactions: Redactions;
let receiver: Receiver;
let fateOf: (asked: Asked) => Fate | Promise<Fate> = () => 'done';

beforeAll(async () => {
  world = await startWorld();
  delivering = await deliveringIn(world);
  redactions = await redactionsIn(world);
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
  await receiver.stop();
});
afterAll(() => world.stop());

/** Kills a worker before its call of that number. @returns whether it made that call */
async function killedBefore(call: number, work: () => Promise<unknown>): Promise<boolean> {
  let calls = 0;
  fateOf = () => {
    calls += 1;
    if (calls > call) throw new Error('Killed.');
    return 'done';
  };
  await work().catch(() => undefined);
  fateOf = () => 'done';
  return calls > call;
}

/** Checks that no message had two bodies. */
function expectSameBodies(): void {
  const bodies = new Map<unknown, Set<string>>();
  for (const { headers, text } of receiver.received) {
    const id = headers['webhook-id'];
    bodies.set(id, (bodies.get(id) ?? new Set()).add(text));
  }
  expect([...bodies.values()].filter(({ size }) => size !== 1)).toEqual([]);
}

/** The positions in the order in which each was first received. */
const firstTold = () => [...new Set(positionsOf(receiver.received))];

describe('a worker that is killed', () => {
  test('before any of its calls leaves all messages to be sent in order, each with the same body', async () => {
    const [, second = '', third = ''] = await delivering.publish(3);
    await delivering.change(second, 0, null);
    await redactions.takeDown(third);
    for (let call = 0, goesOn = true; goesOn; call++) {
      const { id } = await createdEndpoint(world, { url: receiver.url, startAt: 'beginning' });
      await verifyEndpoint(id);
      receiver.received.length = 0;
      goesOn = await killedBefore(call, () => delivering.work(id));
      world.takeWakes();
      delivering.pass(leaseMs);
      await delivering.sweep();
      expectSameBodies();
      const bodies = placesOf(receiver.received).filter(
        ({ position }, index, all) => position !== all[index - 1]?.position,
      );
      expect(bodies).toEqual([
        { position: 1 },
        { position: 4, previousposition: 1 },
        { position: 5, previousposition: 4 },
      ]);
      expect(await delivering.statuses(id)).toEqual({
        1: 'acknowledged',
        2: 'withdrawn',
        3: 'withdrawn',
        4: 'acknowledged',
        5: 'acknowledged',
      });
      const { settledThrough, status, backfill } = await delivering.state(id);
      expect([settledThrough, status, backfill, await delivering.due(id)]).toEqual([5, 'active', undefined, undefined]);
      // At most one message is sent twice: the one that was in flight.
      expect(receiver.received.length).toBeLessThanOrEqual(4);
      expect(
        [
          ...(await delivering.outcomes(id, 1)),
          ...(await delivering.outcomes(id, 4)),
          ...(await delivering.outcomes(id, 5)),
        ].length,
      ).toBeGreaterThanOrEqual(3);
    }
    const reached = await itemsOf('Subscribers', 'R#');
    expect(reached.filter(({ acknowledgedRevision }) => acknowledgedRevision === undefined).length).toBe(0);
  });

  test('after fan-out has queued more leaves the endpoint due', async () => {
    const { id } = await delivering.open(receiver);
    await delivering.publish(1);
    let state: 'serves' | 'ends' | 'is killed' = 'serves';
    fateOf = async ({ command }): Promise<Fate> => {
      if (state === 'is killed') throw new Error('Killed.');
      if (state === 'ends' || command !== 'DeleteItemCommand') return 'done';
      state = 'ends';
      await delivering.publish(1);
      return 'done';
    };
    // The call in progress ends, and no other one begins.
    const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
    dynamodb.middlewareStack.add(
      (next, context) => async (args) => {
        const ends = context.commandName === 'DeleteItemCommand' && state === 'ends';
        try {
          return await next(args);
        } finally {
          if (ends) state = 'is killed';
        }
      },
      { step: 'build', name: 'kill' },
    );
    await expect(delivering.work(id)).rejects.toThrow('Killed.');
    dynamodb.middlewareStack.remove('kill');
    fateOf = () => 'done';
    world.takeWakes();
    expect(positionsOf(receiver.received)).toEqual([1]);
    delivering.pass(leaseMs);
    await delivering.sweep();
    expect(positionsOf(receiver.received)).toEqual([1, 2]);
    expect(await delivering.due(id)).toBeUndefined();
  });

  test('before any of its calls while it verifies an endpoint leaves it to be verified and served', async () => {
    await delivering.publish(1);
    for (let call = 0, goesOn = true; goesOn; call++) {
      const { id } = await createdEndpoint(world, { url: receiver.url, startAt: 'beginning' });
      world.takeWakes();
      receiver.received.length = 0;
      goesOn = await killedBefore(call, () => delivering.work(id));
      world.takeWakes();
      delivering.pass(leaseMs);
      await delivering.sweep();
      expectSameBodies();
      const bodies = receiver.received.map(({ body }) => body.position ?? body.type);
      expect([...new Set(bodies)]).toEqual(['webhook.verification', 1]);
      expect(await delivering.statuses(id)).toEqual({ 1: 'acknowledged' });
    }
  });

  test('before any of its calls while it disables an endpoint leaves the owner to be notified', async () => {
    const notified = await startReceiver();
    await delivering.open(notified, { filter: { types: ['webhook.endpoint.disabled'] } });
    await delivering.publish(1);
    for (let call = 0, goesOn = true; goesOn; call++) {
      const { id } = await createdEndpoint(world, { url: receiver.url, startAt: 'beginning' });
      await verifyEndpoint(id);
      receiver.otherwise(410);
      notified.received.length = 0;
      goesOn = await killedBefore(call, () => delivering.work(id));
      world.takeWakes();
      delivering.pass(leaseMs);
      await delivering.sweep();
      const { status, disabledReason } = await delivering.state(id);
      expect([status, disabledReason, await delivering.due(id)]).toEqual(['disabled', 'gone', undefined]);
      expect([...new Set(notified.received.map(({ body }) => body.data.endpoint.id))]).toEqual([id]);
      expect(new Set(notified.received.map(({ text }) => text)).size).toBe(1);
    }
    await notified.stop();
  });
});

describe('workers that run at once', () => {
  test('for one endpoint send each message once', async () => {
    const { id } = await delivering.open(receiver);
    await delivering.publish(5);
    receiver.otherwise(reactions.answersAfter(5));
    await Promise.all(
      ['prompt', 'slow', 'prompt', 'slow'].map((queue) => delivering.work(id, queue as 'prompt' | 'slow')),
    );
    await delivering.followWakes();
    expect(positionsOf(receiver.received)).toEqual([1, 2, 3, 4, 5]);
  });

  test('after the lease has ended may send a message twice, with the same body', async () => {
    const { id } = await delivering.open(receiver);
    await delivering.publish(3);
    receiver.answer(async (_, response) => {
      // The lease ends, so that another worker can take it.
      delivering.pass(leaseMs);
      await delivering.work(id);
      response.end();
    });
    await delivering.work(id);
    expectSameBodies();
    expect([firstTold(), receiver.received.length]).toEqual([[1, 2, 3], 4]);
    expect((await delivering.state(id)).settledThrough).toBe(3);
  });
});

describe('a clock that was 300 s ahead', () => {
  const aheadMs = 300 * 1_000;

  test('of a worker that was killed keeps nobody from its endpoint for longer than a lease', async () => {
    const { id } = await delivering.open(receiver);
    await delivering.publish(1);
    delivering.pass(aheadMs);
    await killedBefore(4, () => delivering.work(id));
    expect((await delivering.state(id)).leaseBy).toBeDefined();
    delivering.pass(-aheadMs);
    await delivering.work(id);
    expect(await delivering.statuses(id)).toEqual({ 1: 'acknowledged' });
  });

  test('of a worker keeps no endpoint waiting after it has failed', async () => {
    const { id } = await delivering.open(receiver);
    await delivering.publish(1);
    receiver.answer(500);
    delivering.pass(aheadMs);
    await delivering.work(id);
    world.takeWakes();
    delivering.pass(-aheadMs);
    const { nextAttemptAt = '' } = await delivering.state(id);
    expect(Date.parse(nextAttemptAt) - delivering.clock.now()).toBeGreaterThan(aheadMs);
    await delivering.sweep();
    expect(await delivering.statuses(id)).toEqual({ 1: 'acknowledged' });
    expect(await delivering.state(id)).toMatchObject({ status: 'active', failures: 0 });
  });

  test('is not needed for a lease to keep others out', async () => {
    const { id } = await delivering.open(receiver);
    await delivering.publish(1);
    await killedBefore(4, () => delivering.work(id));
    await delivering.work(id);
    expect(receiver.received).toEqual([]);
    delivering.pass(leaseMs);
    await delivering.work(id);
    expect(await delivering.statuses(id)).toEqual({ 1: 'acknowledged' });
  });
});

describe('whatever happens', () => {
  test.each([1, 2, 3, 4])('every message arrives in order, and each with one body (%d)', async (seed) => {
    const { so, of } = chance(seed);
    const maxInFlight = of([1, 1, 3]);
    const { id } = await delivering.open(receiver, { maxInFlight });
    const faults: Reaction[] = [
      500,
      503,
      429,
      reactions.resets,
      reactions.hangsUp,
      reactions.redirects,
      reactions.hasLargeHeaders,
    ];
    receiver.otherwise((request, response) => {
      const reaction = so(0.3) ? of(faults) : 200;
      if (typeof reaction === 'number') response.writeHead(reaction).end();
      else reaction(request, response);
    });
    const someFail = () =>
      so(0.02) ? ('never sent' as const) : so(0.02) ? ('answer lost' as const) : ('done' as const);
    let published = 0;
    for (let round = 0; round < 200; round++) {
      fateOf = () => 'done';
      if (published < 12 && so(0.5)) published += (await delivering.publish(of([1, 2, 3]))).length;
      if (published >= 12 && (await delivering.state(id)).settledThrough >= published) break;
      fateOf = someFail;
      await delivering.work(id, of(['prompt', 'slow'])).catch(() => undefined);
      await delivering.followWakes().catch(() => undefined);
      fateOf = () => 'done';
      delivering.pass(hourMs);
      await delivering.sweep();
    }
    const all = Array.from({ length: published }, (_, index) => index + 1);
    expectSameBodies();
    expect(Object.values(await delivering.statuses(id))).toEqual(all.map(() => 'acknowledged'));
    if (maxInFlight === 1) expect(firstTold()).toEqual(all);
    for (const { position, previousposition } of placesOf(receiver.received)) {
      expect(previousposition).toBe(position === 1 ? undefined : position - 1);
    }
    const ids = new Set(receiver.received.filter(({ body }) => body.position).map(({ body }) => body.id));
    expect(ids.size).toBe(published);
  });
});
