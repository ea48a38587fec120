import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { hourMs, minuteMs, secondMs } from '../../../events/dates/durations.ts';
import { paceWindowOf } from '../../../events/pace.ts';
import { type Amounts, type DailyUse, dayOf, defaultLimits, quotas } from '../../../events/quota.ts';
import { routes } from '../../../functions/routes.ts';
import { developmentWith } from '../../events/samples.ts';
import { problem } from '../../support/expectations/problem.ts';
import { exhausted, usedToday } from '../../support/fixtures/daily-use.ts';
import { createdEndpoint, endpointsPath } from '../../support/receivers/endpoints.ts';
import { type Capacity, meterCapacity } from '../../support/world/capacity.ts';
import { interfere } from '../../support/world/interference.ts';
import { postCounted } from '../../support/world/post-counted.ts';
import { emptyTable, itemsOf } from '../../support/world/tables.ts';
import { type Reply, startWorld, type World } from '../../support/world/world.ts';

type Call = Parameters<World['call']>[2];

const always = () => 0;
const never = () => 0.999;

let world: World;
let chance: { draw: () => number };
let meter: { take(): Capacity };

beforeAll(async () => {
  world = await startWorld();
  world.paces.areLimited = true;
  world.paces.areRemembered = true;
  ({ sampling: chance } = await import('../../../functions/lib/quota/use-count.ts'));
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  meter = meterCapacity(dynamodb);
});

afterEach(async () => {
  jest.restoreAllMocks();
  world.paces.areRemembered = true;
  chance.draw = never;
  await emptyTable('Access');
});

afterAll(() => world.stop());

/** The content of an event that no test posts twice. */
let posted = 0;
const newEvent = (data = {}) => developmentWith(data, { id: `event-${++posted}` });

/** What was counted of newsrooms, by name. */
async function counted(): Promise<Record<string, Amounts>> {
  const items = await itemsOf('Access', 'USE#');
  return Object.fromEntries(
    items.map(({ pk, ...item }) => [
      String(pk).slice('USE#'.length),
      Object.fromEntries(quotas.map((quota) => [quota, item[quota]])) as Amounts,
    ]),
  );
}

async function change(id: string, path: string, body: object, call: Call = {}): Promise<Reply> {
  return world.call('POST', `/v1/events/${id}/${path}`, { headers: { 'if-match': '"0"' }, body, ...call });
}

test('every route that changes something has a quota, and no other', () => {
  const changing = routes.filter(({ method }) => method !== 'GET');
  expect(routes.filter(({ quota }) => quota)).toEqual(changing);
});

describe('a newsroom that has used up its events', () => {
  const dailyUse = usedToday({ events: 112 });

  test('gets 429 with what is used of what, and Retry-After until the day ends; nothing is written', async () => {
    chance.draw = always;
    const before = Date.now();
    const { reply, written } = await postCounted(world, newEvent(), { dailyUse });
    expect(reply.status).toBe(429);
    expect(reply.body).toEqual(
      problem(429, 'quota-exceeded', {
        title: 'A quota of the newsroom is used up',
        quota: 'events',
        limit: 100,
        used: 112,
        resetsAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT00:00:00\.000Z$/),
      }),
    );
    const left = Date.parse(reply.body.resetsAt) - before;
    expect(left).toBeLessThanOrEqual(24 * hourMs);
    expect(Math.abs(Number(reply.headers['retry-after']) - left / secondMs)).toBeLessThan(2);
    expect(written).toBe(0);
    expect(await counted()).toEqual({});
  });

  test('is refused before its body is looked at', async () => {
    expect(await world.call('POST', '/v1/events', { body: 'no JSON', dailyUse })).toMatchObject({ status: 429 });
  });

  test('can still correct, as long as changes are left', async () => {
    const { id } = (await world.post(newEvent())).body;
    expect(await change(id, 'corrections', { note: 'n', data: { headline: 'Else' } }, { dailyUse })).toMatchObject({
      status: 201,
    });
  });

  test('is refused at once by a function that has counted it itself, though the authorizer does not know yet', async () => {
    const call = { newsroom: 'hasty', dailyUse: usedToday({}) };
    const batch = () => Array.from({ length: 50 }, () => newEvent());
    expect(await world.call('POST', '/v1/events', { ...call, body: batch() })).toMatchObject({ status: 200 });
    expect(await world.call('POST', '/v1/events', { ...call, body: batch() })).toMatchObject({ status: 200 });
    const { reply, written } = await postCounted(world, newEvent(), call);
    expect({ status: reply.status, used: reply.body.used, written }).toEqual({ status: 429, used: 100, written: 0 });
    const tomorrow = { ...usedToday({}), day: dayOf(Date.now() + 24 * hourMs) };
    expect(await world.call('POST', '/v1/events', { ...call, dailyUse: tomorrow, body: newEvent() })).toMatchObject({
      status: 201,
    });
  });

  test('can write the next day, though the gateway remembers the last one', async () => {
    const yesterday = { ...dailyUse, day: dayOf(Date.now() - 24 * hourMs) };
    expect(await world.call('POST', '/v1/events', { body: newEvent(), dailyUse: yesterday })).toMatchObject({
      status: 201,
    });
  });
});

