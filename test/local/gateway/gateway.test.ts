import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LocalSystem } from '../../../local/system.ts';
import { startLocalSystem } from '../../../local/system.ts';
import type { Workspace } from '../support/fixture-stack.ts';
import { createWorkspace } from '../support/fixture-stack.ts';
import { eventually } from '../support/record.ts';

let workspace: Workspace;
let system: LocalSystem;
const lines: string[] = [];

beforeAll(async () => {
  workspace = await createWorkspace();
  const { dataFolder, templateFolder } = workspace;
  system = await startLocalSystem({ port: 0, dataFolder, templateFolder, log: (line) => lines.push(line) });
});

afterAll(async () => {
  await system?.stop();
  await workspace.remove();
});

interface RawAnswer {
  status: number | undefined;
  headers: Record<string, unknown>;
  body: string;
}

/** A request as it stands: fetch would tidy up the path, the headers and the method. */
function raw(
  path: string,
  options: { method?: string; headers?: Record<string, string | string[]>; body?: string | Buffer } = {},
) {
  const { port } = new URL(system.url);
  return new Promise<RawAnswer>((resolve, reject) => {
    const { method = 'GET', headers = {}, body } = options;
    const sent = request({ host: '127.0.0.1', port, path, method, headers }, async (answer) => {
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(chunk);
      resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks).toString() });
    });
    sent.on('error', reject).end(body);
  });
}

async function eventFor(path: string, options: Parameters<typeof raw>[1] = {}) {
  return JSON.parse((await raw(path, options)).body);
}

