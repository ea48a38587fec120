import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { readerScript, readerScriptPath } from '../../../functions/lib/pages/script/reader-script.ts';
import { handler } from '../../../functions/unrouted.ts';
import { gatewayEvent, lambdaContext } from '../../support/world/gateway-event.ts';

const answer = async (method: string, path: string) => {
  const { statusCode, headers, body } = await handler(gatewayEvent({ method, path }), lambdaContext);
  return { statusCode, headers, problem: body === undefined ? undefined : JSON.parse(body) };
};

const open = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'etag, link, retry-after, timeline-truncated',
};
const problemHeaders = { ...open, 'content-type': 'application/problem+json', 'cache-control': 'no-store' };

describe('what no route takes', () => {
  test.each([
    ['GET', '/'],
    ['GET', '/v1'],
    ['POST', '/v1/timelines'],
    ['GET', '/v1/timeline/'],
    ['GET', '/v1/events//corrections'],
    ['DELETE', '/v1/events/a/b/c'],
    ['OPTIONS', '/v2/timeline'],
  ])('%s %s is 404', async (method, path) => {
    expect(await answer(method, path)).toEqual({
      statusCode: 404,
      headers: problemHeaders,
      problem: {
        type: '/problems/not-found',
        title: 'Not found',
        status: 404,
        detail: `Nothing has the path ${path}. All routes are listed at /docs.`,
      },
    });
  });

  test.each([
    ['DELETE', '/v1/timeline', 'GET, HEAD, OPTIONS'],
    ['PATCH', '/v1/events', 'POST, PUT, GET, HEAD, OPTIONS'],
    ['DELETE', '/v1/events/evt_a', 'GET, HEAD, OPTIONS'],
    ['PATCH', '/v1/stories/karabakh-2020', 'PUT, DELETE, GET, HEAD, OPTIONS'],
    ['GET', '/v1/events/evt_a/retraction', 'POST, OPTIONS'],
  ])('%s %s is 405 and tells what the path takes', async (method, path, allow) => {
    expect(await answer(method, path)).toEqual({
      statusCode: 405,
      headers: { ...problemHeaders, allow },
      problem: {
        type: '/problems/method-not-allowed',
        title: 'The method is not allowed for this path',
        status: 405,
        detail: `${path} answers ${allow}.`,
      },
    });
  });
});

describe('the script of pages', () => {
  test.each(['GET', 'HEAD'])(
    'is answered to %s, to be kept without asking again, and is below 10 KB',
    async (method) => {
      const { statusCode, headers, body } = await handler(
        gatewayEvent({ method, path: readerScriptPath }),
        lambdaContext,
      );
      expect([statusCode, body]).toEqual([200, method === 'GET' ? readerScript : undefined]);
      expect(headers).toMatchObject({
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': 'public, max-age=86400, s-maxage=31536000, immutable',
        'x-content-type-options': 'nosniff',
      });
      expect(Buffer.byteLength(readerScript)).toBeLessThan(10_000);
    },
  );

  test('has another path when it changes', async () => {
    const digest = createHash('sha256').update(readerScript).digest('hex');
    expect(readerScriptPath).toBe(`/reader-${digest.slice(0, 10)}.js`);
    expect((await answer('GET', '/reader-0000000000.js')).statusCode).toBe(404);
    expect((await answer('POST', readerScriptPath)).statusCode).toBe(404);
  });
});

describe('a preflight', () => {
  test('of a path that can be read lets pages of any origin read it, with whatever headers their tracers add', async () => {
    expect(await answer('OPTIONS', '/v1/stories/karabakh-2020')).toEqual({
      statusCode: 204,
      headers: {
        ...open,
        allow: 'PUT, DELETE, GET, HEAD, OPTIONS',
        'access-control-allow-methods': 'GET, HEAD',
        'access-control-allow-headers': '*',
        'access-control-max-age': '7200',
      },
      problem: undefined,
    });
  });

  test('of a path that only takes writes lets no page write there', async () => {
    expect(await answer('OPTIONS', '/v1/events/evt_a/retraction')).toEqual({
      statusCode: 204,
      headers: { ...open, allow: 'POST, OPTIONS' },
      problem: undefined,
    });
  });
});