describe('a newsroom that writes too fast', () => {
  /** The beginning of a window. */
  const start = Date.parse('2026-11-27T12:00:00Z');
  const at = (now: number) => jest.spyOn(Date, 'now').mockReturnValue(now);
  const none = { events: 0, changes: 0, bytes: 0 };
  const dailyUse = { day: '2026-11-27', used: none, limits: defaultLimits };
  const batch = () => Array.from({ length: 100 }, () => newEvent());
  const refusal = (newsroom: string, seconds: number) =>
    problem(429, 'pace-exceeded', {
      title: 'The newsroom writes too fast',
      detail: `The newsroom ${newsroom} may write 300 events and changes in 5 seconds, with all of its keys, so that others do not wait for it. Send the request again in ${seconds} s.`,
      limit: 300,
      windowSeconds: 5,
    });

  test('by batches gets 429 until the window ends, and nothing is written; others write meanwhile', async () => {
    const call = { newsroom: 'fast', dailyUse };
    at(start + 2_000);
    for (let batches = 0; batches < 3; batches++) {
      expect(await world.call('POST', '/v1/events', { ...call, body: batch() })).toMatchObject({ status: 200 });
    }
    const { reply, written } = await postCounted(world, batch(), call);
    expect({ status: reply.status, body: reply.body, written }).toEqual({
      status: 429,
      body: refusal('fast', 3),
      written: 0,
    });
    expect(reply.headers['retry-after']).toBe('3');
    const other = { newsroom: 'calm', dailyUse };
    expect(await world.call('POST', '/v1/events', { ...other, body: batch() })).toMatchObject({ status: 200 });
    at(start + 5_000);
    expect(await world.call('POST', '/v1/events', { ...call, body: batch() })).toMatchObject({ status: 200 });
  });

  test('by batches is refused before each event is looked at, whether they are held, refused for warnings or replayed', async () => {
    at(start);
    // Each request meets an instance that knows nothing of those before.
    world.paces.areRemembered = false;
    const publishAt = new Date(start + hourMs).toISOString();
    const stored = batch();
    const warned = Array.from({ length: 100 }, () => newEvent({ when: { edtf: '2999-01-01' } }));
    const sent: readonly [newsroom: string, query: string, body: () => object, status: number][] = [
      ['holding', `?publishAt=${publishAt}`, batch, 200],
      ['strict', '?strict=true', () => warned, 400],
      ['replaying', '', () => stored, 200],
    ];
    for (const [newsroom, query, body, status] of sent) {
      const send = () => world.call('POST', `/v1/events${query}`, { newsroom, body: body(), dailyUse });
      expect([newsroom, (await send()).status]).toEqual([newsroom, status]);
      expect((await send()).status).toBe(status);
      expect((await send()).status).toBe(status);
      meter.take();
      const { status: refused, body: answer } = await send();
      expect([newsroom, refused, answer.type]).toEqual([newsroom, 429, '/problems/pace-exceeded']);
      expect(meter.take().calls).toBe(1);
    }
  });

  test('by single events gets 429 after 300 of them, no sooner, but can retract', async () => {
    const call = { newsroom: 'hurried', dailyUse };
    at(start + 1_000);
    const statuses: number[] = [];
    let id = '';
    for (let events = 0; events < 301; events++) {
      // Every sixteenth is a sample.
      chance.draw = events % 16 === 7 ? always : never;
      const { status, body } = await world.call('POST', '/v1/events', { ...call, body: newEvent() });
      statuses.push(status);
      id = body.id ?? id;
    }
    expect(statuses).toEqual([...Array.from({ length: 300 }, () => 201), 429]);
    const body = { note: 'It was wrong.' };
    expect(await change(id, 'retraction', body, call)).toMatchObject({ status: 201 });
    at(start + 5_000);
    expect(await world.call('POST', '/v1/events', { ...call, body: newEvent() })).toMatchObject({ status: 201 });
  });

  test('by corrections of an event with three times sixteen cards gets 429 after 100 of them', async () => {
    const call = { newsroom: 'dear', dailyUse };
    at(start + 1_000);
    const named = (count: number, name: string) =>
      Array.from({ length: count }, (_, index) => ({ name: `${name} ${index}` }));
    // In 24 timelines, and twice in each, since it lasts for a year.
    const data = {
      when: { edtf: '2019-11/2020-11' },
      places: named(16, 'Place'),
      actors: named(5, 'Actor'),
    };
    const { id } = (await world.call('POST', '/v1/events', { ...call, body: newEvent(data) })).body;
    const statuses: number[] = [];
    for (let revision = 0; revision < 101; revision++) {
      const body = { note: 'So it was.', data: { headline: `Revision ${revision}` } };
      const headers = { 'if-match': `"${revision}"` };
      statuses.push((await world.call('POST', `/v1/events/${id}/corrections`, { ...call, headers, body })).status);
    }
    expect(statuses).toEqual([...Array.from({ length: 100 }, () => 201), 429]);
  });

  test('by corrections of an event that carries many long names gets 429 soon, since all share the feed', async () => {
    const call = { newsroom: 'long-winded', dailyUse };
    at(start + 1_000);
    const places = (revision: number) =>
      Array.from({ length: 16 }, (_, index) => ({ name: `${revision}-${index}`.padEnd(199, '\u6f22') }));
    const { id } = (await world.call('POST', '/v1/events', { ...call, body: newEvent({ places: places(0) }) })).body;
    const statuses: number[] = [];
    for (let revision = 0; revision < 20; revision++) {
      const data = revision < 4 ? { places: places(revision + 1) } : { headline: `Revision ${revision}` };
      const headers = { 'if-match': `"${revision}"` };
      const body = { note: 'So it was.', data };
      statuses.push((await world.call('POST', `/v1/events/${id}/corrections`, { ...call, headers, body })).status);
    }
    // Five revisions carry 10 to 48 KB, each of those after them 48 KB.
    const written = statuses.filter((status) => status === 201).length;
    expect([written > 10, written < 16, statuses.at(-1)]).toEqual([true, true, 429]);
  });

  test('by a batch of events with many long names has used up its window', async () => {
    const call = { newsroom: 'wordy', dailyUse };
    at(start + 1_000);
    const places = Array.from({ length: 16 }, (_, index) => ({ name: `${index}`.padEnd(199, '\u6f22') }));
    const batchOf = (events: number) => Array.from({ length: events }, () => newEvent({ places }));
    expect(await world.call('POST', '/v1/events', { ...call, body: batchOf(80) })).toMatchObject({ status: 200 });
    expect(await world.call('POST', '/v1/events', { ...call, body: batchOf(2) })).toMatchObject({ status: 429 });
  });

  test('by changes of an endpoint gets 429 after fifty of them', async () => {
    const call = { newsroom: 'turning', dailyUse };
    const { id } = await createdEndpoint(world, {}, call);
    at(start + 6_000);
    const statuses: number[] = [];
    for (let changes = 0; changes < 51; changes++) {
      const body = { filter: { stories: [`story-${changes}`] } };
      statuses.push((await world.call('PATCH', `${endpointsPath}/${id}`, { ...call, body })).status);
    }
    expect(statuses).toEqual([...Array.from({ length: 50 }, () => 200), 429]);
  });

  test('is known to every instance that has written four events, whatever else writes', async () => {
    const call = { newsroom: 'spread', dailyUse };
    at(start + 1_000);
    for (let events = 0; events < 3; events++) {
      expect(await world.call('POST', '/v1/events', { ...call, body: newEvent() })).toMatchObject({ status: 201 });
    }
    const { addUse } = await import('../../../functions/lib/keys/newsroom-quota.ts');
    const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
    const elsewhere = { newsroom: 'spread', use: none, written: 300, now: start + 1_000, defaults: defaultLimits };
    await addUse({ client: dynamodb, name: 'Access' }, elsewhere, AbortSignal.timeout(5_000));
    expect(await world.call('POST', '/v1/events', { ...call, body: newEvent() })).toMatchObject({ status: 201 });
    expect(await world.call('POST', '/v1/events', { ...call, body: newEvent() })).toMatchObject({
      status: 429,
      body: refusal('spread', 4),
    });
    expect(await itemsOf('Access')).toMatchObject([{ pk: 'USE#spread', w8640: 304, events: 0 }]);
  });

  test('leaves one counter, however long it writes', async () => {
    chance.draw = always;
    for (let minutes = 0; minutes < 60; minutes++) {
      at(start + minutes * minuteMs);
      await world.call('POST', '/v1/events', { newsroom: 'steady', dailyUse, body: newEvent() });
    }
    const [item = {}] = await itemsOf('Access');
    expect(Object.entries(item).filter(([name]) => /^w\d/.test(name))).toEqual([['w9348', 1]]);
  });

  test('is not refused if its pace cannot be checked', async () => {
    const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
    const end = interfere(dynamodb, ({ command }) => {
      if (command === 'UpdateItemCommand') throw new Error('Access is denied.');
      return 'done';
    });
    const { status } = await world.call('POST', '/v1/events', { body: batch(), dailyUse });
    end();
    expect(status).toBe(200);
  });
});

