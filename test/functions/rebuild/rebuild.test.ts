import { AsyncLocalStorage } from 'node:async_hooks';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RebuildOptions } from '../../../functions/lib/rebuild/rebuild.ts';
import { developmentWith } from '../../events/samples.ts';
import { expectWholeTimelines } from '../../support/expectations/whole-timelines.ts';
import { anyHistory, newsroomIn, type Step } from '../../support/models/history.ts';
import { readTimelines } from '../../support/models/timelines-model.ts';
import { type Asked, type Fate, interfere } from '../../support/world/interference.ts';
import { emptyTable, itemsOf, putItem } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

let world: World;
let rebuildWith: typeof import('../../../functions/lib/rebuild/rebuild.ts').rebuild;
/** Decides over the calls of one rebuild only. */
const interference = new AsyncLocalStorage<(asked: Asked) => Fate | Promise<Fate>>();

beforeAll(async () => {
  world = await startWorld();
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  interfere(dynamodb, (asked) => interference.getStore()?.(asked) ?? 'done');
  ({ rebuild: rebuildWith } = await import('../../../functions/lib/rebuild/rebuild.ts'));
});
beforeEach(() => Promise.all([emptyTable('EventLog'), emptyTable('Timelines')]));
afterAll(() => world.stop());

const rebuild = (options: RebuildOptions = {}, fateOf: (asked: Asked) => Fate | Promise<Fate> = () => 'done') =>
  interference.run(fateOf, () => rebuildWith({ graceMs: 0, ...options }));

async function tell(steps: readonly Step[], newsroom = newsroomIn(world)): Promise<void> {
  for (const step of steps) await world.settle(...(await newsroom.carryOut(step)));
}

const checkpoint = async () => (await itemsOf('Timelines', 'META'))[0] as Record<string, unknown>;

const someHistory = (length: number, seed: number) => fc.sample(anyHistory(length), { seed, numRuns: 1 })[0] as Step[];

const questions = [
  '/v1/timeline',
  '/v1/timeline?order=desc&limit=3',
  '/v1/timeline?limit=1',
  '/v1/timeline?story=karabakh-2020&limit=2',
  '/v1/timeline?story=minsk-group&from=2020&to=2020-11-10',
  '/v1/timeline?type=hostilities.reported&order=desc',
  '/v1/timeline?place=AZ-LAC&match=within&from=2019&to=2021',
  '/v1/timeline?actor=RU&tz=Asia/Baku&date=2020-11',
  '/v1/timeline?actor=Q43&status=confirmed&limit=2',
  '/v1/timeline?match=starts&from=2020-11-09T00:00:00Z',
  '/v1/timeline?story=none',
  '/v1/stories',
  '/v1/stories/karabakh-2020',
  '/v1/stories/minsk-group',
  '/v1/stories/french-senate',
  '/v1/corrections?limit=2',
  '/v1/corrections?story=karabakh-2020',
];

/** What a reader is told, page by page. */
async function answers(): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  const ask = async (target: string) => {
    const { status, body, text } = await world.get(target);
    texts[target] = `${status} ${text}`;
    if (typeof body?.nextCursor !== 'string') return;
    await ask(`${target.replace(/[?&]cursor=.*$/, '')}${target.includes('?') ? '&' : '?'}cursor=${body.nextCursor}`);
  };
  for (const question of questions) await ask(question);
  // An earlier moment, too.
  const moment = JSON.parse((texts['/v1/corrections?limit=2'] as string).slice(4)).corrections[1]?.publishedAt;
  if (moment)
    for (const rest of ['', '&order=desc&limit=2', '&story=karabakh-2020'])
      await ask(`/v1/timeline?asOf=${moment}${rest}`);
  return texts;
}

const isSwitch = ({ command, input }: Asked) =>
  command === 'TransactWriteItemsCommand' && input.TransactItems.some((item: object) => 'Delete' in item);

/** The head of a facet, as it is stored. */
const headOf = async (facet: string) =>
  (await itemsOf('Timelines', '1#HEADS')).find(({ sk }) => sk === facet) as Record<string, unknown>;

