import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { developmentWith } from '../../../events/samples.ts';
import { problem, refused } from '../../../support/expectations/problem.ts';
import { gatewayEvent, lambdaContext } from '../../../support/world/gateway-event.ts';
import { type Fate, interfere } from '../../../support/world/interference.ts';
import { itemsOf, putItem } from '../../../support/world/tables.ts';
import { startWorld, type World } from '../../../support/world/world.ts';

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
  const { dynamodb } = await import('../../../../functions/lib/runtime/dynamodb.ts');
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
  const answer = world.get(`/v1/changes/wait?after=${after}&seconds=20`);
  const position = await post();
  const { body, headers } = await answer;
  expect(body).toMatchObject({ changes: [{ position }], next: position, head: position });
  expect(headers['cache-control']).toBe('no-cache');
});

test('an answer is held until something matches, and what does not is looked at once', async () => {
  const after = await post();
  const { from, end } = await readsOfFeed();
  const answer = world.get(`/v1/changes/wait?after=${after}&seconds=20&status=planned`);
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
  const target = `/v1/changes/wait?after=${after}&seconds=1&status=planned`;
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
  const { body } = await world.get('/v1/changes/wait?seconds=20&limit=500');
  end();
  expect([body.next, from]).toEqual([posted, [0]]);
});

test('an answer is not held when the invocation is about to end', async () => {
  const { handler } = await import('../../../../functions/wait-for-changes.ts');
  const short = { ...lambdaContext, getRemainingTimeInMillis: () => 4_000 } as Context;
  const { from, end } = await readsOfFeed();
  const result = await handler(
    gatewayEvent({
      path: '/v1/changes/wait',
      routeKey: 'GET /v1/changes/wait',
      query: `after=${posted}&seconds=20`,
      caller: { newsroom: 'example', keyId: 'example-test', scopes: '' },
    }),
    short,
  );
  end();
  expect(result).toMatchObject({ statusCode: 200, body: `{"changes":[],"next":${posted},"head":${posted}}` });
  expect(from).toEqual([posted]);
});

test('a wait is refused by the route that answers at once, and bounded by the other', async () => {
  const refusedWait = await world.get('/v1/changes?wait=20');
  expect(refusedWait).toMatchObject({ status: 400, body: refused({ parameter: 'wait' }) });
  for (const seconds of ['0', '21', '1.5', '-1', '']) {
    const reply = await world.get(`/v1/changes/wait?seconds=${seconds}`);
    expect(reply).toMatchObject({ status: 400, body: refused({ parameter: 'seconds' }) });
  }
});

test('any key may wait, whatever its scopes', async () => {
  const reply = await world.call('GET', '/v1/changes/wait', { scopes: '' });
  expect(reply).toMatchObject({ status: 200, body: { next: posted } });
});

describe('a newsroom', () => {
  const slotsOf = async (newsroom: string) => {
    const [{ pk, sk, v, ...slots } = {}] = await itemsOf('Access', `HOLD#${newsroom}`);
    return slots;
  };
  const wait = (newsroom: string, seconds = 20) =>
    world.call('GET', `/v1/changes/wait?after=${posted}&seconds=${seconds}`, { newsroom });
  const held = async (newsroom: string, count: number) => {
    while (Object.keys(await slotsOf(newsroom)).length < count) await new Promise((resolve) => setTimeout(resolve, 10));
  };

  test('has five requests held at a time; more are refused at once, and nobody else is', async () => {
    const answers = Array.from({ length: 5 }, () => wait('busy'));
    await held('busy', 5);
    const refusedReplies = await Promise.all(Array.from({ length: 10 }, () => wait('busy')));
    for (const { status, headers, body } of refusedReplies) {
      expect({ status, body }).toEqual({
        status: 429,
        body: {
          ...problem(429, 'too-many-requests'),
          detail:
            'Your newsroom has 5 requests that wait for changes, the most at a time. Send the request again when one of them has ended, or read /v1/changes without waiting.',
        },
      });
      expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1);
      expect(Number(headers['retry-after'])).toBeLessThanOrEqual(24);
    }
    const other = wait('calm');
    await held('calm', 1);
    expect((await world.get(`/v1/changes?after=${posted}`)).status).toBe(200);
    expect((await world.call('GET', '/v1/changes/wait', { newsroom: 'busy' })).status).toBe(200);
    const position = await post();
    for (const { status, body } of await Promise.all([...answers, other])) {
      expect([status, body.next]).toEqual([200, position]);
    }
    expect([await slotsOf('busy'), await slotsOf('calm')]).toEqual([{}, {}]);
  });

  test('has its fifth place for a request that others were ahead of at each of the four before', async () => {
    const { dynamodb } = await import('../../../../functions/lib/runtime/dynamodb.ts');
    const taken: Record<string, number> = {};
    const end = interfere(dynamodb, async ({ command, input }): Promise<Fate> => {
      const slot = input.ExpressionAttributeNames?.['#slot'];
      if (command === 'UpdateItemCommand' && slot && Object.keys(taken).length < 4) {
        taken[slot] = Date.now() + 20_000;
        await putItem('Access', { pk: 'HOLD#late', sk: 'SLOTS', v: 1, ...taken });
      }
      return 'done';
    });
    const reply = await wait('late', 1);
    end();
    expect([reply.status, Object.keys(taken).length, await slotsOf('late')]).toEqual([200, 4, taken]);
  });

  test('has a place again when the function that held a request was killed, or its clock was ahead', async () => {
    const now = Date.now();
    const slots = { s0: now - 1, s1: now + 3_600_000, s2: now + 20_000, s3: now + 20_000, s4: now + 20_000 };
    await putItem('Access', { pk: 'HOLD#killed', sk: 'SLOTS', v: 1, ...slots });
    expect((await Promise.all([wait('killed', 1), wait('killed', 1)])).map(({ status }) => status)).toEqual([200, 200]);
    const { s2, s3, s4 } = slots;
    expect(await slotsOf('killed')).toEqual({ s2, s3, s4 });
  });

  test('is told what it waited for, even if its place cannot be freed', async () => {
    const { dynamodb } = await import('../../../../functions/lib/runtime/dynamodb.ts');
    const end = interfere(dynamodb, ({ command, input }) => {
      if (command === 'UpdateItemCommand' && input.UpdateExpression.startsWith('REMOVE')) throw new Error('Lost.');
      return 'done';
    });
    const reply = await wait('unlucky', 1);
    end();
    expect([reply.status, Object.keys(await slotsOf('unlucky'))]).toEqual([200, [expect.stringMatching(/^s[0-4]$/)]]);
  });
});