describe('a newsroom that has used up all of its quotas', () => {
  test('can retract, and be sure that its retraction is published', async () => {
    const { id } = (await world.post(newEvent())).body;
    expect(await change(id, 'retraction', { note: 'It was wrong.' }, { dailyUse: exhausted })).toMatchObject({
      status: 201,
    });
    await world.settle(id);
    expect(await world.get(`/v1/events/${id}`)).toMatchObject({ status: 410 });
  });

  test.each(routes.filter(({ quota }) => quota).map((route) => [`${route.method} ${route.path}`, route] as const))(
    '%s is refused, unless it takes back or stops something',
    async (_, { method, path, neverRefused, quota }) => {
      const target = path
        .replace('{id}', 'evt_a')
        .replace('{story}', 'a')
        .replace('{endpoint}', 'wh_a')
        .replace('{position}', '1');
      const { status, body } = await world.call(method, target, { dailyUse: exhausted, body: {} });
      if (neverRefused) expect(status).not.toBe(429);
      else expect([status, body.type, body.quota]).toEqual([429, '/problems/quota-exceeded', quota]);
    },
  );

  test('can read what needs its key', async () => {
    expect(await world.call('GET', '/v1/webhook-endpoints', { dailyUse: exhausted })).toMatchObject({ status: 200 });
  });
});

