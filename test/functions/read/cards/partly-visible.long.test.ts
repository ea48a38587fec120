import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { developmentWith } from '../../../events/samples.ts';
import { type Chance, chance } from '../../../support/models/chance.ts';
import { anyHistory, newsroomIn } from '../../../support/models/history.ts';
import { readFeed, readTimelines, timelinesOf } from '../../../support/models/timelines-model.ts';
import { createdEndpoint } from '../../../support/receivers/endpoints.ts';
import { type Subscribers, subscribersIn } from '../../../support/receivers/subscribers.ts';
import type { WrittenKey } from '../../../support/world/database-call.ts';
import { type FaultyDatabase, startFaultyDatabase } from '../../../support/world/faulty-database.ts';
import { type Fate, interfere } from '../../../support/world/interference.ts';
import { emptyTable } from '../../../support/world/tables.ts';
import { type Reply, startWorld, type World } from '../../../support/world/world.ts';

let world: World;
let database: FaultyDatabase;
let subscribers: Subscribers;
const shown: (() => Promise<void>)[] = [];

beforeAll(async () => {
  world = await startWorld(async (engine) => {
    database = await startFaultyDatabase(engine);
    return database;
  });
  subscribers = await subscribersIn();
});
beforeEach(async () => {
  await Promise.all([emptyTable('EventLog'), emptyTable('Timelines'), emptyTable('Subscribers')]);
  // Without jitter, no pause takes time.
  jest.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(async () => {
  jest.restoreAllMocks();
  for (const show of shown.splice(0)) await show();
});
afterAll(() => world.stop());

const isImmutable = ({ headers }: Reply) => headers['cache-control']?.includes('immutable') ?? false;
const isMarker = ({ sk }: WrittenKey) => sk.startsWith('M#');
const isOfEvent = ({ pk }: WrittenKey) => pk.startsWith('E#');

/** Hides what is written from now on, until `show` or the end of the test. */
function hide(isLate: (key: WrittenKey) => boolean, fromAll: boolean): () => Promise<void> {
  const show = database.hide(isLate, fromAll);
  shown.push(show);
  return show;
}

async function append(id: string, revision: number, data: object): Promise<string> {
  const headers = { 'if-match': `"${revision}"` };
  const body = { note: 'A slip', data };
  const reply = await world.call('POST', `/v1/events/${id}/corrections`, { headers, body });
  expect(reply.status).toBe(201);
  return reply.body.id;
}

/** Projects and fans out, as far as the database lets it. @returns whether it came to the end */
async function follow(): Promise<boolean> {
  const done = await world.project().then(
    () => true,
    () => false,
  );
  await subscribers.fanOut();
  return done;
}

/** The walk through a list of positions, from its beginning to its end for now. */
async function walk(address: string, from = 0): Promise<{ positions: number[]; next: number }> {
  const positions: number[] = [];
  for (let after = from; ; ) {
    const { status, body } = await world.get(`${address}${address.includes('?') ? '&' : '?'}after=${after}&limit=5`);
    if (status === 503) return { positions, next: after };
    expect(status).toBe(200);
    const found: { position: number }[] = body.changes ?? body.events;
    positions.push(...found.map(({ position }) => position));
    if (body.next === after) return { positions, next: after };
    after = body.next;
  }
}

test('an event whose latest marker is not visible yet is neither immutable nor passed over, and is right once it is', async () => {
  const id = (await world.post(developmentWith({ headline: 'First' }))).body.id;
  const { id: endpoint } = await createdEndpoint(world, {
    url: 'https://receiver.example/',
    startAt: 'beginning',
    filter: { statuses: ['disputed'] },
  });
  const changes = '/v1/changes?status=disputed';
  const twin = `/v1/webhook-endpoints/${endpoint}/events`;
  const show = hide(isMarker, true);
  await append(id, 0, { headline: 'Second', status: 'disputed' });
  await world.sequence(id);
  const { body: other } = await world.call('POST', '/v1/events', { body: developmentWith({ headline: 'Other' }) });
  await world.sequence(other.id);
  expect(await follow()).toBe(false);
  const now = new Date().toISOString();

  for (const query of ['', '?revision=0', '?revision=1', `?asOf=${now}`, '/history']) {
    const reply = await world.get(`/v1/events/${id}${query}`);
    expect([query, isImmutable(reply)]).toEqual([query, false]);
  }
  expect((await world.get(`/v1/events/${id}?revision=1`)).status).toBe(404);
  expect((await world.get(`/v1/timeline?asOf=${now}`)).body.entries.length).toBe(1);
  const early = [await walk(changes), await walk(twin)] as const;

  await show();
  expect(await follow()).toBe(true);
  await world.post(developmentWith({ headline: 'Later' }));
  const first = await world.get(`/v1/events/${id}?revision=0`);
  const second = await world.get(`/v1/events/${id}?revision=1`);
  const then = await world.get(`/v1/events/${id}?asOf=${now}`);
  expect([first, second, then].map(({ body }) => body.data.headline)).toEqual(['First', 'Second', 'Second']);
  expect([first, second, then].map(isImmutable)).toEqual([true, true, true]);
  const { revisions } = (await world.get(`/v1/events/${id}/history`)).body;
  expect(revisions.map(({ revision }: { revision: number }) => revision)).toEqual([0, 1]);
  const late = [await walk(changes, early[0].next), await walk(twin, early[1].next)];
  expect([...early[0].positions, ...(late[0]?.positions ?? [])]).toEqual([2]);
  expect([...early[1].positions, ...(late[1]?.positions ?? [])]).toEqual([2]);
});

test('a history with a hole is not answered, whichever part of a transaction is missing', async () => {
  const id = (await world.post(developmentWith({ headline: 'First' }))).body.id;
  await append(id, 0, { headline: 'Second' });
  await append(id, 1, { headline: 'Third' });
  const show = hide(({ sk }) => sk === 'M#000001', true);
  await world.sequence(id);
  const hole = await world.get(`/v1/events/${id}/history`);
  expect([hole.status, hole.headers['retry-after'] !== undefined]).toEqual([503, true]);
  const current = await world.get(`/v1/events/${id}`);
  expect([current.body.data.headline, isImmutable(current)]).toEqual(['Third', false]);
  expect((await world.get(`/v1/events/${id}?revision=2`)).body.data.headline).toBe('Third');
  expect((await world.get(`/v1/events/${id}?revision=1`)).status).toBe(404);
  await show();
  const { revisions } = (await world.get(`/v1/events/${id}/history`)).body;
  expect(revisions.map(({ revision }: { revision: number }) => revision)).toEqual([0, 1, 2]);
});

test('replicas that are behind hide no correction from a walk, and make nothing immutable that is older', async () => {
  const id = (await world.post(developmentWith({ headline: 'First' }))).body.id;
  const { id: endpoint } = await createdEndpoint(world, {
    url: 'https://receiver.example/',
    startAt: 'beginning',
    filter: { statuses: ['disputed'] },
  });
  hide(isOfEvent, false);
  await append(id, 0, { headline: 'Second', status: 'disputed' });
  await world.sequence(id);
  const { body: other } = await world.call('POST', '/v1/events', { body: developmentWith({ headline: 'Other' }) });
  await world.sequence(other.id);
  expect(await follow()).toBe(true);
  await world.post(developmentWith({ headline: 'Later' }));
  const asOf = (await world.get('/v1/changes?after=1&limit=1')).body.changes[0].publishedAt;
  const then = await world.get(`/v1/events/${id}?asOf=${asOf}`);
  expect([then.body.data.headline, isImmutable(then)]).toEqual(['Second', true]);
  expect((await walk('/v1/changes?status=disputed')).positions).toEqual([2]);
  expect((await walk(`/v1/webhook-endpoints/${endpoint}/events`)).positions).toEqual([2]);
  const { revisions } = (await world.get(`/v1/events/${id}/history`)).body;
  expect(revisions.length).toBe(2);
});

test('a timeline as of a moment is whole, though replicas show neither the head nor the cards', async () => {
  await world.post(developmentWith({ headline: 'Old' }, { subject: 'old' }));
  hide(({ table, pk }) => table === 'Timelines' && pk !== 'META', false);
  await world.post(developmentWith({ headline: 'New' }, { subject: 'new' }));
  const asOf = (await world.get('/v1/changes?after=1')).body.changes[0].publishedAt;
  await world.post(developmentWith({ headline: 'Later' }, { subject: 'old' }));
  // The writer of the checkpoint took long: the checkpoint says that it advanced long ago.
  const realNow = Date.now.bind(Date);
  jest.spyOn(Date, 'now').mockImplementation(() => realNow() + 60_000);
  for (const path of [
    '/v1/timeline?story=new',
    '/v1/timeline/counts?interval=day&story=new',
    '/v1/timeline?story=new&format=atom',
  ]) {
    const address = `${path}&asOf=${asOf}`;
    const early = await world.get(address);
    expect([path, isImmutable(early)]).toEqual([path, true]);
    expect(early.text).toMatch(path.includes('counts') ? /"certain":1/ : /New/);
  }
});

test('heads that are visible later than the checkpoint of their transaction make no answer wrong, now or later', async () => {
  await world.post(developmentWith({ headline: 'Old' }, { subject: 'old' }));
  const show = hide(({ table, pk }) => table === 'Timelines' && pk.includes('#HEADS#'), true);
  await world.post(developmentWith({ headline: 'New' }, { subject: 'new' }));
  const asOf = (await world.get('/v1/changes?after=1')).body.changes[0].publishedAt;
  const { body } = await world.call('POST', '/v1/events', { body: developmentWith({ headline: 'Later' }) });
  await world.sequence(body.id);
  // Its counts would follow from heads that are not the last.
  expect(await follow()).toBe(false);
  const early = await world.get(`/v1/timeline?story=new&asOf=${asOf}`);
  await show();
  expect(await follow()).toBe(true);
  const late = await world.get(`/v1/timeline?story=new&asOf=${asOf}`);
  expect([early.text, isImmutable(early), isImmutable(late)]).toEqual([late.text, false, true]);
  expect(await readTimelines()).toEqual(timelinesOf(await readFeed()));
});

test('a checkpoint says when it was written, though its first attempts were lost', async () => {
  const { dynamodb } = await import('../../../../functions/lib/runtime/dynamodb.ts');
  const { readCheckpoint } = await import('../../../../functions/lib/timelines/checkpoint.ts');
  const { body } = await world.call('POST', '/v1/events', { body: developmentWith({}) });
  await world.sequence(body.id);
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'setTimeout', 'clearTimeout'] });
  let attempts = 0;
  const end = interfere(dynamodb, ({ command }): Fate => {
    if (command !== 'TransactWriteItemsCommand' || ++attempts > 2) return 'done';
    jest.setSystemTime(Date.now() + 20_000);
    return 'never sent';
  });
  await world.project();
  end();
  const { position, advancedAt } = await readCheckpoint();
  const agoMs = Date.now() - Date.parse(advancedAt);
  jest.useRealTimers();
  expect([position, attempts]).toEqual([1, 3]);
  expect(agoMs).toBeLessThan(5_000);
});

