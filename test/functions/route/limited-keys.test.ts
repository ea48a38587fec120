import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { routes } from '../../../functions/routes.ts';
import { developmentWith } from '../../events/samples.ts';
import { problem } from '../../support/expectations/problem.ts';
import { createdEndpoint, endpointsPath, endpointWith } from '../../support/receivers/endpoints.ts';
import { itemsOf } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

/** The key of a newsroom that writes to two stories. */
const limited = { stories: 'mine also-mine' };
const note = { note: 'Counted again.' };

let world: World;
/** An event of the same newsroom in another story, and one in both. */
let ids: { outside: string; both: string; retracted: string };
/** Endpoints of the same newsroom: for everything, for a story outside, and for one of the key's stories. */
let endpoints: { all: string; outside: string; mixed: string; mine: string };

beforeAll(async () => {
  world = await startWorld();
  const post = async (id: string, subject: string, stories: string[] = []) =>
    (await world.post(developmentWith({ ...(stories.length > 0 && { stories }) }, { id, subject }))).body.id as string;
  ids = {
    outside: await post('outside', 'theirs'),
    both: await post('both', 'mine', ['theirs']),
    retracted: await post('retracted', 'theirs'),
  };
  const headers = { 'if-match': '"0"' };
  await world.call('POST', `/v1/events/${ids.retracted}/retraction`, { headers, body: note });
  const filtered = async (filter: object) => (await createdEndpoint(world, { filter })).id;
  endpoints = {
    all: await filtered({}),
    outside: await filtered({ stories: ['theirs'] }),
    mixed: await filtered({ stories: ['mine', 'theirs'] }),
    mine: await filtered({ stories: ['mine'] }),
  };
});

afterAll(() => world.stop());

const forbidden = { status: 403, body: problem(403, 'forbidden') };
const notFound = { status: 404, body: problem(404, 'not-found') };

