import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { eventIdOf } from '../../../events/identity.ts';
import { maximumHeldBytes, maximumHeldEvents } from '../../../events/input/limits.ts';
import { routes } from '../../../functions/routes.ts';
import { developmentWith } from '../../events/samples.ts';
import { refused } from '../../support/expectations/problem.ts';
import { readFeed } from '../../support/models/timelines-model.ts';
import { stopClock } from '../../support/world/eraser.ts';
import { type Asked, type Fate, interfere } from '../../support/world/interference.ts';
import { emptyTable, itemsOf, putItem } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const start = Date.parse('2026-11-28T11:00:00.000Z');
const noon = '2026-11-28T12:00:00.000Z';

let world: World;
let fateOf: (asked: Asked) => Fate | Promise<Fate>;
/** Runs the function of the schedule once. It waits by moving the clock. */
let publishDue: () => Promise<void>;

beforeAll(async () => {
  world = await startWorld();
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  interfere(dynamodb, (asked) => fateOf(asked));
  const embargo = await import('../../../functions/lib/embargo/publish-due.ts');
  publishDue = () =>
    embargo.publishDue({
      now: Date.now,
      hasTime: () => true,
      wait: async (ms) => {
        jest.setSystemTime(Date.now() + ms);
      },
      requestId: 'publish',
    });
  stopClock();
});
beforeEach(async () => {
  fateOf = () => 'done';
  jest.setSystemTime(start);
  await Promise.all(
    (['EventLog', 'Timelines', 'HeldEvents', 'Redactions', 'Access'] as const).map((table) => emptyTable(table)),
  );
});
afterAll(async () => {
  jest.useRealTimers();
  await world.stop();
});

const at = (instant: string) => jest.setSystemTime(Date.parse(instant));
const hold = (body: unknown, publishAt: string, more: object = {}) =>
  world.call('POST', `/v1/events?publishAt=${encodeURIComponent(publishAt)}`, { body, ...more });
const heldIdOf = (id: string) => eventIdOf('/newsrooms/example', id);
const heldList = async (more: object = {}) => (await world.call('GET', '/v1/held-events', more)).body.heldEvents;
const logged = async () => (await itemsOf('EventLog', 'E#')).filter(({ sk }) => sk === 'R#000000');

/** Which event each of these follows in the log, by the ids that their newsroom gave them. */
async function followedIn(ids: readonly string[]): Promise<unknown[]> {
  const items = new Map((await logged()).map((item) => [String(item.pk).slice(2), item]));
  const idOf = new Map([...items.keys()].map((eventId) => [eventId, eventId]));
  for (const id of ids) idOf.set(heldIdOf(id), id);
  return ids.map((id) => {
    const follows = items.get(heldIdOf(id))?.follows as { eventId: string } | undefined;
    return follows && idOf.get(follows.eventId);
  });
}

/** Sequences and projects what is in the log, in an order that the test does not choose. */
async function settle(): Promise<void> {
  await world.settle(...(await logged()).map(({ pk }) => String(pk).slice(2)).toReversed());
}

/** Publishes what is due. */
async function publish(): Promise<void> {
  await publishDue();
  await settle();
}

