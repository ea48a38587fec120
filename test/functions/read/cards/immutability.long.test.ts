import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { formatNames } from '../../../../functions/lib/formats/format.ts';
import { developmentWith } from '../../../events/samples.ts';
import { type Chance, chance } from '../../../support/models/chance.ts';
import { anyHistory, newsroomIn } from '../../../support/models/history.ts';
import { type Fate, interfere } from '../../../support/world/interference.ts';
import { lagBehind } from '../../../support/world/lagging-replica.ts';
import { type ParkedQueue, startParkedQueue } from '../../../support/world/parked-queue.ts';
import { emptyTable, itemsOf, putItem } from '../../../support/world/tables.ts';
import { type Reply, startWorld, type World } from '../../../support/world/world.ts';

const longAgo = '2021-01-01T00:00:00.000Z';
const questions = [
  '',
  '&story=karabakh-2020',
  '&story=minsk-group&order=desc',
  '&place=AZ-LAC&actor=RU',
  '&from=2020-11-10&status=confirmed',
];
const codings = ['', 'gzip', 'br'];

let world: World;
let queue: ParkedQueue;

beforeAll(async () => {
  queue = await startParkedQueue();
  world = await startWorld();
});
beforeEach(async () => {
  await Promise.all([emptyTable('EventLog'), emptyTable('Timelines')]);
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(async () => {
  await world.stop();
  await queue.stop();
});

const isImmutable = ({ headers }: Reply) =>
  headers['cache-control'] === 'public, max-age=86400, s-maxage=31536000, immutable';
const nextOf = ({ headers }: Reply) => /^<(.*)>; rel="next"$/.exec(headers.link ?? '')?.[1];

/** When the timelines' checkpoint has come to, as a reader's answer is to be older. */
async function reached(): Promise<string> {
  const { readCheckpoint } = await import('../../../../functions/lib/timelines/checkpoint.ts');
  return (await readCheckpoint()).publishedAt;
}

/** Lets the last change be long ago: then reads need not be consistent. */
async function settleDown(): Promise<void> {
  const { readCheckpoint } = await import('../../../../functions/lib/timelines/checkpoint.ts');
  const checkpoint = await readCheckpoint();
  if (checkpoint.position > 0)
    await putItem('Timelines', { pk: 'META', sk: 'PROJECT', v: 3, ...checkpoint, advancedAt: longAgo });
}

/** Any address of the record, of a moment that was or of none. */
function anyAddress({ of, so, below }: Chance, moments: readonly string[], ids: readonly string[]): string {
  const asOf = so(0.7) && moments.length > 0 ? `&asOf=${of(moments)}` : '';
  const id = of(ids);
  return of([
    `/v1/timeline?format=${of(formatNames)}&limit=${1 + below(4)}${of(questions)}${asOf}`,
    `/v1/timeline?limit=${1 + below(9)}${of(questions)}${asOf}`,
    `/v1/timeline/counts?interval=${of(['day', 'year'])}${of(questions).replace('&order=desc', '')}${asOf}`,
    `/v1/corrections?limit=${1 + below(2)}${of(['', '&story=karabakh-2020'])}`,
    `/v1/changes?after=${below(12)}&limit=${1 + below(4)}${of(['', '&actor=RU'])}`,
    id ? `/v1/events/${id}?${so(0.5) ? `revision=${below(3)}` : asOf.slice(1)}` : '/v1/timeline',
  ]);
}

/** Answers that say they never change. */
class Kept {
  readonly #answers = new Map<string, { asked: [string, Record<string, string>]; reply: Reply }>();

  get size(): number {
    return this.#answers.size;
  }

  /** Asks, and goes on asking for what follows. */
  async ask(address: string, coding: string): Promise<Reply[]> {
    const headers = { 'accept-encoding': coding };
    const replies: Reply[] = [];
    for (let next: string | undefined = address, pages = 0; next !== undefined && pages < 4; pages++) {
      const reply: Reply = await world.get(next, headers);
      replies.push(reply);
      if (isImmutable(reply)) {
        const { asOf } = reply.body ?? {};
        if (asOf) expect(String(asOf) < (await reached())).toBe(true);
        const key = JSON.stringify([next, headers]);
        expect(reply).toEqual(this.#answers.get(key)?.reply ?? reply);
        this.#answers.set(key, { asked: [next, headers], reply });
      }
      next = nextOf(reply);
    }
    return replies;
  }

  async expectUnchanged(): Promise<void> {
    for (const { asked, reply } of this.#answers.values())
      expect([asked, await world.get(...asked)]).toEqual([asked, reply]);
  }
}

test('what says that it never changes never does, whatever comes in while and after it is read', async () => {
  const { dynamodb } = await import('../../../../functions/lib/runtime/dynamodb.ts');
  let kept = 0;
  await fc.assert(
    fc.asyncProperty(anyHistory(14, 7), fc.integer(), async (history, seed) => {
      await Promise.all([emptyTable('EventLog'), emptyTable('Timelines')]);
      const luck = chance(seed);
      const { carryOut, acknowledged } = newsroomIn(world);
      const answers = new Kept();
      const moments: string[] = [];
      const ids = () => [...acknowledged.keys()];
      for (const step of history) {
        const goOn = carryOut(step).then(async (told) => {
          if (told.length > 0) await world.settle(...told);
        });
        const end = luck.so(0.5) ? lagBehind(dynamodb, luck) : () => {};
        const asked = Array.from({ length: 12 }, () => anyAddress(luck, moments, ids()));
        for (const address of asked) await answers.ask(address, luck.of(codings));
        end();
        await goOn;
        moments.push(await reached());
        if (luck.so(0.5)) await settleDown();
      }
      await answers.expectUnchanged();
      kept += answers.size;
    }),
    { numRuns: 4, endOnFailure: true },
  );
  expect(kept).toBeGreaterThan(50);
});

test('an event as of a moment is read whole, though it is corrected this instant by who has another clock', async () => {
  const { dynamodb } = await import('../../../../functions/lib/runtime/dynamodb.ts');
  const now = Date.now.bind(Date);
  let aheadMs = 0;
  jest.spyOn(Date, 'now').mockImplementation(() => now() + aheadMs);
  const { body } = await world.post(developmentWith({ headline: 'First' }));
  const asOf = new Date(now() + 30_000).toISOString();
  aheadMs = 60_000;
  let reads = 0;
  const end = interfere(dynamodb, async ({ command }): Promise<Fate> => {
    if (command !== 'QueryCommand' || ++reads !== 1) return 'done';
    aheadMs = 0;
    const headers = { 'if-match': '"0"' };
    const correction = { note: 'A slip', data: { headline: 'Second' } };
    await world.call('POST', `/v1/events/${body.id}/corrections`, { headers, body: correction });
    await world.settle(body.id);
    aheadMs = 90_000;
    await world.post(developmentWith());
    return 'done';
  });
  const address = `/v1/events/${body.id}?asOf=${asOf}`;
  const early = await world.get(address);
  end();
  expect(reads).toBeGreaterThan(0);
  const late = await world.get(address);
  expect([late.body.data.headline, isImmutable(late)]).toEqual(['Second', true]);
  expect([early.text, isImmutable(early)]).toEqual([late.text, false]);
});

test('nothing of the timelines is for ever while something is put aside; once it is taken back, other tags tell', async () => {
  const { reproject } = await import('../../../../functions/lib/project/reproject.ts');
  for (const headline of ['a', 'b', 'c']) await world.post(developmentWith({ headline }));
  const before = new Kept();
  const moment = (await world.get('/v1/timeline')).body.asOf;
  const { body } = await world.call('POST', '/v1/events', { body: developmentWith({ headline: 'aside' }) });
  await world.sequence(body.id);
  const item = (await itemsOf('EventLog', 'F')).at(-1) as Record<string, unknown>;
  await putItem('EventLog', { ...item, values: '[' });
  await world.project();
  for (const headline of ['d', 'e']) await world.post(developmentWith({ headline }));
  await putItem('EventLog', item);

  const live = ['/v1/timeline?limit=2', '/v1/timeline/counts?interval=day', '/v1/timeline?format=atom'];
  const addresses = [...live, `/v1/timeline?limit=2&asOf=${moment}`, `/v1/timeline/counts?interval=day&asOf=${moment}`];
  const during = await Promise.all(live.map((address) => world.get(address)));
  for (const address of addresses) {
    expect((await before.ask(address, '')).some(isImmutable)).toBe(false);
  }
  await reproject(item.eventId as string);
  for (const [index, address] of live.entries()) {
    const { headers, text } = await world.get(address);
    expect(headers.etag).not.toBe(during[index]?.headers.etag);
    if (!address.includes('limit')) expect(text).not.toBe(during[index]?.text);
    const known = { 'if-none-match': during[index]?.headers.etag as string };
    expect((await world.get(address, known)).status).toBe(200);
  }
  for (const address of addresses.slice(3)) expect((await before.ask(address, '')).every(isImmutable)).toBe(true);
  const { entries } = (await world.get('/v1/timeline')).body;
  expect(entries.map(({ data }: { data: { headline: string } }) => data.headline).sort()).toEqual([
    'a',
    'aside',
    'b',
    'c',
    'd',
    'e',
  ]);
  await before.expectUnchanged();
});