describe('the event that a function gets for a request', () => {
  test('is what API Gateway builds in payload format 2.0', async () => {
    const event = await eventFor('/echo?a=1&b=x%20y&a=2&c', {
      method: 'POST',
      headers: {
        Host: 'timeline.localhost:8080',
        'User-Agent': 'test/1',
        'Content-Type': 'application/json; charset=utf-8',
        'X-Twice': ['one', 'two'],
        Cookie: 'a=1; b=2',
      },
      body: '{"greeting":"Grüße"}',
    });
    expect(event).toEqual({
      version: '2.0',
      routeKey: 'POST /echo',
      rawPath: '/echo',
      rawQueryString: 'a=1&b=x%20y&a=2&c',
      cookies: ['a=1', 'b=2'],
      headers: {
        'content-length': '22',
        'content-type': 'application/json; charset=utf-8',
        host: 'timeline.localhost:8080',
        'user-agent': 'test/1',
        'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-port': '8080',
        'x-forwarded-proto': 'http',
        'x-twice': 'one,two',
      },
      queryStringParameters: { a: '1,2', b: 'x y', c: '' },
      requestContext: {
        accountId: '000000000000',
        apiId: 'Api',
        domainName: 'timeline.localhost',
        domainPrefix: 'timeline',
        http: { method: 'POST', path: '/echo', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test/1' },
        requestId: expect.stringMatching(/^.{16}$/),
        routeKey: 'POST /echo',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      body: '{"greeting":"Grüße"}',
      isBase64Encoded: false,
    });
  });

  test.each([
    ['a%2Fb%20%C3%BC', 'a/b ü'],
    ['100%', '100%'],
    ['%FF-%41', '%FF-A'],
    ['a+b', 'a+b'],
  ])('has the path and its parameters percent-decoded: %s', async (sent, id) => {
    const { rawPath, pathParameters, routeKey } = await eventFor(`/things/${sent}`);
    expect({ rawPath, pathParameters, routeKey }).toEqual({
      rawPath: `/things/${id}`,
      pathParameters: { id },
      routeKey: 'GET /things/{id}',
    });
  });

  test.each([
    ['application/json', false],
    ['application/json; charset="UTF-8"', false],
    ['application/json; profile=x', false],
    ['text/csv', false],
    ['text/csv; charset=latin1', true],
    ['application/xml', false],
    ['application/javascript', false],
    ['application/cloudevents+json', true],
    ['application/x-www-form-urlencoded', true],
    ['image/png', true],
    [undefined, true],
  ])('has a body of type %s in base64: %s', async (type, isBase64Encoded) => {
    const headers: Record<string, string> = type ? { 'content-type': type } : {};
    const event = await eventFor('/echo', { method: 'POST', headers, body: '{"a":1}' });
    const body = isBase64Encoded ? Buffer.from('{"a":1}').toString('base64') : '{"a":1}';
    expect({ body: event.body, isBase64Encoded: event.isBase64Encoded }).toEqual({ body, isBase64Encoded });
  });
});

describe('the response of a function', () => {
  test('is sent with its status, headers, cookies and decoded body', async () => {
    const { status, headers, body } = await raw('/text');
    expect({ status, body }).toEqual({ status: 203, body: '# Grüße' });
    expect(headers).toMatchObject({
      'content-type': 'text/markdown',
      'content-length': '9',
      etag: '"1"',
      'set-cookie': ['a=1', 'b=2'],
    });
  });

  test('to HEAD has the headers without the body', async () => {
    const { status, headers, body } = await raw('/text', { method: 'HEAD' });
    expect({ status, body, length: headers['content-length'] }).toEqual({ status: 203, body: '', length: '9' });
  });

  test('to HEAD without a body has no Content-Length', async () => {
    const { status, headers } = await raw('/text?empty', { method: 'HEAD' });
    expect(status).toBe(200);
    expect(headers).not.toHaveProperty('content-length');
    expect((await raw('/text?empty')).headers['content-length']).toBe('0');
  });

  test('is kept by no browser, whatever it says: the next record on this port may have another event under the same tag', async () => {
    const { headers } = await raw('/text?forever');
    expect({ caching: headers['cache-control'], etag: headers.etag }).toEqual({ caching: 'no-store', etag: '"1"' });
    for (const path of ['/text', '/echo', '/throwing', '/nothing']) {
      expect((await raw(path)).headers['cache-control']).toBe('no-store');
    }
  });

  test('without a status is the body of a response 200', async () => {
    const { status, headers } = await raw('/echo');
    expect({ status, type: headers['content-type'] }).toEqual({ status: 200, type: 'application/json' });
  });

  test.each(['/throwing', '/exiting', '/slow', '/huge'])(
    'that fails at %s is 500 and reveals nothing',
    async (path) => {
      const { status, headers, body } = await raw(path);
      expect({ status, type: headers['content-type'], body }).toEqual({
        status: 500,
        type: 'application/json',
        body: '{"message":"Internal Server Error"}',
      });
    },
  );

  test('that failed is shown in one line, and written to the log of the function', async () => {
    await raw('/throwing');
    await raw('/throwing');
    const path = join(workspace.dataFolder, 'logs', 'throwing.log');
    const noted = await eventually(
      () => lines.filter((line) => line.startsWith('throwing')),
      (found) => found.length > 0,
    );
    expect(noted).toEqual([`throwing: failed with TypeError: a secret of the house (see ${path})`]);
    const log = await eventually(
      () => readFile(path, 'utf8'),
      (text) => text.includes('a secret of the house'),
    );
    expect(log).toMatch(/about to throw\n.*"errorType":"TypeError".*index\.mjs/);
  });
});

describe('the response of the gateway itself', () => {
  test.each([
    'localhost',
    'LOCALHOST:3000',
    'localhost.',
    'localhost.:3000',
    '127.0.0.1:8080',
    '127.9.8.7',
    '[::1]:3000',
    '[::1]',
  ])('is that of the API if the host is this machine: %s', async (host) => {
    expect((await raw('/text', { headers: { host } })).status).toBe(203);
  });

  test.each([
    'rebound.example',
    'rebound.example:3000',
    'localhost.rebound.example',
    'localhost:3000.rebound.example',
    '127.0.0.1.rebound.example',
    '0.0.0.0:3000',
    '192.0.2.1',
    '[::2]',
    'localhost:x',
    'user@localhost',
  ])('is 403 if the host is another, such as a site whose name resolves to this machine: %s', async (host) => {
    const { status, headers, body } = await raw('/text', { headers: { host, origin: 'http://rebound.example' } });
    expect({ status, body, cors: headers['access-control-allow-origin'] }).toEqual({
      status: 403,
      body: '{"message":"This system answers requests to localhost and to addresses of this machine only."}',
      cors: undefined,
    });
  });

  test('is 403 if the address names another host than the header', async () => {
    expect((await raw('http://rebound.example/text')).status).toBe(403);
    expect((await raw('http://localhost:1/text')).status).toBe(203);
  });

  test('is 404 if there is no route', async () => {
    const { status, body } = await raw('/echo/', { method: 'GET' });
    expect({ status, body }).toEqual({ status: 404, body: '{"message":"Not Found"}' });
  });

  test('is 404 if the route has another method', async () => {
    expect((await raw('/text', { method: 'DELETE' })).status).toBe(404);
  });

  test.each([10 * 1024 * 1024 + 1, 5 * 1024 * 1024])(
    'is 413 for more than it, or in base64 the function, can take: %d bytes',
    async (bytes) => {
      const { status, body } = await raw('/echo', { method: 'POST', body: Buffer.alloc(bytes) });
      expect({ status, body }).toEqual({ status: 413, body: '{"message":"Request Entity Too Large"}' });
    },
  );
});

describe('a route with an authorizer', () => {
  const post = (authorization?: string, path = '/guarded') =>
    raw(path, { method: 'POST', headers: authorization ? { authorization } : {} });

  test('responds with 401 without a call of the authorizer if there is no identity', async () => {
    const { status, body } = await post();
    expect({ status, body }).toEqual({ status: 401, body: '{"message":"Unauthorized"}' });
  });

  test('responds with 403 if the authorizer denies the request', async () => {
    const { status, body } = await post('bad');
    expect({ status, body }).toEqual({ status: 403, body: '{"message":"Forbidden"}' });
  });

  test.each(['throw', 'nonsense'])('responds with 500 if the authorizer fails: %s', async (token) => {
    const { status, body } = await post(token);
    expect({ status, body }).toEqual({ status: 500, body: '{"message":"Internal Server Error"}' });
  });

  test('passes the context of the authorizer to the function, calls the authorizer once a minute for an identity, and without the body', async () => {
    const event = JSON.parse((await post('good')).body);
    expect(event.requestContext.authorizer).toEqual({ lambda: { newsroom: 'afp', scopes: 'a b' } });
    expect((await post('good', '/guarded/too')).status).toBe(200);
    const asked = (await readFile(workspace.record, 'utf8')).split('\n').filter((line) => line.includes('"good"'));
    expect(asked.map((line) => JSON.parse(line))).toEqual([
      { authorize: 'good', routeKey: 'POST /guarded', type: 'REQUEST' },
    ]);
  });
});

describe('the environment of a function', () => {
  test('has the variables of Lambda and of the template, and none of this process', async () => {
    const environment = await eventFor('/echo?environment');
    expect(environment).toEqual({
      AWS_ACCESS_KEY_ID: 'local',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      // The engine itself: only other processes go through the door.
      AWS_ENDPOINT_URL_CLOUDFRONT: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      AWS_ENDPOINT_URL_DYNAMODB: expect.stringMatching(/^http:\/\/127(\.\d+){3}:\d+$/),
      AWS_ENDPOINT_URL_SQS: system.queuesEndpoint,
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      AWS_LAMBDA_FUNCTION_NAME: 'Echo',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/Echo',
      AWS_LAMBDA_LOG_STREAM_NAME: 'local',
      AWS_REGION: 'us-east-1',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      LAMBDA_TASK_ROOT: join(workspace.templateFolder, 'asset.code'),
      LANG: 'en_US.UTF-8',
      LOOPBACK_RECEIVERS: 'allowed',
      NODE_OPTIONS: '--enable-source-maps',
      PATH: process.env.PATH,
      POWERTOOLS_SERVICE_NAME: 'echo',
      TABLE: 'Things',
      TZ: ':UTC',
      _HANDLER: 'index.echo',
      _X_AMZN_TRACE_ID: expect.stringMatching(/^Root=1-/),
    });
  });

  test('includes a context with the id of the request and the time left', async () => {
    expect(await eventFor('/echo?context')).toEqual({
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      functionName: 'Echo',
      memoryLimitInMB: '128',
      remaining: expect.any(Number),
    });
  });
});