describe('A held event', () => {
  test('is accepted with 202, can be read by its newsroom, and is nowhere in the record', async () => {
    const event = developmentWith({ headline: 'A secret' }, { id: 'one' });
    const reply = await hold(event, '2026-11-28T13:00:00+01:00');
    const { id } = reply.body;
    expect(reply).toMatchObject({
      status: 202,
      headers: { location: `/v1/held-events/${id}`, etag: '"0"' },
      body: { publishAt: noon, heldAt: '2026-11-28T11:00:00.000Z', version: 0, status: 'held', conflict: null },
    });
    expect(reply.body.event.data.headline).toBe('A secret');
    expect((await world.call('GET', `/v1/held-events/${id}`)).body).toEqual(reply.body);
    expect(await heldList()).toEqual([reply.body]);
    expect(await itemsOf('EventLog')).toEqual([]);
    expect((await world.call('GET', `/v1/held-events/${id}`, { newsroom: 'other' })).status).toBe(404);
    expect(await heldList({ newsroom: 'other' })).toEqual([]);
  });

  test('is held once if it is sent again, and a conflict with other content or another time', async () => {
    const event = developmentWith({}, { id: 'one' });
    const first = await hold(event, noon);
    const again = await hold(event, noon);
    expect(again).toMatchObject({ status: 200, headers: { 'idempotency-replayed': 'true' }, body: first.body });
    expect((await hold(event, '2026-11-28T12:30:00Z')).status).toBe(409);
    expect((await hold(developmentWith({ headline: 'Other' }, { id: 'one' }), noon)).status).toBe(409);
    expect(await itemsOf('HeldEvents', 'N#example')).toHaveLength(3);
  });

  test('is published at its time, with the position and the instant of then, and is held no more', async () => {
    const { body } = await hold(developmentWith({}, { id: 'one' }), noon);
    at('2026-11-28T11:58:00.000Z');
    await publish();
    expect(await logged()).toEqual([]);
    at('2026-11-28T11:59:30.000Z');
    await publish();
    const [entry] = await readFeed();
    expect(entry).toMatchObject({ position: 1, event: { id: 'one' } });
    expect(Date.parse(entry?.publishedAt as string) - Date.parse(noon)).toBeLessThan(1_000);
    expect((entry?.publishedAt as string) >= noon).toBe(true);
    expect(await itemsOf('HeldEvents')).toEqual([{ pk: 'N#example', sk: 'TOTAL', v: 1, events: 0, bytes: 0 }]);
    expect((await world.get(`/v1/events/${body.id}`)).status).toBe(200);
    expect((await world.call('GET', `/v1/held-events/${body.id}`)).status).toBe(404);
  });

  test('is published in the order of publishAt, and of one instant in the order in which it was sent', async () => {
    await hold(developmentWith({}, { id: 'last' }), '2026-11-28T12:00:02Z');
    await hold(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => developmentWith({}, { id })),
      noon,
    );
    await hold(developmentWith({}, { id: 'first' }), '2026-11-28T11:59:59.999Z');
    at('2026-11-28T12:05:00.000Z');
    await publish();
    expect((await readFeed()).map(({ event }) => event.id)).toEqual(['first', 'a', 'b', 'c', 'd', 'e', 'f', 'last']);
  });

  test('is published after the one before it, however many are due at one instant', async () => {
    const ids = Array.from({ length: 100 }, (_, index) => `held-${index}`);
    await hold(
      ids.map((id) => developmentWith({}, { id })),
      noon,
    );
    at('2026-11-28T12:05:00.000Z');
    await publishDue();
    expect(await followedIn(ids)).toEqual([undefined, ...ids.slice(0, -1)]);
    for (const id of ids.toReversed()) await world.sequence(heldIdOf(id));
    expect((await readFeed()).map(({ event }) => event.id)).toEqual(ids);
  });

  test('is published after the last one that was, if the one before it was refused or taken back', async () => {
    const ids = ['a', 'taken', 'retracted', 'd'];
    await hold(
      ids.map((id) => developmentWith({}, { id })),
      noon,
    );
    await world.post(developmentWith({ headline: 'Public' }, { id: 'taken' }));
    const due = await itemsOf('HeldEvents', 'DUE#');
    await world.call('DELETE', `/v1/held-events/${heldIdOf('retracted')}`);
    // As if it were taken back after the list was read.
    await putItem('HeldEvents', due.find(({ eventId }) => eventId === heldIdOf('retracted')) as object);
    at(noon);
    await publishDue();
    expect(await followedIn(['a', 'd'])).toEqual([undefined, 'a']);
  });
});

