import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { routes } from '../../../functions/routes.ts';
import { problem } from '../../support/expectations/problem.ts';
import { frontHeaders, gatewayEvent, lambdaContext } from '../../support/world/gateway-event.ts';
import { startWorld, type World } from '../../support/world/world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.stop());

const caller = { newsroom: 'example', keyId: 'example-test', scopes: 'events:write stories:write', stories: '' };
const functionNames = [...new Set([...routes.map((route) => route.function), 'unrouted'])];
const { 'x-origin-verify': secret } = frontHeaders;

describe('who comes around the distribution', () => {
  test.each(functionNames)('is refused by %s, whatever the guess', async (name) => {
    const { handler } = await import(`../../../functions/${name}.ts`);
    for (const guess of ['', 'x', secret.slice(1), `${secret} `, secret.toUpperCase(), `${secret},${secret}`]) {
      const event = gatewayEvent({ path: '/v1/timeline', headers: { 'x-origin-verify': guess }, caller });
      const { statusCode, headers, body } = await handler(event, lambdaContext);
      expect([statusCode, JSON.parse(body)]).toEqual([403, problem(403, 'forbidden')]);
      expect(headers['cache-control']).toBe('no-store');
    }
  });

  test('is refused without any header of the distribution', async () => {
    const { handler } = await import('../../../functions/read-timeline.ts');
    const { 'x-origin-verify': _, ...headers } = gatewayEvent({ path: '/v1/timeline' }).headers;
    const { statusCode } = await handler({ ...gatewayEvent({ path: '/v1/timeline' }), headers }, lambdaContext);
    expect(statusCode).toBe(403);
  });
});
