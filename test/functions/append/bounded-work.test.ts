import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { maximumErrors } from '../../../events/input/limits.ts';
import { harmless, hostileRoutes, targetsOf } from '../../support/fixtures/hostile-bodies.ts';
import { itemsIn } from '../../support/world/items.ts';
import { type Reply, startWorld, type World } from '../../support/world/world.ts';

let world: World;
let ids: { event: string; endpoint: string };

beforeAll(async () => {
  world = await startWorld();
  ids = await targetsOf(world);
});

afterAll(() => world.stop());

describe.each(hostileRoutes)('$name', ({ method, path, headers, bodies }) => {
  const send = (text: string): Promise<Reply> => world.call(method, path(ids), { body: text, headers: { ...headers } });

  test.each(bodies)('refuses %s, with at most a hundred errors, and writes nothing', async (name, text) => {
    const items = await itemsIn('EventLog');
    const { status, body } = await send(text);
    expect(await itemsIn('EventLog')).toBe(items);
    if (method === 'PATCH' && harmless.includes(name)) return expect(status).toBe(200);
    expect([400, 413]).toContain(status);
    expect(body).toMatchObject({ status, detail: expect.stringMatching(/^.{1,1300}$/) });
    expect((body.errors ?? []).length).toBeLessThanOrEqual(maximumErrors);
  });
});

describe('a batch with more errors than are listed', () => {
  test('ends at the event that has the hundred-and-first', async () => {
    const events = Array.from({ length: 100 }, () => ({ type: 'development.reported' }));
    const { status, body } = await world.call('POST', '/v1/events', { body: events });
    expect([status, body.errors.length]).toEqual([400, maximumErrors]);
    expect(body.detail).toBe(
      'The request has more than 100 errors; the member errors lists the first 100, and the check ended there.',
    );
  });
});
