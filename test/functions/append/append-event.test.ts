import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventIdOf } from '../../../events/identity.ts';
import { developmentWith, requiredFields } from '../../events/samples.ts';
import { problem } from '../../support/expectations/problem.ts';
import { postCounted } from '../../support/world/post-counted.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const source = '/newsrooms/example';
const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.stop());

const posted = (body: unknown, call: Parameters<World['call']>[2] = {}) => postCounted(world, body, call);

const eventWith = (id: string, data: object = {}, attributes: object = {}) =>
  developmentWith(data, { id, ...attributes });

/** The event as it is stored: complete, its attributes in the order of the specification. */
const stored = (id: string, data: object = {}, attributes: object = {}) => ({
  specversion: '1.0',
  id,
  source,
  type: 'development.reported',
  subject: 'karabakh-2020',
  ...attributes,
  data: { ...requiredFields, ...data },
});

const recorded = (id: string, data: object = {}, attributes: object = {}) => ({
  id: eventIdOf(source, id),
  revision: 0,
  recordedAt: instant,
  event: stored(id, data, attributes),
});

describe('an event', () => {
  test('is recorded: 201 with its location, its revision and the event', async () => {
    const { reply, written } = await posted(eventWith('first'));
    expect(reply.status).toBe(201);
    expect(reply.headers).toEqual({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      location: `/v1/events/${eventIdOf(source, 'first')}`,
      etag: '"0"',
    });
    expect(reply.body).toEqual(recorded('first'));
    expect(written).toBe(1);
  });

  test('posted again is replayed: 200 with the same body, and nothing is written', async () => {
    const first = await world.call('POST', '/v1/events', { body: eventWith('again') });
    const { reply, written } = await posted(eventWith('again'));
    expect(reply).toEqual({
      ...first,
      status: 200,
      headers: { ...first.headers, 'idempotency-replayed': 'true' },
    });
    expect(written).toBe(0);
  });

  test('is the same event whatever its time, its trace and the order of its fields', async () => {
    const first = await world.call('POST', '/v1/events', {
      body: eventWith('same', {}, { time: '2020-12-01T00:00:00Z' }),
    });
    const { data, ...attributes } = eventWith('same');
    const { reply } = await posted({
      data: Object.fromEntries(Object.entries(data).reverse()),
      time: '2021-01-01T00:00:00Z',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      ...attributes,
    });
    expect(reply).toMatchObject({ status: 200, text: first.text });
  });

  test.each<[string, object, object]>([
    ['data', { headline: 'Something else happened' }, {}],
    ['story', {}, { subject: 'another-story' }],
    ['type', {}, { type: 'talks.held' }],
  ])(
    'with an id that is taken by another %s is a conflict that tells what is stored',
    async (what, data, attributes) => {
      const id = `taken-${what}`;
      const parties = [{ name: 'Armenia' }, { name: 'Azerbaijan' }];
      const taken = { type: 'hostilities.reported' };
      await world.call('POST', '/v1/events', { body: eventWith(id, { parties }, taken) });
      const { reply, written } = await posted(eventWith(id, { parties, ...data }, { ...taken, ...attributes }));
      expect(reply.status).toBe(409);
      expect(reply.headers['content-type']).toBe('application/problem+json');
      expect(reply.body).toEqual(problem(409, 'conflict', { stored: recorded(id, { parties }, taken) }));
      expect(written).toBe(0);
    },
  );

  test('that was corrected or retracted since is replayed as it was posted', async () => {
    const first = await world.call('POST', '/v1/events', { body: eventWith('corrected-since') });
    const { id } = first.body;
    const change = (path: string, revision: number, body: object) =>
      world.call('POST', `/v1/events/${id}/${path}`, { body, headers: { 'if-match': `"${revision}"` } });
    await change('corrections', 0, { note: 'It was worse.', data: { headline: 'Worse' } });
    expect((await posted(eventWith('corrected-since'))).reply).toMatchObject({ status: 200, text: first.text });
    await change('retraction', 1, { note: 'It was not.' });
    expect((await posted(eventWith('corrected-since'))).reply).toMatchObject({ status: 200, text: first.text });
  });

  test('has another id than the same event of another newsroom', async () => {
    await posted(eventWith('shared'));
    const { reply } = await posted(eventWith('shared', { headline: 'Ours' }), { newsroom: 'afp' });
    expect(reply).toMatchObject({ status: 201, body: { id: eventIdOf('/newsrooms/afp', 'shared') } });
  });

  test('without an id gets the Idempotency-Key as its id', async () => {
    const call = { headers: { 'idempotency-key': 'key-1' }, body: developmentWith() };
    const first = await world.call('POST', '/v1/events', call);
    expect(first).toMatchObject({ status: 201, body: recorded('key-1') });
    expect(await world.call('POST', '/v1/events', call)).toMatchObject({ status: 200, text: first.text });
  });

  test('keeps its own id if there is an Idempotency-Key too', async () => {
    const { reply } = await posted(eventWith('its-own'), { headers: { 'idempotency-key': 'key-2' } });
    expect(reply).toMatchObject({ status: 201, body: recorded('its-own') });
  });

  test('without id and key gets a new id each time', async () => {
    const [one, other] = [await posted(developmentWith()), await posted(developmentWith())];
    expect([one.reply.status, other.reply.status]).toEqual([201, 201]);
    expect(one.reply.body.event.id).not.toBe(other.reply.body.event.id);
  });

  test('keeps its optional attributes', async () => {
    const attributes = {
      specversion: '1.0',
      source,
      time: '2020-12-01T10:00:00.123+04:00',
      datacontenttype: 'application/json',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      tracestate: 'rojo=00f067aa0ba902b7',
    };
    const { reply } = await posted(eventWith('complete', {}, attributes));
    expect(reply).toMatchObject({ status: 201, body: recorded('complete', {}, attributes) });
  });
});

describe('a key', () => {
  test.each([
    ['of another newsroom', {}, { source: '/newsrooms/afp' }],
    ['of the system', {}, { source: '/stories' }],
  ])('cannot write with the source %s: 403', async (_, data, attributes) => {
    const { reply, written } = await posted(eventWith('foreign', data, attributes));
    expect(reply).toMatchObject({ status: 403, body: problem(403, 'forbidden') });
    expect(written).toBe(0);
  });

  test('without the scope writes nothing: 403', async () => {
    const { reply, written } = await posted(eventWith('no-scope'), { scopes: 'stories:write' });
    expect(reply).toMatchObject({ status: 403, body: problem(403, 'forbidden') });
    expect(written).toBe(0);
  });

  test('limited to stories cannot write to other stories, not even as a further story', async () => {
    const stories = 'karabakh-* minsk';
    const write = async (id: string, data: object, attributes: object) => {
      const { reply, written } = await posted(eventWith(id, data, attributes), { stories });
      return [reply.status, written];
    };
    expect(await write('limited-1', { stories: ['minsk'] }, {})).toEqual([201, 1]);
    expect(await write('limited-2', {}, { subject: 'belarus' })).toEqual([403, 0]);
    expect(await write('limited-3', { stories: ['minsk', 'belarus'] }, {})).toEqual([403, 0]);
    expect(await write('limited-4', {}, { subject: 'minsk-2' })).toEqual([403, 0]);
  });

  test('that may not write one event of a batch writes none', async () => {
    const batch = [eventWith('limited-5'), eventWith('limited-6', {}, { subject: 'belarus' })];
    const { reply, written } = await posted(batch, { stories: 'karabakh-2020' });
    expect([reply.status, written]).toEqual([403, 0]);
  });
});