describe('a key that is limited to stories', () => {
  test('cannot read, change or use an endpoint for more than them by any route: 404', async () => {
    const ofEndpoint = routes.filter(({ path }) => path.includes('{endpoint}'));
    expect(ofEndpoint.length).toBeGreaterThan(10);
    const before = await itemsOf('Subscribers');
    for (const { method, path } of ofEndpoint) {
      for (const id of [endpoints.all, endpoints.outside, endpoints.mixed]) {
        const target = path.replace('{endpoint}', id).replace('{position}', '1');
        const body = path.endsWith('/replay') ? { from: 1 } : undefined;
        const reply = await world.call(method, target, { ...limited, ...(body && { body }) });
        expect([method, path, reply.status, reply.body]).toEqual([method, path, 404, notFound.body]);
      }
    }
    expect(await itemsOf('Subscribers')).toEqual(before);
  });

  test('reads and changes an endpoint for them alone, and sees no other in the list', async () => {
    expect(await world.call('GET', `${endpointsPath}/${endpoints.mine}`, limited)).toMatchObject({ status: 200 });
    const listed = await world.call('GET', endpointsPath, limited);
    expect(listed.body.endpoints.map(({ id }: { id: string }) => id)).toEqual([endpoints.mine]);
    const change = (filter: object) =>
      world.call('PATCH', `${endpointsPath}/${endpoints.mine}`, { ...limited, body: { filter } });
    for (const filter of [{}, { stories: ['theirs'] }, { types: ['talks.held'] }]) {
      expect(await change(filter)).toMatchObject(forbidden);
    }
    expect(await change({ stories: ['also-mine', 'mine'] })).toMatchObject({ status: 200 });
  });

  test.each<[string, object, number]>([
    ['everything', {}, 403],
    ['a place', { places: ['AZ-LAC'] }, 403],
    ['another story', { stories: ['theirs'] }, 403],
    ['one of its stories and another', { stories: ['mine', 'theirs'] }, 403],
    [
      'its stories and disabled endpoints',
      { stories: ['mine'], types: ['talks.held', 'webhook.endpoint.disabled'] },
      403,
    ],
    ['its stories', { stories: ['mine', 'also-mine'], types: ['talks.held'] }, 201],
  ])('that registers an endpoint for %s', async (_, filter, status) => {
    const reply = await world.call('POST', endpointsPath, { ...limited, body: endpointWith({ filter }) });
    expect(reply.status).toBe(status);
    if (status === 403) expect(reply.body).toEqual(problem(403, 'forbidden'));
  });

  test('is not shown an event of another story that has the id of its own', async () => {
    const event = developmentWith({ headline: 'Other' }, { id: 'outside', subject: 'mine' });
    const conflict = await world.call('POST', '/v1/events', { ...limited, body: event });
    expect(conflict.status).toBe(409);
    expect(conflict.body).toEqual(problem(409, 'conflict'));
    const whole = await world.call('POST', '/v1/events', { body: event });
    expect(whole.body.stored).toMatchObject({ id: ids.outside, event: { subject: 'theirs' } });
  });

  test('cannot correct or retract an event that is in another story too, or learn its content by trying', async () => {
    const data = { headline: 'Other' };
    for (const id of [ids.outside, ids.both, ids.retracted]) {
      for (const revision of [0, 7]) {
        const headers = { 'if-match': `"${revision}"` };
        const correction = await world.call('POST', `/v1/events/${id}/corrections`, {
          ...limited,
          headers,
          body: { ...note, data },
        });
        const retraction = await world.call('POST', `/v1/events/${id}/retraction`, { ...limited, headers, body: note });
        expect([correction.status, correction.body]).toEqual([403, problem(403, 'forbidden')]);
        expect([retraction.status, retraction.body]).toEqual([403, problem(403, 'forbidden')]);
      }
    }
  });

  test('cannot take down an event in another story, nor ask how far a redaction has come', async () => {
    const body = { reason: 'legal', note: 'Withheld.' };
    for (const id of [ids.outside, ids.both, ids.retracted]) {
      expect(await world.call('POST', `/v1/events/${id}/redaction`, { ...limited, body })).toMatchObject(forbidden);
      expect(await world.call('GET', `/v1/events/${id}/redaction`, limited)).toMatchObject(forbidden);
    }
  });

  test('cannot ask for the receipts of an event in another story', async () => {
    for (const id of [ids.outside, ids.both]) {
      expect(await world.call('GET', `/v1/events/${id}/receipts`, limited)).toMatchObject(forbidden);
    }
  });

  test('cannot describe another story, withdraw it, or take an event out of it', async () => {
    const describe = await world.call('PUT', '/v1/stories/theirs', { ...limited, body: { title: 'Theirs' } });
    expect(describe).toMatchObject(forbidden);
    expect(await world.call('DELETE', '/v1/stories/theirs', limited)).toMatchObject(forbidden);
    const body = { event: ids.outside, ...note };
    const unlisting = await world.call('POST', '/v1/stories/theirs/unlistings', { ...limited, body });
    expect(unlisting).toMatchObject(forbidden);
  });

  test('cannot see, replace, retract or release a held event in another story', async () => {
    const event = (id: string, subject: string, more = {}) => developmentWith(more, { id, subject });
    const target = `/v1/events?publishAt=${new Date(Date.now() + 3_600_000).toISOString()}`;
    const hold = async (body: object, key: object = {}) => world.call('POST', target, { ...key, body });
    expect(await hold(event('held', 'theirs'), limited)).toMatchObject(forbidden);
    const { id } = (await hold(event('held', 'theirs'))).body;
    const mine = (await hold(event('held-mine', 'mine'), limited)).body;
    const conflict = await hold(event('held', 'mine'), limited);
    expect([conflict.status, conflict.body]).toEqual([409, problem(409, 'conflict')]);
    const before = await itemsOf('HeldEvents');
    expect(await world.call('GET', `/v1/held-events/${id}`, limited)).toMatchObject(forbidden);
    expect(await world.call('DELETE', `/v1/held-events/${id}`, limited)).toMatchObject(forbidden);
    expect(await world.call('POST', `/v1/held-events/${id}/release`, limited)).toMatchObject(forbidden);
    const put = (path: string, body: object) => world.call('PUT', `/v1/held-events/${path}`, { ...limited, body });
    expect(await put(id, event('held', 'mine'))).toMatchObject(forbidden);
    expect(await put(mine.id, event('held-mine', 'mine', { stories: ['theirs'] }))).toMatchObject(forbidden);
    expect(await itemsOf('HeldEvents')).toEqual(before);
    const listed = await world.call('GET', '/v1/held-events', limited);
    expect(listed.body).toEqual({ heldEvents: [mine], nextCursor: null });
  });

  test('is shown no story and no endpoint beyond it by what its newsroom has', async () => {
    const { body } = await world.call('GET', '/v1/newsroom', limited);
    expect(body).toMatchObject({ newsroom: 'example', key: { stories: ['mine', 'also-mine'] } });
    const listed = (await world.call('GET', endpointsPath, limited)).body.endpoints;
    expect(body.endpoints).toEqual(listed.map(({ id, status }: { id: string; status: string }) => ({ id, status })));
    expect(JSON.stringify(body)).not.toContain(endpoints.outside);
  });

  test('has a case here for every route with a key', () => {
    const events = ['', '/{id}/corrections', '/{id}/retraction', '/{id}/redaction', '/{id}/receipts'].map(
      (path) => `/v1/events${path}`,
    );
    const stories = ['', '/unlistings'].map((path) => `/v1/stories/{story}${path}`);
    // What is waited for is public.
    const held = ['', '/{id}', '/{id}/release'].map((path) => `/v1/held-events${path}`);
    const known = [...events, ...stories, ...held, endpointsPath, '/v1/changes/wait', '/v1/newsroom'];
    const keyed = routes.filter(({ scope }) => scope).map(({ path }) => path);
    expect(keyed.filter((path) => !known.includes(path) && !path.startsWith(`${endpointsPath}/{endpoint}`))).toEqual(
      [],
    );
  });
});