/** What transactions write: the feed and the markers, the checkpoint and the heads. */
const isInTransaction = ({ table, pk, sk }: WrittenKey) =>
  (table === 'EventLog' && !sk.startsWith('R#')) || (table === 'Timelines' && /^META$|#HEADS#/.test(pk));

/** Lets a chosen share of the keys be late: the same ones until it is asked anew. */
function someKeys(luck: Chance, share: number, isChosen: (key: WrittenKey) => boolean = () => true) {
  const late = new Map<string, boolean>();
  return (key: WrittenKey) => {
    const name = `${key.table} ${key.pk} ${key.sk}`;
    if (!late.has(name)) late.set(name, luck.so(share));
    return isChosen(key) && late.get(name) === true;
  };
}

/** Any address about the record, of now, of a moment or of a revision. */
function anyAddress(
  { of, so, below }: Chance,
  moments: readonly string[],
  ids: readonly string[],
  seenThrough: number,
): string {
  const asOf = so(0.7) && moments.length > 0 ? `asOf=${of(moments)}` : '';
  const event = `/v1/events/${of(ids)}`;
  return of([
    `${event}?${so(0.5) ? `revision=${below(3)}` : asOf}`,
    `${event}/history`,
    `${event}/receipts`,
    `/v1/timeline?limit=4&story=minsk-group&${asOf}`,
    `/v1/timeline?format=atom&story=karabakh-2020&${asOf}`,
    `/v1/timeline?order=desc&limit=3&place=AZ-LAC&${asOf}`,
    `/v1/timeline/counts?interval=year&${asOf}`,
    `/v1/changes?after=${below(seenThrough + 1)}&limit=${1 + below(3)}${of(['', '&actor=RU'])}`,
    '/v1/corrections?limit=1',
  ]);
}

test('whatever is visible when, nothing immutable changes, no history has a hole, and no walk passes over an entry', async () => {
  let kept = 0;
  await fc.assert(
    fc.asyncProperty(anyHistory(8, 5), fc.integer(), async (history, seed) => {
      await Promise.all([emptyTable('EventLog'), emptyTable('Timelines'), emptyTable('Subscribers')]);
      const luck = chance(seed);
      const { carryOut, acknowledged } = newsroomIn(world);
      const { id: pulling } = await createdEndpoint(world, {
        url: 'https://receiver.example/',
        startAt: 'beginning',
        filter: { stories: ['minsk-group'] },
      });
      const sent = await subscribers.open({ stories: ['minsk-group'] });
      const backfilled = await subscribers.make({ stories: ['minsk-group'] });
      const immutable = new Map<string, Reply>();
      const moments: string[] = [];
      const walks = [
        '/v1/changes?story=minsk-group',
        ...[pulling, sent].map((id) => `/v1/webhook-endpoints/${id}/events`),
      ];
      const walked = walks.map(() => ({ positions: [] as number[], next: 0 }));
      const ask = async (address: string) => {
        const reply = await world.get(address);
        if ([404, 410, 503].includes(reply.status)) return;
        expect([address, reply.status]).toEqual([address, 200]);
        if (address.includes('/history')) {
          const numbers = reply.body.revisions.map(({ revision }: { revision: number }) => revision);
          expect(numbers).toEqual(numbers.map((_: number, index: number) => index));
        }
        if (isImmutable(reply)) {
          expect(reply.text).toBe((immutable.get(address) ?? reply).text);
          immutable.set(address, reply);
        }
      };
      const goOn = async () => {
        for (const [index, address] of walks.entries()) {
          const { positions, next } = await walk(address, walked[index]?.next);
          walked[index] = { positions: [...(walked[index]?.positions ?? []), ...positions], next };
        }
      };
      for (const [index, step] of history.entries()) {
        const ids = await carryOut(step);
        const showPart = database.hide(someKeys(luck, 0.4, isInTransaction), true);
        if (luck.so(0.5)) database.hide(someKeys(luck, 0.5), false);
        if (ids.length > 0) await world.sequence(...ids).catch(() => {});
        await follow().catch(() => {});
        if (index === 2) await subscribers.start(backfilled, { backfill: { next: 1, to: null, resend: false } });
        if (index > 2) await subscribers.backfill(backfilled).catch(() => {});
        const asked = Array.from({ length: 8 }, () =>
          anyAddress(luck, moments, [...acknowledged.keys()], walked[0]?.next ?? 0),
        );
        for (const address of asked) await ask(address);
        await goOn();
        await showPart(someKeys(luck, 0.7));
        for (const address of asked) await ask(address);
        // Whoever accepts the next change must see the last one.
        await showPart();
        if (ids.length > 0) await world.sequence(...ids);
        expect(await follow()).toBe(true);
        moments.push((await world.get('/v1/timeline')).body.asOf);
      }
      await subscribers.backfill(backfilled);
      await goOn();
      for (const [address, { text }] of immutable)
        expect([address, (await world.get(address)).text]).toEqual([address, text]);
      for (const [index, address] of walks.entries()) {
        const all = await walk(address);
        expect([address, all.positions.filter((position) => !walked[index]?.positions.includes(position))]).toEqual([
          address,
          [],
        ]);
      }
      const received = (await walk(walks[0] as string)).positions;
      for (const id of [sent, backfilled]) expect(await subscribers.positionsFor(id)).toEqual(received);
      kept += immutable.size;
    }),
    { numRuns: 3, endOnFailure: true },
  );
  expect(kept).toBeGreaterThan(10);
});
