import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventIdOf } from '../../../events/identity.ts';
import { developmentWith, requiredFields } from '../../events/samples.ts';
import { problem, refused } from '../../support/expectations/problem.ts';
import { itemsIn } from '../../support/world/items.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const note = 'It did not happen.';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.stop());

async function recorded(data: object = {}, attributes: object = {}): Promise<string> {
  const reply = await world.call('POST', '/v1/events', { body: developmentWith(data, attributes) });
  return reply.body.id;
}

const change = (path: string, id: string, ifMatch: string | undefined, body: unknown, call: object = {}) =>
  world.call('POST', `/v1/events/${id}/${path}`, {
    ...call,
    body,
    ...(ifMatch !== undefined && { headers: { 'if-match': ifMatch } }),
  });

const retract = (id: string, ifMatch: string | undefined, body: unknown = { note }, call: object = {}) =>
  change('retraction', id, ifMatch, body, call);

describe('a retraction', () => {
  test('is recorded: 201 with its revision and the event as it was', async () => {
    const id = await recorded({}, { id: 'whole' });
    const reply = await retract(id, '"0"');
    expect(reply.status).toBe(201);
    expect(reply.headers).toEqual({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      location: `/v1/events/${id}`,
      etag: '"1"',
    });
    expect(reply.body).toEqual({
      id,
      revision: 1,
      recordedAt: instant,
      event: {
        specversion: '1.0',
        id: 'whole',
        source: '/newsrooms/example',
        type: 'development.reported',
        subject: 'karabakh-2020',
        data: requiredFields,
      },
    });
  });

  test('sent again is replayed: 200 with the same body, and nothing is written', async () => {
    const id = await recorded();
    const first = await retract(id, '"0"');
    const items = await itemsIn('EventLog');
    expect(await retract(id, 'W/"0"')).toEqual({
      ...first,
      status: 200,
      headers: { ...first.headers, 'idempotency-replayed': 'true' },
    });
    expect(await itemsIn('EventLog')).toBe(items);
  });

  test('is final: another one is a conflict that shows the stored revision', async () => {
    const id = await recorded();
    await retract(id, '"0"');
    for (const [ifMatch, body] of [
      ['"0"', { note: 'For another reason.' }],
      ['"1"', { note }],
    ] as const) {
      const reply = await retract(id, ifMatch, body);
      expect(reply.status).toBe(409);
      expect(reply.body).toEqual(
        problem(409, 'conflict', { stored: { id, revision: 1, recordedAt: instant, event: expect.any(Object) } }),
      );
    }
  });

  test('must say which revision it builds on: 428 without If-Match, 412 if it is not the current one', async () => {
    const id = await recorded();
    expect((await retract(id, undefined)).body).toEqual(problem(428, 'revision-required'));
    await change('corrections', id, '"0"', { note, data: { headline: 'Corrected' } });
    expect((await retract(id, '"0"')).body).toEqual(problem(412, 'stale-revision', { revision: 1 }));
    expect(await retract(id, '"1"')).toMatchObject({ status: 201, body: { revision: 2 } });
  });

  test('of an unknown event, or one of another newsroom, is 404', async () => {
    const none = await retract(eventIdOf('/newsrooms/example', 'nobody posted this'), '"0"');
    expect(none).toMatchObject({ status: 404, body: problem(404, 'not-found') });
    expect(await retract(await recorded(), '"0"', { note }, { newsroom: 'afp' })).toEqual(none);
  });

  test('needs the scope, and a key that may write to all stories of the event: 403', async () => {
    const id = await recorded({ stories: ['belarus'] });
    for (const call of [{ scopes: 'stories:write' }, { stories: 'karabakh-*' }, { stories: 'belarus' }]) {
      expect(await retract(id, '"0"', { note }, call)).toMatchObject({ status: 403, body: problem(403, 'forbidden') });
    }
    expect((await retract(id, '"0"', { note }, { stories: 'karabakh-* belarus' })).status).toBe(201);
  });

  test.each<[string, unknown, string]>([
    ['no note', {}, '/note'],
    ['a blank note', { note: '\u00a0' }, '/note'],
    ['a note of 2,001 characters', { note: 'x'.repeat(2_001) }, '/note'],
    ['data', { note, data: {} }, '/data'],
  ])('with %s is refused, and nothing is written', async (_, body, pointer) => {
    const id = await recorded();
    const items = await itemsIn('EventLog');
    const reply = await retract(id, '"0"', body);
    expect(reply).toMatchObject({ status: 400, body: refused({ pointer }) });
    expect(await itemsIn('EventLog')).toBe(items);
  });
});
