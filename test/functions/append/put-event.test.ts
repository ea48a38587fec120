import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventIdOf } from '../../../events/identity.ts';
import { developmentWith } from '../../events/samples.ts';
import { problem, refused } from '../../support/expectations/problem.ts';
import { usedToday } from '../../support/fixtures/daily-use.ts';
import { itemsIn } from '../../support/world/items.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const note = 'The agency corrected its report.';
const source = '/newsrooms/example';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.stop());

const put = (id: string, body: unknown, call: object = {}, query = '') =>
  world.call('PUT', `/v1/events?id=${encodeURIComponent(id)}${query}`, { ...call, body });
const written = async (work: () => Promise<unknown>) => {
  const before = await itemsIn('EventLog');
  await work();
  return (await itemsIn('EventLog')) - before;
};

describe('putting an event by its own id', () => {
  test('records it, as a post would: a post of the same is replayed', async () => {
    const event = developmentWith();
    const { status, headers, body } = await put('recorded', { event });
    expect([status, headers.etag, body.id]).toEqual([201, '"0"', eventIdOf(source, 'recorded')]);
    expect(body.event).toEqual({ specversion: '1.0', id: 'recorded', source, ...event });
    const posted = await world.call('POST', '/v1/events', { body: { ...event, id: 'recorded' } });
    expect([posted.status, posted.body]).toEqual([200, body]);
  });

  test('again writes nothing, with a note or without, whatever If-Match says', async () => {
    const event = developmentWith();
    const first = await put('again', { event });
    const replies = await Promise.all([
      put('again', { event }),
      put('again', { event, note }),
      put('again', { event }, { headers: { 'if-match': '"7"' } }),
    ]);
    for (const { status, headers, body } of replies) {
      expect([status, headers['idempotency-replayed'], body]).toEqual([200, 'true', first.body]);
    }
    expect(await written(() => put('again', { event }))).toBe(0);
  });

  test('with other data needs a note: without it, 409 lists what differs and shows what is stored', async () => {
    const { body: stored } = await put('silent', { event: developmentWith({ summary: 'Soon.', language: 'az' }) });
    const other = developmentWith({ summary: 'Later.', status: 'reported' });
    const reply = await put('silent', { event: other });
    expect(reply.body).toEqual({
      ...problem(409, 'conflict', { stored, changed: ['/data/status', '/data/summary', '/data/language'] }),
      detail: expect.stringContaining('Send a note'),
    });
    expect(await written(() => put('silent', { event: other }))).toBe(0);
  });

  test('with other data and a note corrects it, and removes what the event has no more', async () => {
    await put('corrected', { event: developmentWith({ summary: 'Soon.', places: [{ name: 'Shusha' }] }) });
    const event = developmentWith({ places: [{ name: 'Lachin' }], when: { edtf: '2020-12-02' } });
    const { status, body } = await put('corrected', { event, note });
    expect([status, body.revision, body.event.data]).toEqual([201, 1, event.data]);
    const again = await put('corrected', { event, note });
    expect([again.status, again.body]).toEqual([200, body]);
    await world.settle(body.id);
    const { body: history } = await world.get(`/v1/events/${body.id}/history`);
    expect(history.revisions[1]).toMatchObject({
      revision: 1,
      note,
      changed: [{ pointer: '/data/when/edtf' }, { pointer: '/data/summary' }, { pointer: '/data/places' }],
    });
  });

  test('with If-Match corrects that revision only, and records nothing', async () => {
    const changed = (headline: string, ifMatch: string, id = 'matched') =>
      put(id, { event: developmentWith({ headline }), note }, { headers: { 'if-match': ifMatch } });
    await put('matched', { event: developmentWith() });
    expect((await changed('One', '"0"')).status).toBe(201);
    expect(await changed('Two', '"0"')).toMatchObject({ status: 412, body: { revision: 1 } });
    expect((await changed('Two', '"1"')).status).toBe(201);
    expect(await changed('One', '"0"', 'not there')).toMatchObject({ status: 412 });
  });

  test('changes neither the type nor the story', async () => {
    await put('fixed', { event: developmentWith() });
    const reply = await put('fixed', { event: { ...developmentWith(), subject: 'another' }, note });
    expect([reply.status, reply.body.changed]).toEqual([409, ['/subject']]);
  });

  test('is refused once it was retracted or taken down', async () => {
    const event = developmentWith();
    const { body } = await put('retracted', { event });
    await world.call('POST', `/v1/events/${body.id}/retraction`, { body: { note }, headers: { 'if-match': '"0"' } });
    expect((await put('retracted', { event })).status).toBe(409);
    const { body: other } = await put('taken down', { event });
    await world.call('POST', `/v1/events/${other.id}/redaction`, { body: { reason: 'legal', note: 'Withheld.' } });
    expect((await put('taken down', { event, note })).status).toBe(410);
  });

  test('is for events of the own newsroom and of the stories of the key', async () => {
    const event = developmentWith();
    expect((await put('own', { event }, {}, '&source=/newsrooms/example')).status).toBe(201);
    expect((await put('own', { event }, {}, '&source=/newsrooms/other')).status).toBe(403);
    expect((await put('own', { event }, { stories: 'another' })).status).toBe(403);
    expect((await put('own', { event: { ...event, subject: 'another' } }, { stories: 'another' })).status).toBe(403);
  });

  test('names what is wrong by its place', async () => {
    const event = developmentWith();
    const refusals = [
      [await put('a', { event: { ...event, id: 'b' } }), { pointer: '/event/id' }],
      [await put('a', { event: { ...event, source: '/newsrooms/other' } }), { pointer: '/event/source' }],
      [await put('a', { event: developmentWith({ headline: '' }) }), { pointer: '/event/data/headline' }],
      [await put('a', { event, note: '' }), { pointer: '/note' }],
      [await put('a', event), ...Object.keys(event).map((name) => ({ pointer: `/${name}` })), { pointer: '/event' }],
      [await world.call('PUT', '/v1/events', { body: { event } }), { parameter: 'id' }],
      [await world.call('PUT', '/v1/events?id=%00', { body: { event } }), { parameter: 'id' }],
    ] as const;
    for (const [{ status, body }, ...places] of refusals) {
      expect(status).toBe(400);
      expect(body.errors.map(({ detail: _, ...place }: { detail: string }) => place).sort()).toEqual(
        expect.arrayContaining(places.slice(0, 1)),
      );
    }
  });

  test('is refused if either quota is used up', async () => {
    const body = { event: developmentWith() };
    for (const used of [{ events: 200 }, { changes: 200 }]) {
      expect((await put('quota', body, { dailyUse: usedToday(used) })).status).toBe(429);
    }
  });
});

describe('reading an event by its own id', () => {
  const at = (query: string) => world.get(`/v1/events?${query}`);

  test('is reading it by its public id, which Content-Location names', async () => {
    const { body } = await world.post(developmentWith({}, { id: 'read & found' }));
    const named = `id=${encodeURIComponent('read & found')}&source=${source}`;
    const byOwnId = await at(named);
    const byId = await world.get(`/v1/events/${body.id}`);
    const { 'content-location': location, ...headers } = byOwnId.headers;
    expect(location).toBe(`/v1/events/${body.id}`);
    expect({ ...byOwnId, headers }).toEqual(byId);
    expect((await at(`${named}&revision=0`)).body).toEqual(byId.body);
    expect((await at(`${named}&revision=1`)).status).toBe(404);
  });

  test('needs both the id and the source', async () => {
    expect((await at('id=a')).body).toEqual(refused({ parameter: 'source' }));
    expect((await at(`source=${source}`)).body).toEqual(refused({ parameter: 'id' }));
    expect((await at(`id=nobody&source=${source}`)).status).toBe(404);
    expect((await at('id=karabakh-2020&source=/stories')).status).toBe(404);
  });
});