test('what the authorizer of another release knows is not enforced', async () => {
  const other = { ...exhausted, limits: { events: 'few' } } as unknown as DailyUse;
  expect(await world.call('POST', '/v1/events', { body: newEvent(), dailyUse: other })).toMatchObject({ status: 201 });
});

describe('what is counted, sixteenfold,', () => {
  test('is an event with its bytes, for the newsroom of the key, until a week later', async () => {
    chance.draw = always;
    const body = newEvent({ summary: 's'.repeat(2_000) });
    await world.call('POST', '/v1/events', { body, newsroom: 'afp' });
    const [item] = await itemsOf('Access');
    const bytes = item?.bytes as number;
    expect(item).toEqual({
      pk: 'USE#afp',
      sk: dayOf(Date.now()),
      events: 16,
      changes: 0,
      bytes: expect.any(Number),
      defaults: { events: 50_000, changes: 20_000, bytes: 1_073_741_824 },
      removeAt: expect.any(Number),
      v: 1,
      [Object.keys(item ?? {}).find((name) => /^w\d+$/.test(name)) ?? 'the counter of the window']: 1,
    });
    const sent = Buffer.byteLength(JSON.stringify(body));
    expect(bytes).toBeGreaterThanOrEqual(16 * sent);
    expect(bytes).toBeLessThan(16 * (sent + 200));
    expect(Math.abs(Number(item?.removeAt) - (Date.now() / secondMs + 7 * 86_400))).toBeLessThan(60);
  });

  test('is a correction of a few bytes by the size of the whole event that it stores', async () => {
    const { id } = (await world.post(newEvent({ summary: 's'.repeat(19_000) }))).body;
    chance.draw = always;
    await change(id, 'corrections', { note: 'n', data: { headline: 'Else' } });
    expect(await counted()).toEqual({ example: { events: 0, changes: 16, bytes: expect.any(Number) } });
    expect((await counted()).example?.bytes).toBeGreaterThan(16 * 19_000);
  });

  test('is a retraction, a description of a story, and a change of an endpoint', async () => {
    const { id } = (await world.post(newEvent())).body;
    chance.draw = always;
    await change(id, 'retraction', { note: 'n' }, {});
    await world.call('PUT', '/v1/stories/counted', { body: { title: 'Counted' }, newsroom: 'taz' });
    const url = { url: 'https://example.org/hook', filter: {}, contact: 'desk@example.org' };
    expect(await world.call('POST', '/v1/webhook-endpoints', { body: url, newsroom: 'dpa' })).toMatchObject({
      status: 201,
    });
    const one = { events: 0, changes: 16, bytes: expect.any(Number) };
    expect(await counted()).toEqual({ example: one, taz: one, dpa: one });
  });

  test('is of a replay and of a refused request the bytes only, a KiB at least', async () => {
    const body = newEvent();
    await world.call('POST', '/v1/events', { body });
    chance.draw = always;
    expect(await world.call('POST', '/v1/events', { body })).toMatchObject({ status: 200 });
    expect(await counted()).toEqual({ example: { events: 0, changes: 0, bytes: 16 * 1_024 } });
    await emptyTable('Access');
    expect(await world.call('POST', '/v1/events', { body: 'x'.repeat(500_000) })).toMatchObject({ status: 400 });
    expect(await counted()).toEqual({ example: { events: 0, changes: 0, bytes: 16 * 500_000 } });
  });

  test('is a conflict like an event or a change, since the put that fails costs as much as what is stored', async () => {
    const body = newEvent({ summary: 's'.repeat(19_000) });
    const { id } = (await world.post(body)).body;
    await change(id, 'retraction', { note: 'n' });
    const other = { ...body, data: { ...body.data, summary: 's' } };
    chance.draw = always;
    expect(await world.call('POST', '/v1/events', { body: other })).toMatchObject({ status: 409 });
    expect(
      await change(id, 'corrections', { note: 'n', data: { headline: 'Else' } }, { headers: { 'if-match': '"1"' } }),
    ).toMatchObject({ status: 409 });
    expect(await counted()).toEqual({ example: { events: 16, changes: 16, bytes: 2 * 16 * 1_024 } });
  });

  test('is of a batch each event that is not a replay; one of sixteen or more is counted always, and exactly', async () => {
    const batch = Array.from({ length: 20 }, () => newEvent());
    expect(await world.call('POST', '/v1/events', { body: batch })).toMatchObject({ status: 200 });
    const bytes = Buffer.byteLength(JSON.stringify(batch));
    expect(await counted()).toEqual({ example: { events: 20, changes: 0, bytes } });
    await emptyTable('Access');
    const taken = batch.map((event) => ({ ...event, data: { ...event.data, headline: 'Else' } }));
    const mixed = [...taken.slice(0, 18), ...batch.slice(18), newEvent()];
    expect(await world.call('POST', '/v1/events', { body: mixed })).toMatchObject({ status: 200 });
    expect(await counted()).toEqual({ example: { events: 19, changes: 0, bytes: expect.any(Number) } });
  });

  test('is nothing of a request that the key does not allow, or that fails by our fault', async () => {
    chance.draw = always;
    await world.call('POST', '/v1/events', { body: newEvent(), scopes: 'stories:write' });
    const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
    const end = interfere(dynamodb, ({ command }) => (command === 'PutItemCommand' ? 'never sent' : 'done'));
    expect(await world.call('POST', '/v1/events', { body: newEvent() })).toMatchObject({ status: 503 });
    end();
    expect(await counted()).toEqual({});
  });
});