describe('What a newsroom does with a held event', () => {
  const secret = developmentWith({ headline: 'A secret' }, { id: 'one' });
  const pathOf = (id: string, more = '') => `/v1/held-events/${id}${more}`;

  test('is to replace it, with another time, so that only the new content is ever published', async () => {
    const { id } = (await hold(secret, noon)).body;
    const body = developmentWith({ headline: 'Mended' }, { id: 'one' });
    const replaced = await world.call('PUT', pathOf(id, '?publishAt=2026-11-28T11:30:00Z'), {
      body,
      headers: { 'if-match': '"0"' },
    });
    expect(replaced).toMatchObject({ status: 200, headers: { etag: '"1"' }, body: { version: 1, status: 'held' } });
    const stale = await world.call('PUT', pathOf(id), { body, headers: { 'if-match': '"0"' } });
    expect(stale.status).toBe(412);
    at('2026-11-28T11:30:00.000Z');
    await publish();
    expect((await world.get(`/v1/events/${id}`)).text).toContain('Mended');
    expect(JSON.stringify(await itemsOf('EventLog'))).not.toContain('A secret');
  });

  test('is to retract it, which leaves nothing', async () => {
    const { id } = (await hold(secret, noon)).body;
    expect((await world.call('DELETE', pathOf(id))).status).toBe(204);
    expect((await world.call('DELETE', pathOf(id))).status).toBe(404);
    at('2026-11-28T13:00:00.000Z');
    await publish();
    expect(await logged()).toEqual([]);
    expect(JSON.stringify(await itemsOf('HeldEvents'))).not.toContain('secret');
  });

  test('is to release it, once, however often that is sent', async () => {
    const { id } = (await hold(secret, noon)).body;
    expect((await world.call('POST', pathOf(id, '/release'))).status).toBe(201);
    expect(await world.call('POST', pathOf(id, '/release'))).toMatchObject({
      status: 200,
      headers: { 'idempotency-replayed': 'true' },
    });
    at(noon);
    await publish();
    expect(await readFeed()).toHaveLength(1);
    expect((await hold(secret, '2026-11-28T12:30:00Z')).status).toBe(200);
    expect(await heldList()).toEqual([]);
  });

  test('is to read why it was not published: its id was taken by then, and then to replace or retract it', async () => {
    const { id } = (await hold(secret, noon)).body;
    await world.post(developmentWith({ headline: 'Public' }, { id: 'one' }));
    at(noon);
    await publish();
    const [item] = await heldList();
    expect(item).toMatchObject({ id, status: 'conflict', conflict: { reason: 'taken', at: noon } });
    expect(await itemsOf('HeldEvents', 'DUE#')).toEqual([]);
    expect(await readFeed()).toHaveLength(1);
    expect((await world.call('POST', pathOf(id, '/release'))).status).toBe(409);
    expect((await world.call('DELETE', pathOf(id))).status).toBe(204);
  });

  test('is bounded in number and in bytes, exactly', async () => {
    const total = { pk: 'N#example', sk: 'TOTAL', v: 1 };
    await putItem('HeldEvents', { ...total, events: maximumHeldEvents - 1, bytes: 0 });
    expect((await hold(secret, noon)).status).toBe(202);
    expect((await hold(developmentWith({}, { id: 'two' }), noon)).body).toMatchObject({
      type: '/problems/state-conflict',
    });
    await putItem('HeldEvents', { ...total, events: 1, bytes: maximumHeldBytes });
    expect((await hold(developmentWith({}, { id: 'two' }), noon)).status).toBe(409);
    expect(await heldList()).toHaveLength(1);
  });
});

describe('A batch that is to be held, for which there is no room,', () => {
  /** Of a batch of 18, one after the other. */
  const ids = Array.from({ length: 18 }, (_, index) => `held-${index}`);
  // Of an address of which a dry run does not warn.
  const sources = [{ url: 'https://example.org/1', publisher: 'AFP' }];
  const batch = ids.map((id) => developmentWith({ sources }, { id }));
  const room = 16;
  const outcomesOf = (held: string) =>
    ids.map((id, index) => {
      const outcome = index < room ? held : index === room ? 'no-room' : 'not-tried';
      return { id: heldIdOf(id), outcome };
    });
  const total = { pk: 'N#example', sk: 'TOTAL', v: 1 };

  beforeEach(async () => {
    await emptyTable('Access');
    await putItem('HeldEvents', { ...total, events: maximumHeldEvents - room, bytes: 0 });
  });

  test('is held as far as there is, which its results say, its quota counts, and sending it again completes in order', async () => {
    const reply = await hold(batch, noon);
    expect([reply.status, reply.body]).toEqual([200, { publishAt: noon, results: outcomesOf('held') }]);
    expect((await heldList()).map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, room).map(heldIdOf));
    expect((await itemsOf('Access', 'USE#example')).map(({ events }) => events)).toEqual([room]);
    expect((await hold(batch, noon)).body.results).toEqual(outcomesOf('replayed'));
    const [held] = (await itemsOf('HeldEvents', 'N#example')).filter(({ sk }) => sk === 'TOTAL');
    await putItem('HeldEvents', { ...held, events: room });
    jest.setSystemTime(start + 1_000);
    await hold(batch, noon);
    expect((await heldList()).map(({ id }: { id: string }) => id)).toEqual(ids.map(heldIdOf));
  });

  test('is answered by a dry run as by the request itself', async () => {
    const dry = await world.call('POST', `/v1/events?dryRun=true&publishAt=${noon}`, { body: batch });
    expect(await itemsOf('HeldEvents')).toEqual([{ ...total, events: maximumHeldEvents - room, bytes: 0 }]);
    const real = await hold(batch, noon);
    expect([dry.status, dry.body]).toEqual([200, { ...real.body, dryRun: true }]);
    expect(real.body.results).toEqual(outcomesOf('held'));
  });

  test('is held as far as its bytes have room, and its dry run says so too', async () => {
    await hold(batch[0], noon);
    const [first] = (await itemsOf('HeldEvents', 'N#example')).filter(({ sk }) => sk === 'TOTAL');
    const bytes = Number(first?.bytes);
    await putItem('HeldEvents', { ...total, events: 1, bytes: maximumHeldBytes - bytes });
    const sent = batch.slice(0, 4);
    const expected = ['replayed', 'held', 'no-room', 'not-tried'].map((outcome, index) => ({
      id: heldIdOf(`held-${index}`),
      outcome,
    }));
    const dry = await world.call('POST', `/v1/events?dryRun=true&publishAt=${noon}`, { body: sent });
    expect(dry.body).toEqual({ publishAt: noon, results: expected, dryRun: true });
    expect((await hold(sent, noon)).body).toEqual({ publishAt: noon, results: expected });
  });
});