describe('A rebuild', () => {
  test('changes nothing that a reader sees, even if events are written during it', async () => {
    const newsroom = newsroomIn(world);
    const steps = someHistory(16, 1);
    await tell(steps.slice(0, 6), newsroom);
    const writing = steps.slice(6);
    let busy = false;
    let before: Record<string, string> = {};
    const { outcome, differences } = await rebuild({}, async (asked): Promise<Fate> => {
      const next = asked.command === 'QueryCommand' && !busy && writing.shift();
      if (next) {
        busy = true;
        await interference.run(
          () => 'done',
          () => tell([next], newsroom),
        );
        busy = false;
      }
      if (isSwitch(asked)) {
        // The first try is overtaken by what is written here; before the last one, nothing is.
        if (writing.length === 0) before = await answers();
        await tell(writing.splice(0), newsroom);
      }
      return 'done';
    });
    expect({ outcome, examples: differences?.examples }).toEqual({ outcome: 'switched', examples: [] });
    expect(Object.keys(before).length).toBeGreaterThan(30);
    expect(await answers()).toEqual(before);
    await expectWholeTimelines();
  });

  test('lets a reader continue with a cursor from before the switch', async () => {
    await tell(someHistory(12, 2));
    const walk = async (meanwhile: (page: number) => Promise<unknown>) => {
      const pages: string[] = [];
      for (let cursor: string | null = '', page = 0; cursor !== null; page++) {
        const { text, body } = await world.get(`/v1/timeline?limit=2${cursor && `&cursor=${cursor}`}`);
        pages.push(text);
        cursor = body.nextCursor;
        await meanwhile(page);
      }
      return pages;
    };
    const undisturbed = await walk(async () => {});
    expect(undisturbed.length).toBeGreaterThan(5);
    expect(await walk(async (page) => page % 4 === 0 && rebuild())).toEqual(undisturbed);
    expect(Number((await checkpoint()).generation)).toBeGreaterThan(2);
  });

  test('leaves the timelines readable in one round trip', async () => {
    await tell(someHistory(3, 3));
    await rebuild();
    const readsOf = async (target: string) => {
      let reads = 0;
      await interference.run(
        () => {
          reads += 1;
          return 'done' as const;
        },
        () => world.get(target),
      );
      return reads;
    };
    // The first read finds the new generation, and reads again.
    expect([await readsOf('/v1/stories/karabakh-2020'), await readsOf('/v1/stories/karabakh-2020')]).toEqual([2, 1]);
  });

  test('leaves cached responses valid if nothing has changed', async () => {
    await world.post([developmentWith({}, { id: 'a' }), developmentWith({}, { id: 'b' })]);
    await rebuild();
    expect(await checkpoint()).toMatchObject({ generation: '2', position: 2, repairs: 0 });
  });

  test('switches if the differences only change how much is read', async () => {
    await world.post(developmentWith({}, { id: 'a' }));
    const head = await headOf('ALL');
    await putItem('Timelines', { ...head, classes: { d: 1, o: 0 }, dayOffsets: { from: -1, to: 86_400_000 } });
    expect(await rebuild()).toMatchObject({ outcome: 'switched', differences: { count: 0, invisible: 1 } });
    expect(await checkpoint()).toMatchObject({ repairs: 0 });
    await expectWholeTimelines();
  });
});

