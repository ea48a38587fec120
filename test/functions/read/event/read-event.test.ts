import type { DynamoDBClient, QueryCommandOutput } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { eventIdOf } from '../../../../events/identity.ts';
import { developmentWith, ownFields, requiredFields } from '../../../events/samples.ts';
import { problem, refused } from '../../../support/expectations/problem.ts';
import { startWorld, type World } from '../../../support/world/world.ts';

const source = '/newsrooms/example';
const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const note = 'The agency corrected its report.';

let world: World;
let dynamodb: DynamoDBClient;

beforeAll(async () => {
  world = await startWorld();
  ({ dynamodb } = await import('../../../../functions/lib/runtime/dynamodb.ts'));
});

afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(() => world.stop());

async function recorded(data: object = {}, attributes: object = {}): Promise<string> {
  return (await world.post(developmentWith(data, attributes))).body.id;
}

async function change(path: string, id: string, revision: number, body: object): Promise<void> {
  const headers = { 'if-match': `"${revision}"` };
  const reply = await world.call('POST', `/v1/events/${id}/${path}`, { headers, body });
  expect(reply.status).toBe(201);
  await world.settle(id);
}

/** Lets the next read come too early for all items but those of the keys that `seen` tells. */
function readTooEarly(seen: RegExp): void {
  const send = dynamodb.send.bind(dynamodb) as (command: unknown) => Promise<QueryCommandOutput>;
  jest.spyOn(dynamodb, 'send').mockImplementationOnce(async (command) => {
    const { Items = [], ...output } = await send(command);
    return { ...output, Items: Items.filter(({ sk }) => seen.test(sk?.S ?? '')) };
  });
}

const { when: _when, ...shown } = requiredFields;

/** The entry of an event as it was recorded. */
const entry = (id: string, data: object = {}) => ({
  id,
  revision: 0,
  position: expect.any(Number),
  publishedAt: instant,
  newsroom: 'example',
  type: 'development.reported',
  story: 'karabakh-2020',
  when: {
    edtf: '2020-12-01',
    tz: 'UTC',
    kind: 'point',
    precision: 'day',
    earliest: '2020-12-01T00:00:00.000Z',
    latest: '2020-12-01T23:59:59.999Z',
  },
  data: { ...shown, ...data },
});