test('The cursor of a key that is limited to stories says nothing of the events that it may not see', async () => {
  jest.setSystemTime(start);
  const { id } = (await hold(developmentWith({}, { id: 'one', subject: 'others' }), noon)).body;
  await hold(developmentWith({}, { id: 'two', subject: 'mine' }), '2026-11-28T13:00:00Z');
  const list = (query: string) => world.call('GET', `/v1/held-events?limit=1${query}`, { stories: 'mine' });
  const { heldEvents, nextCursor } = (await list('')).body;
  expect(heldEvents).toEqual([]);
  const seen = ['base64url', 'latin1'].map((encoding) =>
    Buffer.from(nextCursor, encoding as 'latin1').toString('latin1'),
  );
  expect(seen.filter((text) => text.includes(id) || text.includes(noon))).toEqual([]);
  expect((await list(`&cursor=${nextCursor}`)).body.heldEvents).toMatchObject([{ event: { id: 'two' } }]);
});

test('A cursor of what one newsroom holds is refused to another, and for another list', async () => {
  jest.setSystemTime(start);
  for (const id of ['one', 'two']) await hold(developmentWith({}, { id }), noon);
  const { nextCursor } = (await world.get('/v1/held-events?limit=1')).body;
  const replies = [
    await world.call('GET', `/v1/held-events?cursor=${nextCursor}`, { newsroom: 'dpa' }),
    await world.get(`/v1/webhook-endpoints?cursor=${nextCursor}`),
    await world.get(`/v1/stories?cursor=${nextCursor}`),
    await world.get(`/v1/held-events?cursor=${nextCursor}A`),
  ];
  for (const reply of replies) expect(reply).toMatchObject({ status: 400, body: refused({ parameter: 'cursor' }) });
});

test('What is held under the id of an event that is taken down is removed with it', async () => {
  const { eraserIn } = await import('../../support/world/eraser.ts');
  const eraser = await eraserIn(world);
  jest.setSystemTime(start);
  const { id } = (await hold(developmentWith({ headline: 'Zarathustra speaks' }, { id: 'one' }), noon)).body;
  await world.post(developmentWith({ headline: 'Zarathustra spoke' }, { id: 'one' }));
  await world.call('POST', `/v1/events/${id}/redaction`, { body: { reason: 'privacy', note: 'Withheld.' } });
  await world.settle(id);
  await eraser.run();
  expect(JSON.stringify(await itemsOf('HeldEvents'))).not.toContain('Zarathustra');
  expect(await heldList()).toEqual([]);
  at(noon);
  await publish();
  expect(await logged()).toHaveLength(1);
});

test('A release that is sent again is not answered with what is being taken down', async () => {
  jest.setSystemTime(start);
  const { id } = (await hold(developmentWith({ headline: 'Zarathustra speaks' }, { id: 'one' }), noon)).body;
  const release = () => world.call('POST', `/v1/held-events/${id}/release`);
  expect((await release()).status).toBe(201);
  expect((await release()).status).toBe(200);
  await world.call('POST', `/v1/events/${id}/redaction`, { body: { reason: 'privacy', note: 'Withheld.' } });
  const again = await release();
  expect(again.body).toMatchObject({ status: 410, note: 'Withheld.' });
  expect(again.text).not.toContain('Zarathustra');
});

