import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventIdOf } from '../../../events/identity.ts';
import { maximumEventBytes } from '../../../events/input/limits.ts';
import { developmentWith } from '../../events/samples.ts';
import { problem, refused } from '../../support/expectations/problem.ts';
import { eventOfBytes } from '../../support/fixtures/large-event.ts';
import { postCounted } from '../../support/world/post-counted.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const source = '/newsrooms/example';
const batchType = 'application/cloudevents-batch+json';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.stop());

const posted = (body: unknown, call: Parameters<World['call']>[2] = {}) => postCounted(world, body, call);

const eventWith = (id: string, data: object = {}, attributes: object = {}) => ({
  ...developmentWith(data, attributes),
  id,
});

describe('a batch', () => {
  const result = (id: string, outcome: string) => ({ id: eventIdOf(source, id), revision: 0, outcome });

  test('gets the outcome of each event, in order', async () => {
    await world.call('POST', '/v1/events', { body: [eventWith('batch-1'), eventWith('batch-2')] });
    const { reply, written } = await posted([
      eventWith('batch-3'),
      eventWith('batch-2', { headline: 'Something else happened' }),
      eventWith('batch-1'),
      eventWith('batch-4'),
    ]);
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      results: [
        result('batch-3', 'created'),
        result('batch-2', 'conflict'),
        result('batch-1', 'replayed'),
        result('batch-4', 'created'),
      ],
    });
    expect(written).toBe(2);
  });

  test('with an event that is too large with the attributes that were left out is refused whole, and names it', async () => {
    const large = eventOfBytes(maximumEventBytes, 'large');
    const { reply, written } = await posted([eventWith('before'), large, eventWith('after')]);
    const detail =
      'An event holds at most 65536 bytes as JSON; this one, with the attributes that were left out, has 65586.';
    expect(reply).toMatchObject({
      status: 413,
      body: { ...problem(413, 'too-large'), detail, errors: [{ pointer: '/1', detail }] },
    });
    expect(written).toBe(0);
  });

  test('may contain an id twice: the first event is recorded, and the others are compared with it', async () => {
    const { reply, written } = await posted([
      eventWith('twice'),
      eventWith('twice'),
      eventWith('twice', { headline: 'Something else happened' }),
    ]);
    expect(reply.body).toEqual({
      results: [result('twice', 'created'), result('twice', 'replayed'), result('twice', 'conflict')],
    });
    expect(written).toBe(1);
  });

  test('has at most a hundred events', async () => {
    const events = Array.from({ length: 101 }, (_, index) => eventWith(`hundred-${index}`));
    const tooMany = await posted(events);
    expect([tooMany.reply.status, tooMany.written]).toEqual([400, 0]);
    expect(tooMany.reply.body).toEqual(refused({ pointer: '' }));
    const { reply, written } = await posted(events.slice(1));
    expect(reply.body).toEqual({ results: events.slice(1).map(({ id }) => result(String(id), 'created')) });
    expect(written).toBe(100);
  });

  test('gives each event without an id the Idempotency-Key and its index', async () => {
    const call = {
      headers: { 'idempotency-key': 'import', 'content-type': batchType },
      body: [developmentWith(), eventWith('named'), developmentWith()],
    };
    const results = (outcome: string) => ['import/0', 'named', 'import/2'].map((id) => result(id, outcome));
    expect(await world.call('POST', '/v1/events', call)).toMatchObject({ body: { results: results('created') } });
    expect(await world.call('POST', '/v1/events', call)).toMatchObject({ body: { results: results('replayed') } });
  });

  test('without ids and key records all of its events, even equal ones', async () => {
    const { reply, written } = await posted([developmentWith(), developmentWith()]);
    expect(reply.body.results).toMatchObject([{ outcome: 'created' }, { outcome: 'created' }]);
    expect(written).toBe(2);
  });

  test('is refused as a whole if one event is invalid, with all errors by index', async () => {
    const { reply, written } = await posted([
      eventWith('whole-1'),
      eventWith('whole-2', { when: { edtf: '2021-02-29' } }),
      eventWith('whole-3', { headline: ' ', mood: 'sombre' }, { subject: 'Not a slug' }),
      'not an event',
      eventWith('whole-5', {}, { color: 'red' }),
    ]);
    expect(reply.status).toBe(400);
    const places = reply.body.errors.map(({ pointer }: { pointer: string }) => pointer);
    expect(places.sort()).toEqual(
      ['/1/data/when/edtf', '/2/data/headline', '/2/data/mood', '/2/subject', '/3', '/4/color'].sort(),
    );
    expect(written).toBe(0);
  });

  test('that is empty is refused', async () => {
    const { reply, written } = await posted([]);
    expect(reply).toMatchObject({ status: 400, body: refused({ pointer: '' }) });
    expect(written).toBe(0);
  });
});