describe('counting', () => {
  test('costs an append 1.06 write units on average, and no round trip for fifteen of sixteen', async () => {
    let request = 0;
    chance.draw = () => request++ / 16;
    // All in one window: at the end of one, what is not counted yet is counted sooner in the next.
    jest.spyOn(Date, 'now').mockReturnValue(paceWindowOf(Date.now()));
    meter.take();
    const each: Capacity[] = [];
    for (let index = 0; index < 16; index++) {
      await world.call('POST', '/v1/events', { body: newEvent() });
      each.push(meter.take());
    }
    expect(each).toEqual([
      { read: 0, write: 2, calls: 2 },
      ...Array.from({ length: 15 }, () => ({ read: 0, write: 1, calls: 1 })),
    ]);
    expect(each.reduce((sum, { write }) => sum + write, 0) / 16).toBe(1.0625);
    expect((await counted()).example?.events).toBe(16);
  });

  test.each(['never sent', 'answer lost', 'throws', 'hangs'] as const)(
    'that fails (%s) changes nothing in the response, and delays it by a quarter of a second at most',
    async (failure) => {
      chance.draw = always;
      const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
      const end = interfere(dynamodb, async ({ command }) => {
        if (command !== 'UpdateItemCommand') return 'done';
        if (failure === 'throws') throw new Error('Access is denied.');
        if (failure !== 'hangs') return failure;
        await new Promise((resolve) => setTimeout(resolve, 3_000).unref());
        return 'done';
      });
      const before = performance.now();
      const { reply, written } = await postCounted(world, newEvent());
      const tookMs = performance.now() - before;
      end();
      expect({ status: reply.status, written }).toEqual({ status: 201, written: 1 });
      expect(tookMs).toBeLessThan(2_000);
    },
  );
});