test('What is sent to be held under the id of an event that is being taken down is not answered with its content', async () => {
  jest.setSystemTime(start);
  const { body: stored } = await world.post(developmentWith({ headline: 'Zarathustra spoke' }, { id: 'one' }));
  await world.call('POST', `/v1/events/${stored.id}/redaction`, { body: { reason: 'privacy', note: 'Withheld.' } });
  const other = developmentWith({ headline: 'Other content' }, { id: 'one' });
  const reply = await hold(other, noon);
  expect(reply.body).toMatchObject({ status: 410, note: 'Withheld.' });
  expect(reply.text).not.toContain('Zarathustra');
  expect((await hold([other], noon)).body.results).toEqual([{ id: stored.id, outcome: 'redacted' }]);
  expect(await heldList()).toEqual([]);
});

test('Interrupted at any call, whether it was done or not, every event is published once, in order, and none before its time', async () => {
  const ids = ['a', 'b', 'c'];
  for (const fate of ['never sent', 'answer lost'] as const) {
    for (let killed = 1, isKilled = true; isKilled; killed++) {
      await Promise.all((['EventLog', 'Timelines', 'HeldEvents'] as const).map((table) => emptyTable(table)));
      jest.setSystemTime(start);
      fateOf = () => 'done';
      await hold(
        ids.map((id) => developmentWith({}, { id })),
        noon,
      );
      at('2026-11-28T11:59:59.999Z');
      let calls = 0;
      // From this call on nothing succeeds, as if the function were killed.
      fateOf = () => {
        calls++;
        if (calls < killed) return 'done';
        if (calls === killed && fate === 'answer lost') return fate;
        throw new Error('The function was killed.');
      };
      await publishDue().catch(() => undefined);
      isKilled = calls >= killed;
      fateOf = () => 'done';
      if (Date.now() < Date.parse(noon)) expect(await logged()).toEqual([]);
      // Until the next run there is a minute.
      await settle();
      at('2026-11-28T12:01:00.000Z');
      await publish();
      expect((await readFeed()).map(({ event }) => event.id)).toEqual(ids);
      expect(await itemsOf('HeldEvents', 'DUE#')).toEqual([]);
      expect(await heldList()).toEqual([]);
    }
  }
});

test('A clock that was ahead and goes back loses nothing, and holds what is held after it', async () => {
  await hold(developmentWith({}, { id: 'before' }), noon);
  await hold(developmentWith({}, { id: 'far' }), '2026-11-30T12:00:00Z');
  at('2026-11-29T00:00:00.000Z');
  await publish();
  at('2026-11-28T11:10:00.000Z');
  await hold(developmentWith({}, { id: 'after' }), '2026-11-28T11:20:00Z');
  await publish();
  expect((await readFeed()).map(({ event }) => event.id)).toEqual(['before']);
  at('2026-11-28T11:20:30.000Z');
  await publish();
  at('2026-11-30T12:00:00.000Z');
  await publish();
  expect((await readFeed()).map(({ event }) => event.id)).toEqual(['before', 'after', 'far']);
});

describe('An event that is due at the same instant as 100 of another newsroom, which were held before,', () => {
  const ids = Array.from({ length: 100 }, (_, index) => `held-${index}`);
  const many = ids.map((id) => `E#${heldIdOf(id)}`);

  /** Holds them until noon, and makes it noon. Returns the key of the one in the log. */
  async function holdThem(): Promise<string> {
    await hold(
      ids.map((id) => developmentWith({}, { id })),
      noon,
    );
    at('2026-11-28T11:30:00.000Z');
    const { body } = await hold(developmentWith({}, { id: 'one' }), noon, { newsroom: 'other' });
    at(noon);
    return `E#${body.id}`;
  }

  const appendedKey = ({ command, input }: Asked): string | null =>
    command === 'PutItemCommand' && input.Item.sk?.S === 'R#000000' ? input.Item.pk.S : null;

  test('is published among the first of them, and they in their order', async () => {
    const one = await holdThem();
    const appended: string[] = [];
    fateOf = (asked) => {
      const key = appendedKey(asked);
      if (key !== null) appended.push(key);
      return 'done';
    };
    await publishDue();
    expect(appended.indexOf(one)).toBeLessThan(5);
    expect(appended.filter((key) => key !== one)).toEqual(many);
  });

  test('is published, however long the first of them takes', async () => {
    const one = await holdThem();
    const appended: string[] = [];
    const isPublished = Promise.withResolvers<void>();
    fateOf = async (asked): Promise<Fate> => {
      const key = appendedKey(asked);
      if (key === many[0]) await isPublished.promise;
      if (key === one) isPublished.resolve();
      if (key !== null) appended.push(key);
      return 'done';
    };
    await publishDue();
    expect(appended).toEqual([one, ...many]);
  });
});