describe('an event', () => {
  test('is answered whole, with its revision as its tag', async () => {
    const id = await recorded({ summary: 'S', topics: ['medtop:20000056'] });
    const reply = await world.get(`/v1/events/${id}`);
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual(entry(id, { summary: 'S', topics: ['medtop:20000056'] }));
    expect(reply.headers).toEqual({
      'content-type': 'application/json',
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'etag, link, retry-after, timeline-truncated',
      'cache-control': 'public, max-age=1, stale-while-revalidate=1, stale-if-error=86400',
      etag: '"0"',
    });
  });

  test.each<[object, object]>([
    [
      { edtf: '2020-11-10T00:00:00+03:00', tz: 'Europe/Moscow' },
      { kind: 'point', precision: 'second', earliest: '2020-11-09T21:00:00.000Z', latest: '2020-11-09T21:00:00.999Z' },
    ],
    [
      { edtf: '2020-11-10T00:00+03:00' },
      {
        tz: 'UTC',
        kind: 'point',
        precision: 'minute',
        earliest: '2020-11-09T21:00:00.000Z',
        latest: '2020-11-09T21:00:59.999Z',
      },
    ],
    [
      { edtf: '2020-11-09/2020-11', tz: 'Asia/Baku', kind: 'point' },
      { precision: 'month', earliest: '2020-11-08T20:00:00.000Z', latest: '2020-11-30T19:59:59.999Z' },
    ],
    [
      { edtf: '199X' },
      {
        tz: 'UTC',
        kind: 'point',
        precision: 'decade',
        earliest: '1990-01-01T00:00:00.000Z',
        latest: '1999-12-31T23:59:59.999Z',
      },
    ],
    [
      { edtf: '2020-12~/..' },
      { tz: 'UTC', kind: 'span', precision: 'month', earliest: '2020-12-01T00:00:00.000Z', latest: null },
    ],
    [
      { edtf: '/2020' },
      { tz: 'UTC', kind: 'span', precision: 'year', earliest: null, latest: '2020-12-31T23:59:59.999Z' },
    ],
  ])('tells of %j when that was', async (when, told) => {
    const { body } = await world.get(`/v1/events/${await recorded({ when })}`);
    expect(body.when).toEqual({ ...when, ...told });
  });

  test('tells of its relations which events they are', async () => {
    const truce = eventIdOf(source, 'truce');
    const relations = [
      { rel: 'under', id: 'truce' },
      { rel: 'fulfils', id: truce },
    ];
    const { body } = await world.get(`/v1/events/${await recorded({ relations })}`);
    expect(body.data.relations).toEqual(relations);
    expect(body.related).toEqual([
      { rel: 'under', id: truce },
      { rel: 'fulfils', id: truce },
    ]);
  });

  test('is not there before it has its place in the record: 404, try again', async () => {
    const { body } = await world.call('POST', '/v1/events', { body: developmentWith({}, { id: 'waiting' }) });
    const early = await world.get(`/v1/events/${body.id}`);
    expect(early).toMatchObject({ status: 404, body: problem(404, 'not-found') });
    expect(early.headers['retry-after']).toBe('1');
    await world.settle(body.id);
    expect((await world.get(`/v1/events/${body.id}`)).status).toBe(200);
  });

  test('is there once it is in the record, though the first read came too early', async () => {
    const id = await recorded();
    await change('corrections', id, 0, { note, data: { headline: 'New' } });
    for (const [query, seen, revision] of [
      ['', /^$/, 1],
      ['?revision=0', /^$/, 0],
      ['?revision=1', /0$/, 1],
      ['?revision=1', /1$/, 1],
    ] as const) {
      readTooEarly(seen);
      expect(await world.get(`/v1/events/${id}${query}`)).toMatchObject({ status: 200, body: { id, revision } });
    }
  });

  test('is as it was while a correction waits for its place', async () => {
    const id = await recorded();
    const headers = { 'if-match': '"0"' };
    await world.call('POST', `/v1/events/${id}/corrections`, { headers, body: { note, data: { headline: 'New' } } });
    expect((await world.get(`/v1/events/${id}`)).body).toEqual(entry(id));
    expect((await world.get(`/v1/events/${id}?revision=1`)).headers['retry-after']).toBe('1');
    await world.settle(id);
    expect((await world.get(`/v1/events/${id}`)).body.revision).toBe(1);
  });

  test.each([
    eventIdOf(source, 'nobody posted this'),
    eventIdOf('/stories', 'karabakh-2020'),
    'evt_short',
    'evt_AAAAAAAAAAAAAAAAAAAAAAAAAA',
    '%00',
    'x'.repeat(5_000),
  ])('that is not there is 404 for good: %s', async (id) => {
    await world.call('PUT', '/v1/stories/karabakh-2020', { body: { title: 'Karabakh' } });
    await world.settle(eventIdOf('/stories', 'karabakh-2020'));
    const reply = await world.get(`/v1/events/${id}`);
    expect(reply).toMatchObject({ status: 404, body: problem(404, 'not-found') });
    expect(reply.body.detail).toMatch(/^There is no event with this id/);
    expect(reply.headers).not.toHaveProperty('retry-after');
  });

  test('is answered as corrected, and as of each revision before', async () => {
    const id = await recorded({ summary: 'S', ...ownFields['development.reported'] });
    await change('corrections', id, 0, { note: 'First.', data: { summary: null, quantity: { best: 1600 } } });
    await change('corrections', id, 1, { note: 'Second.', data: { when: { edtf: '2020-12-02' } } });
    const at = async (query: string) => {
      const reply = await world.get(`/v1/events/${id}${query}`);
      return [reply.status, reply.headers.etag, reply.body.revision, reply.body.correction, reply.body.when.edtf];
    };
    const correction = (text: string, changed: string[]) => ({ note: text, at: instant, changed });
    expect(await at('?revision=0')).toEqual([200, '"0"', 0, undefined, '2020-12-01']);
    expect(await at('?revision=1')).toEqual([
      200,
      '"1"',
      1,
      correction('First.', ['/data/summary', '/data/quantity/best']),
      '2020-12-01',
    ]);
    const latest = [200, '"2"', 2, correction('Second.', ['/data/when/edtf']), '2020-12-02'];
    expect(await at('?revision=2')).toEqual(latest);
    expect(await at('')).toEqual(latest);
    expect(await world.get(`/v1/events/${id}?revision=3`)).toMatchObject({
      status: 404,
      body: { detail: 'The event has no revision 3.' },
    });
  });

  test('that was retracted is gone, and tells why: 410', async () => {
    const id = await recorded({}, { id: 'retracted' });
    await change('retraction', id, 0, { note: 'It did not happen.' });
    const reply = await world.get(`/v1/events/${id}`);
    expect(reply.status).toBe(410);
    expect(reply.headers['content-type']).toBe('application/problem+json');
    expect(reply.body).toEqual(
      problem(410, 'retracted', {
        id,
        story: 'karabakh-2020',
        eventType: 'development.reported',
        note: 'It did not happen.',
        retractedAt: instant,
        revision: 1,
      }),
    );
    expect((await world.get(`/v1/events/${id}?revision=0`)).body).toEqual(entry(id));
  });

  test('is not sent again to who has this revision: 304; after a correction it is', async () => {
    const id = await recorded();
    for (const known of ['"0"', 'W/"0"', '"7", "0"', '*']) {
      expect(await world.get(`/v1/events/${id}`, { 'if-none-match': known })).toMatchObject({
        status: 304,
        headers: { etag: '"0"' },
        text: '',
      });
    }
    await change('corrections', id, 0, { note, data: { headline: 'New' } });
    expect((await world.get(`/v1/events/${id}`, { 'if-none-match': '"0"' })).status).toBe(200);
  });

  test('has the headers of GET, and no body, for HEAD', async () => {
    const id = await recorded();
    const get = await world.get(`/v1/events/${id}`);
    expect(await world.call('HEAD', `/v1/events/${id}`)).toEqual({ ...get, body: undefined, text: '' });
  });

  test.each([
    ['revision=-1', 'revision'],
    ['revision=01', 'revision'],
    ['revision=', 'revision'],
    ['revision=latest', 'revision'],
    ['revision=0&revision=0', 'revision'],
    ['mood=sombre', 'mood'],
  ])('asked for with "%s" is refused', async (query, parameter) => {
    const reply = await world.get(`/v1/events/${eventIdOf(source, 'any')}?${query}`);
    expect(reply).toMatchObject({ status: 400, body: refused({ parameter }) });
  });
});
