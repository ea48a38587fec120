import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Revision } from '../../../events/revision.ts';
import { correctedRevision, eventWith, recordedRevision } from '../../events/given.ts';
import { type Subscribers, subscribersIn } from '../../support/receivers/subscribers.ts';
import { type Asked, type Fate, interfere } from '../../support/world/interference.ts';
import { emptyTable } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

let world: World;
let subscribers: Subscribers;
let fateOf: (asked: Asked) => Fate | Promise<Fate>;
let append: typeof import('../../../functions/lib/event-log/log.ts').append;
let startDelivery: typeof import('../../../functions/lib/subscribers/deliveries/deliveries.ts').startDelivery;
let settleDelivery: typeof import('../../../functions/lib/subscribers/deliveries/deliveries.ts').settleDelivery;

beforeAll(async () => {
  world = await startWorld();
  subscribers = await subscribersIn();
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  interfere(dynamodb, (asked) => fateOf(asked));
  ({ append } = await import('../../../functions/lib/event-log/log.ts'));
  ({ startDelivery, settleDelivery } = await import('../../../functions/lib/subscribers/deliveries/deliveries.ts'));
});
beforeEach(async () => {
  fateOf = () => 'done';
  await Promise.all([emptyTable('EventLog'), emptyTable('Timelines'), emptyTable('Subscribers')]);
  world.takeWakes();
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(() => world.stop());

const at = '2026-11-22T10:00:00.000Z';
const lachin = { name: 'Lachin', iso3166_2: 'AZ-LAC' };
const shusha = { name: 'Shusha' };
const inLachin = { places: ['AZ-LAC'] };
const inShusha = { places: ['shusha'] };
const nowhere = { stories: ['another'] };

function recorded(id: string, ...places: object[]): Revision {
  const event = eventWith({}, { id });
  return recordedRevision({ ...event, data: { ...event.data, places } as typeof event.data });
}

const moved = (before: Revision, ...places: object[]) =>
  correctedRevision(before, 'A slip', { places }, { ...before.event.data, places });

/** Appends, sequences and projects revisions, event by event. */
async function publish(...revisions: Revision[]): Promise<void> {
  for (const revision of revisions) await append(revision, 'request-1');
  await world.sequence(...new Set(revisions.map(({ eventId }) => eventId)));
  await world.project();
}

/** The numbers below another. */
const upTo = (end: number) => Array.from({ length: end }, (_, index) => index);

/**
 * From the call of this number on, no call reaches the database, as if the function were killed. The first of them may
 * be executed.
 */
function dieAt(call: number, fate: Fate): { readonly calls: number } {
  const counted = { calls: 0 };
  fateOf = () => {
    counted.calls += 1;
    if (counted.calls <= call) return 'done';
    return counted.calls === call + 1 ? fate : 'never sent';
  };
  return counted;
}

/** Does something between two calls. */
function interruptAt(call: number, work: () => Promise<void>): void {
  let calls = 0;
  fateOf = async (): Promise<Fate> => {
    calls += 1;
    if (calls !== call + 1) return 'done';
    const interrupted = fateOf;
    fateOf = () => 'done';
    await work();
    fateOf = interrupted;
    return 'done';
  };
}

describe('fan-out that is woken again', () => {
  test('queues nothing twice and resets nothing', async () => {
    const id = await subscribers.open();
    await publish(recorded('a'), recorded('b'));
    await subscribers.fanOut();
    await startDelivery(id, 1, null, at);
    await settleDelivery(id, 1, 'acknowledged', at);
    world.takeWakes();
    await subscribers.fanOut();
    expect((await subscribers.queuedFor(id)).map(({ status }) => status)).toEqual(['acknowledged', 'pending']);
    expect(world.takeWakes()).toEqual([]);
  });

  test('queues everything once while another instance is running', async () => {
    const id = await subscribers.open();
    await publish(...upTo(20).map((index) => recorded(`event-${index}`)));
    await Promise.all([subscribers.fanOut(), subscribers.fanOut(), subscribers.fanOut()]);
    expect(await subscribers.positionsFor(id)).toEqual(upTo(20).map((index) => index + 1));
    expect(await subscribers.checkpoint()).toMatchObject({ position: 20 });
  });

  test('changes nothing if it is late, after a faster instance and after the worker, wherever it had stopped', async () => {
    const first = recorded('a', lachin);
    await publish(first, moved(first, shusha), recorded('b', lachin));
    for (const call of upTo(14)) {
      await emptyTable('Subscribers');
      const id = await subscribers.open(inLachin);
      const { promise: pause, resolve: go } = Promise.withResolvers<void>();
      const { promise: stopped, resolve: stops } = Promise.withResolvers<void>();
      let calls = 0;
      fateOf = async (): Promise<Fate> => {
        calls += 1;
        if (calls !== call + 1) return 'done';
        stops();
        await pause;
        return 'done';
      };
      const slow = subscribers.fanOut();
      await Promise.race([stopped, slow]);
      fateOf = () => 'done';
      await subscribers.fanOut();
      for (const position of await subscribers.positionsFor(id)) {
        await startDelivery(id, position, null, at);
        await settleDelivery(id, position, 'acknowledged', at);
      }
      const before = [await subscribers.queuedFor(id), await subscribers.recipients(), await subscribers.checkpoint()];
      go();
      await slow;
      const after = [await subscribers.queuedFor(id), await subscribers.recipients(), await subscribers.checkpoint()];
      expect(after).toEqual(before);
      expect(await subscribers.positionsFor(id)).toEqual([1, 2, 3]);
    }
  });
});

describe('fan-out that is killed', () => {
  // It retries after pauses of random length before it fails.
  beforeEach(() => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
  });

  test.each(['never sent', 'answer lost'] as const)(
    'at any call, which was %s, queues everything when it is woken again',
    async (fate) => {
      const all = await subscribers.open();
      const some = await subscribers.open(inLachin);
      const expected: number[] = [];
      let killed = true;
      for (let call = 0; killed; call++) {
        const first = recorded(`event-${call}`, lachin);
        const begin = 3 * call;
        await publish(first, moved(first, shusha), recorded(`other-${call}`, shusha));
        expected.push(begin + 1, begin + 2);
        const counted = dieAt(call, fate);
        await subscribers.fanOut().catch(() => {});
        killed = counted.calls > call;
        fateOf = () => 'done';
        await subscribers.fanOut();
        expect(await subscribers.checkpoint()).toMatchObject({ position: begin + 3, parked: 0 });
        expect(await subscribers.positionsFor(some)).toEqual(expected);
        expect(await subscribers.positionsFor(all)).toHaveLength(begin + 3);
      }
    },
  );

  test('lets workers send what it queued only once its checkpoint covers it', async () => {
    const id = await subscribers.open();
    await publish(recorded('a'));
    fateOf = ({ command }) => (command === 'TransactWriteItemsCommand' ? 'never sent' : 'done');
    await expect(subscribers.fanOut()).rejects.toThrow('The connection timed out.');
    expect(await subscribers.positionsFor(id)).toEqual([1]);
    const { readFanOutCheckpoint } = await import('../../../functions/lib/subscribers/fan-out/fan-out-checkpoint.ts');
    expect(await readFanOutCheckpoint('consistent')).toMatchObject({ position: 0 });
  });

  test('before it has woken any worker leaves all of them to the sweep', async () => {
    const id = await subscribers.open();
    const { deleteDueEndpoint, dueEndpointsBy } = await import(
      '../../../functions/lib/subscribers/endpoints/due-endpoints.ts'
    );
    await deleteDueEndpoint(id);
    await publish(recorded('a'));
    fateOf = ({ command }) => (command === 'TransactWriteItemsCommand' ? 'answer lost' : 'done');
    await subscribers.fanOut().catch(() => {});
    const due = [];
    for await (const one of dueEndpointsBy(Date.now())) due.push(one.id);
    expect(due).toEqual([id]);
  });
});

describe('a list of active endpoints that changes while fan-out runs', () => {
  /** Does something at each call of a fan-out of three entries, and checks the result. */
  async function atEachCall(
    prepare: () => Promise<string>,
    change: (id: string) => Promise<unknown>,
    look: (id: string, whenChanged: number) => Promise<void>,
  ): Promise<void> {
    let interrupted = true;
    for (let call = 0; interrupted; call++) {
      await Promise.all([emptyTable('EventLog'), emptyTable('Timelines'), emptyTable('Subscribers')]);
      await subscribers.open();
      let id = await prepare();
      await publish(recorded('a', lachin), recorded('b', shusha), recorded('c', lachin));
      interrupted = false;
      let whenChanged = 0;
      interruptAt(call, async () => {
        interrupted = true;
        whenChanged = Number((await subscribers.checkpoint())?.position ?? 0);
        id = ((await change(id)) as string | undefined) ?? id;
      });
      await subscribers.fanOut();
      fateOf = () => 'done';
      if (!interrupted) continue;
      expect(await subscribers.checkpoint()).toMatchObject({ position: 3 });
      await look(id, whenChanged);
    }
  }

  test('lets no endpoint miss anything that is published after its registration', async () => {
    await atEachCall(
      async () => '',
      () => subscribers.open(inLachin, 1),
      async (id) => {
        await subscribers.backfill(id);
        expect(await subscribers.positionsFor(id)).toEqual([3]);
      },
    );
  });

  test('lets no endpoint miss anything, neither by fan-out nor by its worker, if its backfill runs at once', async () => {
    await atEachCall(
      async () => '',
      async () => {
        const id = await subscribers.open();
        await subscribers.backfill(id);
        return id;
      },
      async (id) => expect(await subscribers.positionsFor(id)).toEqual([1, 2, 3]),
    );
  });

  test('lets no endpoint that is enabled again miss anything', async () => {
    await atEachCall(
      async () => {
        const id = await subscribers.open(inLachin);
        await subscribers.backfill(id);
        await subscribers.disable(id);
        return id;
      },
      (id) => subscribers.start(id),
      async (id) => {
        await subscribers.backfill(id);
        expect(await subscribers.positionsFor(id)).toEqual([1, 3]);
      },
    );
  });

  test('lets the filter decide that an endpoint has when the checkpoint passes an entry', async () => {
    await atEachCall(
      async () => {
        const id = await subscribers.open(nowhere);
        await subscribers.backfill(id);
        return id;
      },
      (id) => subscribers.filterBy(id, inShusha),
      async (id, whenChanged) => expect(await subscribers.positionsFor(id)).toEqual(whenChanged < 2 ? [2] : []),
    );
  });
});