test('Events with many long names are published at the pace at which their newsroom could have sent them', async () => {
  const places = Array.from({ length: 16 }, (_, index) => ({ name: `${index}`.padEnd(199, '\u6f22') }));
  await hold(
    ['one', 'two', 'three'].map((id) => developmentWith({ places }, { id })),
    noon,
  );
  at(noon);
  await publishDue();
  expect(await logged()).toHaveLength(3);
  // Each carries 10 KB, and so counts five times: 300 in five seconds.
  expect(Date.now() - Date.parse(noon)).toBeGreaterThanOrEqual(3 * 5 * 16);
});

test('One event that fails stops no other, and is attempted again', async () => {
  for (const newsroom of ['example', 'other']) {
    await hold([developmentWith({}, { id: 'bad' }), developmentWith({}, { id: 'good' })], noon, { newsroom });
  }
  at(noon);
  const bad = heldIdOf('bad');
  fateOf = ({ command, input }) => {
    if (command === 'PutItemCommand' && input.Item.pk.S === `E#${bad}`) throw new TypeError('It cannot be written.');
    return 'done';
  };
  await expect(publishDue()).rejects.toThrow('It cannot be written.');
  expect(await logged()).toHaveLength(3);
  expect(await itemsOf('HeldEvents', 'DUE#')).toHaveLength(1);
  fateOf = () => 'done';
  await publish();
  expect(await logged()).toHaveLength(4);
  expect(await heldList()).toEqual([]);
});

test('An entry that cannot be read stops no other, and fails each run', async () => {
  for (const newsroom of ['example', 'other']) await hold(developmentWith({}, { id: 'good' }), noon, { newsroom });
  const [entry] = await itemsOf('HeldEvents', 'DUE#');
  const newer = { ...entry, sk: `${noon}#${noon}#0000#evt_newer`, v: 1_000 };
  await putItem('HeldEvents', newer);
  at(noon);
  const { logger } = await import('../../../functions/lib/runtime/observability.ts');
  const errors = jest.spyOn(logger, 'error').mockImplementation(() => undefined);
  for (let runs = 1; runs <= 2; runs++) await expect(publishDue()).rejects.toThrow('this release reads version 1');
  expect(await logged()).toHaveLength(2);
  expect(await itemsOf('HeldEvents', 'DUE#')).toEqual([newer]);
  const line = 'A held event could not be published. It is attempted again in a minute.';
  expect(errors.mock.calls[0]).toEqual([line, { eventId: 'evt_newer', error: expect.any(Error) }]);
  errors.mockRestore();
});

test('Nothing of a held event is in any public answer, nor changed by it, until its time', async () => {
  const shown = developmentWith({}, { id: 'public' });
  const { id: publicId } = (await world.post(shown)).body;
  const words = { headline: 'Zarathustra speaks', actors: [{ name: 'Zarathustra', role: 'party' }] };
  const targets = routes
    .filter(({ scope, path }) => scope === undefined && !path.startsWith('/docs') && path !== '/v1/openapi.json')
    .flatMap(({ path }) => {
      const filled = path.replace('{story}', 'karabakh-2020');
      const ofEvents = filled.includes('{id}')
        ? [publicId, heldIdOf('secret')].map((one) => filled.replace('{id}', one))
        : [filled];
      return path === '/v1/timeline/counts' ? [`${path}?interval=day`] : ofEvents;
    });
  const answers = async () => {
    const texts: unknown[] = [];
    for (const target of [...targets, '/v1/timeline?q=zarathustra', '/v1/timeline?actor=zarathustra']) {
      const { status, text, headers } = await world.get(target);
      texts.push([target, status, headers.etag, text.replaceAll(/request-\d+/g, '')]);
    }
    return texts;
  };
  const before = await answers();
  await hold(developmentWith(words, { id: 'secret' }), noon);
  await world.project();
  const { text } = await world.call('POST', '/v1/events', {
    newsroom: 'other',
    body: developmentWith({ headline: 'Else' }, { id: 'secret' }),
  });
  expect(text.toLowerCase()).not.toContain('zarathustra');
  const during = await answers();
  expect(JSON.stringify(during).toLowerCase()).not.toContain('zarathustra speaks');
  expect(during).toEqual(before);
});