describe('Damage that a rebuild finds', () => {
  const newStory = { stories: ['french-senate'] };

  /** One event that was corrected, and one that left a story. */
  async function record(): Promise<void> {
    const { body } = await world.post(developmentWith(newStory, { id: 'a' }));
    await world.post(developmentWith({}, { id: 'b' }));
    const data = { headline: 'Another', stories: [] };
    await world.call('POST', `/v1/events/${body.id}/corrections`, {
      headers: { 'if-match': '"0"' },
      body: { note: 'A slip', data },
    });
    await world.settle(body.id);
  }

  type Item = Record<string, unknown>;
  const without = (item: Item, ...names: string[]) =>
    Object.fromEntries(Object.entries(item).filter(([name]) => !names.includes(name)));

  test.each<[string, string, number | string, (item: Item) => Item, RegExp]>([
    ['a card with the wrong text', '1#ALL', 0, (item) => ({ ...item, e: '{"a":1}' }), /^ALL d#\S+ differs in e\.$/],
    [
      'a missing card',
      '1#T#development.reported',
      1,
      (item) => without(item, 'e', 'x'),
      /^T#\S+ d#\S+ is in the rebuilt timelines only\.$/,
    ],
    [
      'a card under a key that is not its own',
      '1#S#karabakh-2020',
      0,
      (item) => ({ ...item, sk: 'd#0#0#evt_a' }),
      /^S#\S+ d#0#0#evt_a is in the present timelines only\.$/,
    ],
    [
      'a card instead of a tombstone',
      '1#S#french-senate',
      0,
      (item) => ({ ...item, e: '{"a":1}' }),
      /^S#french-senate d#\S+ is in the present timelines only\.$/,
    ],
    [
      'a past card with the wrong time of replacement',
      '1#H#ALL',
      0,
      (item) => ({ ...item, until: '2020-01-01T00:00:00.000Z' }),
      /^H#ALL d#\S+Z differs in until\.$/,
    ],
    [
      'a line of the corrections log with the wrong text',
      '1#C#S#karabakh-2020',
      0,
      (item) => ({ ...item, e: '{"a":1}' }),
      /^C#S#karabakh-2020 20\S+ differs in e\.$/,
    ],
    [
      'a head with the wrong number of entries',
      '1#HEADS',
      'ALL',
      (item) => ({ ...item, entries: 3 }),
      /^The head of ALL differs in entries\.$/,
    ],
    [
      'a head with the wrong position',
      '1#HEADS',
      'S#french-senate',
      (item) => ({ ...item, position: 1 }),
      /^The head of S#french-senate differs in position\.$/,
    ],
    [
      'a head without the span classes of its cards',
      '1#HEADS',
      'ALL',
      (item) => ({ ...item, classes: {} }),
      /^The head of ALL differs in classes\.$/,
    ],
    [
      'a head without its day offsets',
      '1#HEADS',
      'S#french-senate',
      (item) => without(item, 'dayOffsets'),
      /^The head of S#french-senate differs in classes\.$/,
    ],
    [
      'a head of a facet without cards',
      '1#HEADS',
      'ALL',
      (item) => ({ ...item, sk: 'S#a' }),
      /^The head of S#a is in the present timelines only\.$/,
    ],
  ])(
    'is listed as a difference and prevents the switch, unless differences are accepted: %s',
    async (_, partition, index, damage, sentence) => {
      await record();
      const whole = await readTimelines();
      const item =
        typeof index === 'string'
          ? await headOf(index)
          : ((await itemsOf('Timelines', partition)).filter(({ pk }) => pk === partition)[index] as Item);
      await putItem('Timelines', damage(item));
      const refused = await rebuild();
      expect(refused).toMatchObject({ outcome: 'differs', position: 3, removed: 0, differences: { count: 1 } });
      expect(refused.differences?.examples).toEqual([expect.stringMatching(sentence)]);
      expect((await world.get('/v1/timeline')).status).toBe(200);
      expect(await itemsOf('Timelines', 'META')).toEqual([
        expect.objectContaining({ sk: 'PROJECT', generation: '1', repairs: 0 }),
        expect.objectContaining({ sk: 'REBUILD', generation: '2' }),
      ]);
      // Events that are written meanwhile are projected into both generations.
      await world.post(developmentWith({}, { id: 'c' }));
      const { outcome } = await rebuild({ acceptDifferences: true });
      expect([outcome, await checkpoint()]).toMatchObject(['switched', { generation: '2', repairs: 1 }]);
      expect(await readTimelines('2')).not.toEqual(whole);
      await expectWholeTimelines();
    },
  );
});

describe('A rebuild of a record with a parked entry', () => {
  const unreadable = async () => {
    await world.sequence(
      ...(await Promise.all(
        ['a', 'b'].map(
          async (id) => (await world.call('POST', '/v1/events', { body: developmentWith({}, { id }) })).body.id,
        ),
      )),
    );
    const [first] = await itemsOf('EventLog', 'F');
    await putItem('EventLog', { ...first, values: '[' });
    const { follow } = await import('../../../functions/lib/event-log/follower.ts');
    const { projector } = await import('../../../functions/lib/project/projector.ts');
    await follow(
      projector(async () => {}),
      () => Number.POSITIVE_INFINITY,
    );
    expect(await checkpoint()).toMatchObject({ position: 2, parked: 1 });
    return first as object;
  };

  test('parks the same entry', async () => {
    const whole = await unreadable();
    expect(await rebuild()).toMatchObject({ outcome: 'switched', parked: [1], differences: { count: 0 } });
    await putItem('EventLog', whole);
    await expectWholeTimelines([1]);
  });

  test('shows an entry that can be read now, and lists it as a difference', async () => {
    await putItem('EventLog', await unreadable());
    const { outcome, differences } = await rebuild();
    expect([outcome, differences?.examples[0]]).toEqual([
      'differs',
      'Position 1 is parked in the present timelines only.',
    ]);
    expect(await rebuild({ acceptDifferences: true })).toMatchObject({ outcome: 'switched', parked: [] });
    expect(await checkpoint()).toMatchObject({ repairs: 1 });
    await expectWholeTimelines();
  });

  test('compares again if an entry is reprojected meanwhile, and reprojects it too', async () => {
    const { reproject } = await import('../../../functions/lib/project/reproject.ts');
    const whole = await unreadable();
    let reprojected = false;
    const rebuilt = await rebuild({}, async (asked): Promise<Fate> => {
      if (!reprojected && isSwitch(asked)) {
        reprojected = true;
        await putItem('EventLog', whole);
        await interference.run(
          () => 'done',
          () => reproject((whole as { eventId: string }).eventId),
        );
      }
      return 'done';
    });
    expect(rebuilt).toMatchObject({ outcome: 'switched', parked: [], differences: { count: 0 } });
    expect(await checkpoint()).toMatchObject({ generation: '2', repairs: 1 });
    await expectWholeTimelines();
  });
});

describe('The generation that a rebuild replaces', () => {
  test('is removed by the next run, if the rebuild was interrupted after the switch', async () => {
    await tell(someHistory(4, 4));
    const stopped = rebuild({}, ({ command }): Fate => {
      if (command === 'ScanCommand') throw new Error('Killed');
      return 'done';
    });
    await expect(stopped).rejects.toThrow('Killed');
    expect(await itemsOf('Timelines', '1#')).not.toEqual([]);
    const { outcome, removed } = await rebuild();
    expect([outcome, removed > 0, (await checkpoint()).generation]).toEqual(['cleared', true, '2']);
    await expectWholeTimelines();
  });

  test('is removed together with that of a rebuild that was discarded', async () => {
    await tell(someHistory(4, 5));
    const killed = (): Fate => {
      throw new Error('Killed');
    };
    await rebuild({}, (asked) => (isSwitch(asked) ? killed() : 'done')).catch(() => {});
    expect(await itemsOf('Timelines', '2#')).not.toEqual([]);
    expect(await rebuild({ anew: true })).toMatchObject({ outcome: 'switched' });
    expect(await checkpoint()).toMatchObject({ generation: '3' });
    await expectWholeTimelines();
  });

  test('stays for the grace period, since functions may still read it', async () => {
    await world.post(developmentWith({}, { id: 'a' }));
    let seen = 0;
    const progress: string[] = [];
    await rebuild({ graceMs: 300, onProgress: (step) => progress.push(step) }, async ({ command }): Promise<Fate> => {
      if (command === 'ScanCommand' && seen === 0) seen = Date.now();
      return 'done';
    });
    expect(progress.filter((step) => step.startsWith('Waiting')).length).toBeGreaterThan(0);
    expect(seen - Date.parse((await checkpoint()).advancedAt as string)).toBeGreaterThanOrEqual(295);
  });

  test('is cleared by the next rebuild of items that a late writer left', async () => {
    await world.post(developmentWith({}, { id: 'a' }));
    const [late] = await itemsOf('Timelines', '1#ALL');
    await rebuild();
    await putItem('Timelines', late as object);
    await rebuild();
    await expectWholeTimelines();
  });

  test('is followed by a generation without items, even after the loss of a checkpoint', async () => {
    await world.post(developmentWith({}, { id: 'a' }));
    await putItem('Timelines', { pk: '2#HEADS#3', sk: 'ALL', entries: 7 });
    await rebuild();
    expect(await checkpoint()).toMatchObject({ generation: '3' });
    await expectWholeTimelines();
  });
});

test('A projection that is in progress at the switch continues in the new timelines', async () => {
  await world.post(developmentWith({}, { id: 'a' }));
  const { body } = await world.call('POST', '/v1/events', { body: developmentWith({}, { id: 'b' }) });
  await world.sequence(body.id);
  const { promise: pause, resolve: go } = Promise.withResolvers<void>();
  const { promise: begun, resolve: begins } = Promise.withResolvers<void>();
  const slow = interference.run(
    async ({ command }): Promise<Fate> => {
      if (command === 'TransactWriteItemsCommand') {
        begins();
        await pause;
      }
      return 'done';
    },
    () => world.project(),
  );
  await begun;
  await rebuild();
  await world.post(developmentWith({}, { id: 'c' }));
  go();
  await slow;
  await expectWholeTimelines();
});
