import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { developmentWith } from '../../events/samples.ts';
import { gatewayEvent, lambdaContext } from '../../support/world/gateway-event.ts';
import { interfere } from '../../support/world/interference.ts';
import { startWorld, type World } from '../../support/world/world.ts';

let world: World;
let posted = 0;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

async function post(data: object = {}): Promise<number> {
  await world.post(developmentWith(data, { id: `posted-${posted}` }));
  posted += 1;
  return posted;
}

/** Keeps where in the feed is read from, other than by the projection, which reads consistently. */
async function readsOfFeed(): Promise<{ from: number[]; end: () => void }> {
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  const from: number[] = [];
  const end = interfere(dynamodb, ({ command, input }) => {
    const { ':pk': pk, ':after': after } = input.ExpressionAttributeValues ?? {};
    if (command === 'QueryCommand' && !input.ConsistentRead && pk.S === 'F' && after) from.push(Number(after.S));
    return 'done';
  });
  return { from, end };
}

test('an answer is held until something comes in', async () => {
  const after = await post();
  const answer = world.get(`/v1/changes?after=${after}&wait=20`);
  const position = await post();
  const { body, headers } = await answer;
  expect(body).toMatchObject({ changes: [{ position }], next: position, head: position });
  expect(headers['cache-control']).toBe('no-cache');
});

test('an answer is held until something matches, and what does not is looked at once', async () => {
  const after = await post();
  const { from, end } = await readsOfFeed();
  const answer = world.get(`/v1/changes?after=${after}&wait=20&status=planned`);
  await post();
  const other = await post();
  while (!from.includes(other)) await new Promise((resolve) => setTimeout(resolve, 20));
  const position = await post({ status: 'planned' });
  const { body } = await answer;
  end();
  expect(body).toMatchObject({ changes: [{ position }], next: position, head: position });
  expect(from).toEqual(from.toSorted((one, another) => one - another));
});

test('an answer is held no longer than asked for: then it is empty, and 304 to who has it', async () => {
  const after = await post();
  const target = `/v1/changes?after=${after}&wait=1&status=planned`;
  const { from, end } = await readsOfFeed();
  const empty = await world.get(target);
  end();
  expect(from).toEqual(Array(from.length).fill(after));
  expect(from.length).toBeGreaterThan(2);
  expect([empty.status, empty.body]).toEqual([200, { changes: [], next: after, head: after }]);
  expect(empty.headers).toMatchObject({ 'cache-control': 'no-cache', etag: expect.any(String) });
  const again = await world.get(target, { 'if-none-match': String(empty.headers.etag) });
  expect([again.status, again.text]).toEqual([304, '']);
});

test('an answer with something to tell is not held', async () => {
  const { from, end } = await readsOfFeed();
  const { body } = await world.get('/v1/changes?wait=20&limit=500');
  end();
  expect([body.next, from]).toEqual([posted, [0]]);
});

test('an answer is not held when the invocation is about to end', async () => {
  const { handler } = await import('../../../functions/read-changes.ts');
  const short = { ...lambdaContext, getRemainingTimeInMillis: () => 4_000 } as Context;
  const { from, end } = await readsOfFeed();
  const result = await handler(
    gatewayEvent({ path: '/v1/changes', routeKey: 'GET /v1/changes', query: `after=${posted}&wait=20` }),
    short,
  );
  end();
  expect(result).toMatchObject({ statusCode: 200, body: `{"changes":[],"next":${posted},"head":${posted}}` });
  expect(from).toEqual([posted]);
});
