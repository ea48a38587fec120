import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Route, routes } from '../../../functions/routes.ts';
import { developmentWith } from '../../events/samples.ts';
import { refused } from '../../support/expectations/problem.ts';
import { itemsIn } from '../../support/world/items.ts';
import { type Reply, startWorld, type World } from '../../support/world/world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.stop());

const segments: Record<string, string> = {
  id: `evt_${'a'.repeat(26)}`,
  story: 'strict',
  endpoint: `wh_${'a'.repeat(26)}`,
  position: '1',
};
const pathOf = ({ path }: Route) => path.replaceAll(/\{(\w+)\}/g, (_, name: string) => segments[name] as string);
const named = routes.map((route) => [`${route.method} ${route.path}`, route] as const);

/** A body that every check before it must keep from being read: it is no JSON. */
const call = (route: Route, query: string, headers: Record<string, string> = {}) =>
  world.call(route.method, `${pathOf(route)}${query}`, {
    headers,
    ...(route.method !== 'GET' && { body: 'no JSON' }),
  });

/** A page says in its text what is wrong, anything else in a problem. */
function expectRefused(route: Route, { status, body, text }: Reply, place: Record<string, string>): void {
  expect(status).toBe(400);
  const isPage = /-page$/.test(route.function);
  if (!isPage) expect(body).toEqual(refused(place));
  else expect(text).toContain(`<p>${Object.values(place)[0]}: `);
}

describe('a parameter', () => {
  test.each(named)('that %s does not take is refused, by name', async (_, route) => {
    expectRefused(route, await call(route, '?dry_run=true'), { parameter: 'dry_run' });
  });

  test.each(named.filter(([, { query }]) => query))('given to %s twice is refused, by name', async (_, route) => {
    const [parameter = ''] = route.query ?? [];
    expectRefused(route, await call(route, `?${parameter}=1&${parameter}=1`), { parameter });
  });

  test('that POST /v1/events does not take keeps an event from being recorded', async () => {
    const items = await itemsIn('EventLog');
    const event = developmentWith({}, { id: 'dry' });
    for (const query of ['dry_run=true', 'id=1', 'id=1&id=1', 'id=', 'id']) {
      const reply = await world.call('POST', `/v1/events?${query}`, { body: event });
      expect(reply).toMatchObject({
        status: 400,
        body: refused({ parameter: query.slice(0, 2) === 'id' ? 'id' : 'dry_run' }),
      });
    }
    expect(await itemsIn('EventLog')).toBe(items);
    expect((await world.call('POST', '/v1/events?', { body: event })).status).toBe(201);
  });
});

describe('a header that a route does not act on', () => {
  const values = { 'if-match': '"0"', 'if-none-match': '*', 'idempotency-key': 'k1', 'ce-id': 'a' };
  const writes = named.filter(([, { method }]) => method !== 'GET');
  const reads = named.filter(([, { method }]) => method === 'GET');
  const taken = ({ headers = [] }: Route, name: string) =>
    headers.includes(name === 'ce-id' ? 'ce-*' : (name as 'if-match'));

  test.each(writes)('is refused by %s, by name', async (_, route) => {
    for (const [header, value] of Object.entries(values)) {
      if (taken(route, header)) continue;
      const { status, body } = await call(route, '', { [header]: value });
      expect({ status, body }).toEqual({ status: 400, body: refused({ header }) });
    }
  });

  test.each(reads)('is refused by %s if it is If-Match: the answer would be of any revision', async (_, route) => {
    expectRefused(route, await call(route, '', { 'if-match': '"0"' }), { header: 'if-match' });
  });

  test('is named with all others', async () => {
    const { 'if-none-match': _, ...most } = values;
    const { body } = await world.call('DELETE', `/v1/webhook-endpoints/${segments.endpoint}`, { headers: most });
    expect(body).toEqual(refused({ header: 'if-match' }, { header: 'idempotency-key' }, { header: 'ce-id' }));
  });

  test('asks a read for nothing if it is an Idempotency-Key or an attribute of an event', async () => {
    const headers = { 'idempotency-key': 'k1', 'ce-id': 'a' };
    expect((await world.get('/v1/timeline', headers)).status).toBe(200);
  });
});
