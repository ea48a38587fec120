import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Follower } from '../../../functions/lib/event-log/follower.ts';
import { developmentWith } from '../../events/samples.ts';
import { readFeed, readTimelines, timelinesOf } from '../../support/models/timelines-model.ts';
import { meterCapacity } from '../../support/world/capacity.ts';
import { emptyTable, putItem } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const msFromYearZero = 62_167_219_200_000;

let world: World;
let projector: () => Follower;
let take: ReturnType<typeof meterCapacity>['take'];

beforeAll(async () => {
  world = await startWorld();
  const room = await import('../../../functions/lib/project/projector.ts');
  projector = () => room.projector(async () => {});
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  take = meterCapacity(dynamodb).take;
});
beforeEach(async () => {
  await Promise.all([emptyTable('EventLog'), emptyTable('Timelines')]);
});
afterAll(() => world.stop());

/** Puts tombstones of a day into the timeline of all, as events leave them that are retracted. */
async function putTombstones(count: number, day: string): Promise<void> {
  const [earliest, latest] = [Date.parse(day), Date.parse(day) + 86_399_999].map((epochMs) =>
    String(epochMs + msFromYearZero + 86_400_000).padStart(15, '0'),
  );
  const ids = Array.from({ length: count }, (_, index) => `evt_${index.toString(36).replaceAll(/[01890]/g, 'z')}`);
  const keys = ids.map((id, index) => `d#${earliest}#${latest}#${id.padEnd(26, 'a')}${String(index).padStart(4, '2')}`);
  for (let index = 0; index < count; index += 100) {
    const some = keys.slice(index, index + 100);
    await Promise.all(some.map((sk) => putItem('Timelines', { pk: '1#ALL', sk, v: 1, r: 1, n: 1, at: day })));
  }
}

async function post(id: string, edtf: string): Promise<string> {
  const { body } = await world.call('POST', '/v1/events', { body: developmentWith({ when: { edtf } }, { id }) });
  await world.sequence(body.id);
  return body.id;
}

async function change(id: string, revision: number, edtf: string | null): Promise<void> {
  const headers = { 'if-match': `"${revision}"` };
  const [path, body] =
    edtf === null
      ? ['retraction', { note: 'No' }]
      : ['corrections', { note: 'No', data: { headline: `Revision ${revision}`, when: { edtf } } }];
  const reply = await world.call('POST', `/v1/events/${id}/${path}`, { headers, body });
  expect(reply.status).toBeLessThan(300);
  await world.sequence(id);
}

/** Projects what is in the feed, but not what is left to do at its end. */
async function projectEntries(): Promise<void> {
  const { follow } = await import('../../../functions/lib/event-log/follower.ts');
  await follow({ ...projector(), atEnd: async () => false }, () => 60_000);
}

async function daysOfAll(): Promise<unknown[]> {
  const { heads } = await readTimelines();
  const { first, last, search } = heads['1#HEADS ALL'] as Record<string, unknown>;
  return [first, last, search !== undefined];
}

describe('the retraction of the first event and of the last', () => {
  test.each([
    ['2020-01-01', '2019-01-01', '2020-06-01', '2020-12-31'],
    ['2020-11-01', '2020-12-31', '2020-01-01', '2020-06-01'],
  ])('costs the same behind 100 and 1,000 tombstones of %s', async (tombstones, edge, ...others) => {
    const costs: number[] = [];
    for (const count of [1, 100, 1_000]) {
      await Promise.all([emptyTable('EventLog'), emptyTable('Timelines')]);
      for (const day of others) await post(`other-${day}`, day);
      const id = await post('edge', edge);
      await world.project();
      await putTombstones(count, tombstones);
      await change(id, 0, null);
      take();
      await projectEntries();
      costs.push(take().read);
      await world.project();
      expect([count, ...(await daysOfAll())]).toEqual([count, ...others, false]);
    }
    const [one = 0, hundred = 0, thousand = 0] = costs;
    expect(thousand).toBe(hundred);
    expect(hundred - one).toBeLessThanOrEqual(2);
  });
});

test.each([
  ['first', '1990-01-01', '199X', '1995-01-01', '2020-06-01'],
  ['last', '2029-12-31', '202X', '2025-01-01', '2020-06-01'],
])('a search for the %s day goes on when a vaguer date of the day that was retracted arrives', async (...row) => {
  const [edge, day, vague, tombstones, other] = row;
  await post('other', other);
  const id = await post('edge', day);
  await world.project();
  await putTombstones(100, tombstones);
  await change(id, 0, null);
  await projectEntries();
  await post('vague', vague);
  await projectEntries();
  await world.project();
  const { heads } = await readTimelines();
  expect(heads).toEqual(timelinesOf(await readFeed()).heads);
  const head = heads['1#HEADS ALL'] as Record<string, unknown>;
  expect([head[edge], head[`${edge}Date`], head.search]).toEqual([day, vague, undefined]);
});

test('a search for the first and last day that is interrupted by any changes finds them in the end', async () => {
  const begin = ['2020-01-01', '2020-06-01', '2020-06-02', '2020-12-31'];
  const days = ['2020-01-01', '2020-01-02', '2020-06-01', '2020-12-30', '2020-12-31', '2020-01', '2020-12', '2020'];
  const anyChange = fc.record({ event: fc.nat(3), day: fc.option(fc.constantFrom(...days), { freq: 3 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(anyChange, { minLength: 4, maxLength: 9, size: 'max' }), async (changes) => {
      await Promise.all([emptyTable('EventLog'), emptyTable('Timelines')]);
      for (const day of ['2020-01-03', '2020-12-29']) await putTombstones(90, day);
      const ids: string[] = [];
      for (const [index, day] of begin.entries()) ids.push(await post(`event-${index}`, day));
      await projectEntries();
      const revisions = ids.map(() => 0);
      for (const { event, day } of changes) {
        if (revisions[event] === -1) continue;
        await change(ids[event] as string, revisions[event] as number, day);
        revisions[event] = day === null ? -1 : (revisions[event] as number) + 1;
        await projectEntries();
      }
      await world.project();
      expect((await readTimelines()).heads).toEqual(timelinesOf(await readFeed()).heads);
    }),
    { numRuns: 12, endOnFailure: true },
  );
});
