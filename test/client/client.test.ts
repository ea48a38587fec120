import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { clientFolder } from './client-folder.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const now = 1_795_608_000_000;

// biome-ignore lint/suspicious/noExplicitAny: the types are checked where a strict project uses the built client
let client: any;

beforeAll(async () => {
  client = await import(pathToFileURL(`${await clientFolder()}/dist/index.js`).href);
});

const json = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  new Response(status === 204 ? null : JSON.stringify(body), { status, headers });

interface Sent {
  readonly address: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** A client whose requests get these responses one after the other; an error is thrown. */
function clientWith(responses: readonly (Response | Error)[], options: object = {}) {
  const sent: Sent[] = [];
  const left = [...responses];
  const timeline = client.timelineClient({
    url: 'https://api.example.org/',
    key: 'tlk_test',
    fetch: async (address: string, { method, headers, body }: RequestInit) => {
      sent.push({
        address,
        method: String(method),
        headers: headers as Record<string, string>,
        body: typeof body === 'string' ? JSON.parse(body) : body,
      });
      const next = left.shift();
      if (next === undefined) throw new Error('There is no response left');
      if (next instanceof Error) throw next;
      return next;
    },
    ...options,
  });
  return { timeline, sent };
}

const conflict = {
  type: '/problems/conflict',
  title: 'The request conflicts with the record',
  status: 409,
  detail: 'Another event has this id.',
};
const broken = new TypeError('fetch failed');
const talks = { type: 'talks.held', subject: 'bridge-talks', data: {} };

describe('Requests', () => {
  // Without the random part, a wait before another attempt has no length.
  beforeEach(() => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('an event without an id is sent again with the same id after broken connections and errors of the server', async () => {
    const { timeline, sent } = clientWith([
      broken,
      json(500, {}),
      json(502, {}),
      json(201, { id: 'evt_1', revision: 0 }),
    ]);
    expect(await timeline.post(talks)).toEqual({ id: 'evt_1', revision: 0 });
    const [{ id }] = sent.map(({ body }) => body as { readonly id: string }) as [{ readonly id: string }];
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    const headers = {
      accept: 'application/json',
      authorization: 'Bearer tlk_test',
      'content-type': 'application/json',
    };
    const request = { address: 'https://api.example.org/v1/events', method: 'POST', headers, body: { ...talks, id } };
    expect(sent).toEqual([request, request, request, request]);
  });

  test('an id of one’s own is kept, in a batch too', async () => {
    const { timeline, sent } = clientWith([json(201, {}), json(200, { results: [] })]);
    await timeline.post({ ...talks, id: 'mine' });
    await timeline.postAll([{ ...talks, id: 'first' }, talks]);
    expect(sent.map(({ body }) => body)).toEqual([
      { ...talks, id: 'mine' },
      [
        { ...talks, id: 'first' },
        { ...talks, id: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      ],
    ]);
  });

  test('a correction names the revision that it builds on', async () => {
    const { timeline, sent } = clientWith([json(201, { revision: 3 })]);
    await timeline.correct('evt_1', 2, { note: 'A slip.', data: { headline: 'Right' } });
    expect(sent.map(({ address, headers, body }) => [address, headers['if-match'], body])).toEqual([
      ['https://api.example.org/v1/events/evt_1/corrections', '"2"', { note: 'A slip.', data: { headline: 'Right' } }],
    ]);
  });

  test('an endpoint is not created twice: its creation is sent again only if it was refused for now', async () => {
    const refused = clientWith([json(503, {}), json(429, {}, { 'retry-after': '0' }), json(201, { id: 'wh_1' })]);
    expect(await refused.timeline.endpoints.create({ url: 'https://example.org' })).toEqual({ id: 'wh_1' });
    for (const failure of [broken, json(500, {})]) {
      const { timeline, sent } = clientWith([failure, json(201, { id: 'wh_1' })]);
      await expect(timeline.endpoints.create({ url: 'https://example.org' })).rejects.toThrow();
      expect(sent.length).toBe(1);
    }
  });

  /** A response whose connection breaks within its body. */
  const cut = (status: number) => {
    let isBegun = false;
    const pull = (controller: ReadableStreamDefaultController) => {
      if (isBegun) controller.error(new TypeError('terminated'));
      else controller.enqueue(new TextEncoder().encode('{"id":"w'));
      isBegun = true;
    };
    return new Response(new ReadableStream({ pull }), { status });
  };

  test('a request is sent again if the connection breaks within the response', async () => {
    const { timeline, sent } = clientWith([cut(200), cut(200), json(200, { story: 'bridge-talks' })]);
    expect(await timeline.story('bridge-talks')).toEqual({ story: 'bridge-talks' });
    expect(sent.length).toBe(3);
    const posting = clientWith([cut(201), json(200, { id: 'evt_1' })]);
    expect(await posting.timeline.post({ ...talks, id: 'mine' })).toEqual({ id: 'evt_1' });
    const creating = clientWith([cut(201), json(201, { id: 'wh_2' })]);
    await expect(creating.timeline.endpoints.create({ url: 'https://example.org' })).rejects.toThrow('terminated');
    expect(creating.sent.length).toBe(1);
  });

  test('what was deleted by an attempt whose response was lost counts as deleted', async () => {
    for (const lost of [broken, json(500, {})]) {
      const { timeline, sent } = clientWith([lost, json(404, {})]);
      expect(await timeline.endpoints.delete('wh_1')).toBeUndefined();
      expect(sent.map(({ method }) => method)).toEqual(['DELETE', 'DELETE']);
    }
    for (const responses of [[json(404, {})], [json(503, {}), json(404, {})]])
      await expect(clientWith(responses).timeline.endpoints.delete('wh_1')).rejects.toThrow('404');
  });

  test('an error response is thrown at once, with its status and problem', async () => {
    const { timeline, sent } = clientWith([json(409, conflict), json(200, {})]);
    const error = await timeline.post(talks).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(client.TimelineError);
    expect({ ...error, message: error.message }).toEqual({
      name: 'TimelineError',
      message: 'POST /v1/events: 409 Another event has this id.',
      status: 409,
      problem: conflict,
      retryAfterSeconds: undefined,
    });
    expect(sent.length).toBe(1);
  });

  test.each([
    [
      'a page of HTML',
      new Response('<h1>Bad gateway</h1>', { status: 404, statusText: 'Not Found' }),
      'GET /v1/stories: 404 Not Found',
      null,
    ],
    ['null', json(404, null), 'GET /v1/stories: 404', null],
    [
      'the message of a gateway',
      json(403, { message: 'Forbidden' }),
      'GET /v1/stories: 403 Forbidden',
      { message: 'Forbidden' },
    ],
  ])('an error response may be %s', async (_what, response, message, problem) => {
    const error = await clientWith([response])
      .timeline.stories()
      .catch((thrown: unknown) => thrown);
    expect([error.message, error.problem]).toEqual([message, problem]);
  });

  test('a response that is no JSON is an error, after it was asked for again in case it was cut off', async () => {
    const page = () => new Response('<h1>Sign in</h1>');
    const { timeline, sent } = clientWith([page(), page(), page()], { retries: 2 });
    const error = await timeline.stories().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(client.TimelineError);
    expect([error.status, error.message]).toEqual([200, 'GET /v1/stories: 200 The response is not JSON.']);
    expect(sent.length).toBe(3);
  });

  test('a request without a response is sent again, and so is one whose body does not end', async () => {
    let requests = 0;
    const server = createServer((_request, response) => {
      requests += 1;
      if (requests === 2) response.writeHead(200).write('{"story":');
      if (requests > 2) response.end('{"story":"bridge-talks"}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const timeline = client.timelineClient({ url, timeoutMs: 50, retries: 1_000 });
      expect(await timeline.story('bridge-talks')).toEqual({ story: 'bridge-talks' });
      expect(requests).toBeGreaterThan(2);
      requests = 0;
      const impatient = client.timelineClient({ url, timeoutMs: 50, retries: 0 });
      const error = await impatient.story('bridge-talks').catch((thrown: unknown) => thrown);
      expect([error.name, error.message]).toEqual(['TimeoutError', 'There was no response within 50 ms.']);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  test('a refusal for now counts by its status if the connection breaks within it', async () => {
    const { timeline } = clientWith([cut(503), cut(429), json(201, { id: 'wh_1' })]);
    expect(await timeline.endpoints.create({ url: 'https://example.org' })).toEqual({ id: 'wh_1' });
  });

  test('a request that is refused for longer than it would wait is not sent again', async () => {
    const { timeline, sent } = clientWith([json(429, {}, { 'retry-after': '3600' })]);
    const error = await timeline.post(talks).catch((thrown: unknown) => thrown);
    expect([error.status, error.retryAfterSeconds, sent.length]).toEqual([429, 3600, 1]);
  });

  test('there are as many attempts as retries say, and one more', async () => {
    const failures = () => Array.from({ length: 9 }, () => json(500, {}));
    for (const [options, attempts] of [
      [{}, 5],
      [{ retries: 0 }, 1],
      [{ retries: 2 }, 3],
    ] as const) {
      const { timeline, sent } = clientWith(failures(), options);
      await expect(timeline.story('bridge-talks')).rejects.toThrow('500');
      expect(sent.length).toBe(attempts);
    }
  });

  test('queries and paths are encoded; several values are separated by commas', async () => {
    const { timeline, sent } = clientWith([json(200, {}), json(200, {})]);
    await timeline.timeline({ story: ['a', 'b'], q: 'Lachin & Aghdam', from: undefined, limit: 5 });
    await timeline.event('../stories', { revision: 0 });
    expect(sent.map(({ address }) => address)).toEqual([
      'https://api.example.org/v1/timeline?story=a%2Cb&q=Lachin+%26+Aghdam&limit=5',
      'https://api.example.org/v1/events/..%2Fstories?revision=0',
    ]);
  });
});

async function allOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('Walks', () => {
  beforeEach(() => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('read each page once, by its cursor', async () => {
    const { timeline, sent } = clientWith([
      json(200, { entries: ['a', 'b'], nextCursor: 'c1' }),
      json(200, { entries: [], nextCursor: 'c2' }),
      json(200, { entries: ['c'], nextCursor: null }),
    ]);
    expect(await allOf(timeline.walk({ story: ['s'] }))).toEqual(['a', 'b', 'c']);
    expect(sent.map(({ address }) => new URL(address).search)).toEqual([
      '?story=s',
      '?story=s&cursor=c1',
      '?story=s&cursor=c2',
    ]);
  });

  test('of changes end at the end of the record', async () => {
    const { timeline, sent } = clientWith([
      json(200, { changes: [{ position: 3 }], next: 5, head: 6 }),
      json(200, { changes: [{ position: 6 }], next: 6, head: 6 }),
    ]);
    expect(await allOf(timeline.walkChanges({ after: 2 }))).toEqual([{ position: 3 }, { position: 6 }]);
    expect(sent.map(({ address }) => address.replace('https://api.example.org', ''))).toEqual([
      '/v1/changes?after=2',
      '/v1/changes?after=5',
    ]);
  });

  test('that follow changes wait for the next one, go on after failures, and end when the signal aborts', async () => {
    const stop = new AbortController();
    const { timeline, sent } = clientWith(
      [
        json(200, { changes: [{ position: 1 }], next: 1, head: 1 }),
        broken,
        json(503, {}),
        json(200, { changes: [], next: 1, head: 1 }),
        json(200, { changes: [{ position: 2 }, { position: 3 }], next: 3, head: 3 }),
      ],
      { retries: 0 },
    );
    const seen: number[] = [];
    for await (const { position } of timeline.follow({ signal: stop.signal })) {
      seen.push(position);
      if (position === 2) stop.abort();
    }
    expect(seen).toEqual([1, 2]);
    expect(sent.map(({ address }) => address.replace('https://api.example.org/v1/changes', ''))).toEqual([
      '/wait?after=0',
      '/wait?after=1',
      '/wait?after=1',
      '?after=1',
      '/wait?after=1',
    ]);
  });

  test.each([
    '',
    'timeline.example.org',
    'localhost:3000',
    '/v1',
    'https://',
    'https://example.org/?a=1',
    'https://a.b/#c',
  ])('are refused at once if the address of the API is %p', (url) => {
    expect(() => client.timelineClient({ url })).toThrow(
      new TypeError(`The url "${url}" is no address such as https://timeline.example.org.`),
    );
  });
  test('are refused at once if the address has a password or the key has what no header can have', () => {
    expect(() => client.timelineClient({ url: 'https://desk:secret@example.org' })).toThrow(
      new TypeError('The url has a user name or a password.'),
    );
    expect(() => client.timelineClient({ url: 'https://example.org', key: 'tl_desk\u2026' })).toThrow(
      new TypeError('The key has characters that no key has.'),
    );
  });

  test('ask at an address with a path, a slash at its end or a space behind it', async () => {
    for (const [url, address] of [
      ['https://example.org ', 'https://example.org/v1/stories'],
      ['https://example.org//', 'https://example.org/v1/stories'],
      ['https://example.org/news/?', 'https://example.org/news/v1/stories'],
    ]) {
      const { timeline, sent } = clientWith([json(200, {})], { url });
      await timeline.stories();
      expect(sent.map((one) => one.address)).toEqual([address]);
    }
  });

  test.each([
    ['no JSON', () => new Response('<h1>Sign in</h1>'), 'GET /v1/changes/wait: 200 The response is not JSON.'],
    ['of another system', () => json(200, {}), 'page.changes is not iterable'],
  ])('that follow changes end with an error if the response is %s', async (_what, response, message) => {
    const { timeline } = clientWith([response(), response()], { retries: 0 });
    await expect(allOf(timeline.follow())).rejects.toThrow(message);
  });

  /** The lengths of the waits from now on, which end at once; but for the limit of a request. */
  function recordedWaits(onWait: (waits: readonly number[]) => unknown = () => {}): number[] {
    const waits: number[] = [];
    jest.spyOn(globalThis, 'setTimeout').mockImplementation(((end: () => void, ms: number) => {
      if (ms !== 60_000) {
        waits.push(ms);
        onWait(waits);
        queueMicrotask(end);
      }
    }) as never);
    return waits;
  }

  test('wait while the next position is not visible yet, though later ones are', async () => {
    const waits = recordedWaits();
    const hidden = () => json(200, { changes: [], events: [], next: 5, head: 6 });
    const last = () => json(200, { changes: [{ position: 6 }], events: [{ position: 6 }], next: 6, head: 6 });
    const responses = () => clientWith([hidden(), hidden(), last()]).timeline;
    expect(await allOf(responses().walkChanges({ after: 5 }))).toEqual([{ position: 6 }]);
    expect((await responses().follow({ after: 5 }).next()).value).toEqual({ position: 6 });
    expect(await allOf(responses().endpoints.walkMessages('wh_1', 5))).toEqual([{ position: 6 }]);
    expect(waits).toEqual([2_000, 2_000, 2_000, 2_000, 2_000, 2_000]);
  });

  test('that follow changes ask again no sooner than a refusal says, but within the hour', async () => {
    const waits = recordedWaits();
    const refusal = (seconds: string) => json(429, {}, { 'retry-after': seconds });
    const page = json(200, { changes: [{ position: 1 }], next: 1, head: 1 });
    const { timeline } = clientWith([refusal('90'), refusal('90'), refusal('99999999999'), page], { key: undefined });
    expect((await timeline.follow().next()).value).toEqual({ position: 1 });
    expect(waits).toEqual([90_000, 90_000, 3_600_000]);
  });

  test('that follow changes read what they cannot wait for while too many requests are held', async () => {
    const at = jest.spyOn(Date, 'now').mockReturnValue(0);
    const waits = recordedWaits(({ length }) => at.mockReturnValue(length * 2_000));
    const nothing = () => json(200, { changes: [], next: 1, head: 1 });
    const { timeline, sent } = clientWith([
      json(429, {}, { 'retry-after': '4' }),
      json(200, { changes: [{ position: 1 }], next: 1, head: 1 }),
      nothing(),
      json(503, {}),
      nothing(),
      json(200, { changes: [{ position: 2 }], next: 2, head: 2 }),
    ]);
    const positions: number[] = [];
    for await (const { position } of timeline.follow()) {
      positions.push(position);
      if (position === 2) break;
    }
    expect(positions).toEqual([1, 2]);
    expect(sent.map(({ address }) => address.replace('https://api.example.org/v1/changes', ''))).toEqual([
      '/wait?after=0',
      '?after=0',
      '?after=1',
      '/wait?after=1',
      '?after=1',
      '/wait?after=1',
    ]);
    expect(waits).toEqual([2_000, 2_000, 2_000]);
  });

  test('that follow changes end with the error if a request is refused', async () => {
    const { timeline } = clientWith([json(400, { ...conflict, status: 400, detail: 'Unknown type.' })]);
    await expect(allOf(timeline.follow())).rejects.toThrow('GET /v1/changes/wait: 400 Unknown type.');
  });
});

test('The client has the calls that commands use, by their types', async () => {
  const folder = await clientFolder();
  const program = join(folder, 'src', 'fits-commands.ts');
  await writeFile(
    program,
    [
      "import type { TimelineApi } from '../../../commands/api/timeline-api.ts';",
      "import type { TimelineClient } from './client.ts';",
      'export const fits = (client: TimelineClient): TimelineApi => client;',
    ].join('\n'),
  );
  try {
    const root = join(folder, '..', '..');
    const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const settings = ['--noEmit', '--project', folder, '--rootDir', root];
    expect(await promisify(execFile)(process.execPath, [compiler, ...settings])).toEqual({ stdout: '', stderr: '' });
  } finally {
    await rm(program);
  }
});

const run = promisify(execFile);

test('The package has the modules with their types, the licence and a text that says what it is', async () => {
  const cwd = await clientFolder();
  const { stdout } = await run('npm', ['pack', '--dry-run', '--json'], { cwd });
  const [{ files }] = JSON.parse(stdout) as [{ readonly files: readonly { readonly path: string }[] }];
  const paths = files.map(({ path }) => path);
  const modules = paths.filter((path) => path.endsWith('.js'));
  const types = modules.map((path) => path.replace(/js$/, 'd.ts'));
  expect(modules).toContain('dist/index.js');
  expect(paths.sort()).toEqual(['LICENSE', 'README.md', ...modules, ...types, 'package.json'].sort());
});
const noPython = 'Skipped: there is no python3 on this machine.';
const hasPython = () =>
  run('python3', ['--version']).then(
    () => true,
    () => false,
  );

test.each([201, 503])(
  'The script for Python sends an event again if the connection breaks within a %d',
  async (status) => {
    if (!(await hasPython())) return console.warn(noPython);
    let requests = 0;
    const server = createServer((_request, response) => {
      requests += 1;
      const answer = '{"id":"evt_1","revision":0}';
      response.writeHead(requests > 1 ? 201 : status, { 'content-length': answer.length });
      if (requests > 1) response.end(answer);
      else response.write(answer.slice(0, 9), () => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const values = { story: 's', when: '2021', headline: 'h', source: 'https://example.org/', publisher: 'AFP' };
    const commandLine = Object.entries(values).flatMap(([name, value]) => [`--${name}`, value]);
    try {
      const env = { ...process.env, TIMELINE_URL: `http://127.0.0.1:${port}`, TIMELINE_KEY: 'tl_key' };
      const { stdout } = await run('python3', ['examples/desk.py', 'post', ...commandLine], { env });
      expect({ stdout, requests }).toEqual({ stdout: 'evt_1 0\n', requests: 2 });
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  },
);

describe('A webhook', () => {
  const signed = (body: string, id = 'msg_1', at = now) => ({
    'webhook-id': id,
    'webhook-timestamp': String(at / 1_000),
    'webhook-signature': new Webhook(secret).sign(id, new Date(at), body),
  });
  const message = JSON.stringify({ type: 'talks.held', data: { headline: 'Überschrift – 見出し' } });

  test('is verified, whatever its text is, as a string or as bytes, with headers of Node or of fetch', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), fc.stringMatching(/^[\w.-]{1,40}$/), fc.boolean(), async (body, id, isNode) => {
        const headers = signed(body, id);
        const given = isNode
          ? { secret, headers, body, now }
          : { secret, headers: new Headers(headers), body: Buffer.from(body), now };
        expect(await client.verifyWebhook(given)).toEqual(JSON.parse(body));
      }),
    );
  });

  test('is verified by headers in any case, as gateways hand them on', async () => {
    const names = { 'webhook-id': 'Webhook-Id', 'webhook-timestamp': 'WEBHOOK-TIMESTAMP' };
    const headers = Object.fromEntries(
      Object.entries(signed(message)).map(([name, value]) => [names[name as keyof typeof names] ?? name, value]),
    );
    expect(await client.verifyWebhook({ secret, headers, body: message, now })).toEqual(JSON.parse(message));
  });

  test('is verified by the headers of a fetch that is not the global one', async () => {
    const headers = signed(message);
    const ofAnother = { get: (name: string) => headers[name as keyof typeof headers] ?? null };
    const given = { secret, headers: ofAnother, body: message, now };
    expect(await client.verifyWebhook(given)).toEqual(JSON.parse(message));
  });

  test('is verified by one of several signatures, as while a secret is rotated', async () => {
    const headers = signed(message);
    const several = { ...headers, 'webhook-signature': `v1,AAAA v1a,x v1,% ${headers['webhook-signature']}` };
    expect(await client.verifyWebhook({ secret, headers: several, body: message, now })).toEqual(JSON.parse(message));
  });

  test.each<[string, object]>([
    ['another body', { body: `${message} ` }],
    ['another secret', { secret: 'whsec_AAAA9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }],
    ['another id', { headers: { ...signed(message), 'webhook-id': 'msg_2' } }],
    ['a time that is too old', { now: now + 301_000 }],
    ['a time that is too new', { now: now - 301_000 }],
    ['a time that is no number', { headers: { ...signed(message), 'webhook-timestamp': '1e9' } }],
    ['no signature', { headers: { ...signed(message), 'webhook-signature': undefined } }],
    ['signatures of another kind', { headers: { ...signed(message), 'webhook-signature': 'v1a,AAAA v2' } }],
  ])('with %s is refused', async (_what, changed) => {
    const given = { secret, headers: signed(message), body: message, now, ...changed };
    await expect(client.verifyWebhook(given)).rejects.toBeInstanceOf(client.WebhookVerificationError);
  });

  test('is verified by the script for Python, and refused if it was changed', async () => {
    if (!(await hasPython())) return console.warn(noPython);
    const verdict = async (body: string, at: number, changed: object = {}) => {
      const program = [
        'import json, sys',
        "sys.path.insert(0, 'examples')",
        'import desk',
        'given = json.loads(sys.argv[1])',
        'try: print(json.dumps(desk.verify(given["secret"], given["headers"], given["body"].encode(), given["now"])))',
        'except ValueError as error: print(error)',
      ].join('\n');
      const given = { secret, headers: { ...signed(message), ...changed }, body, now: at / 1_000 };
      const { stdout } = await run('python3', ['-c', program, JSON.stringify(given)]);
      return stdout.trim();
    };
    expect(JSON.parse(await verdict(message, now))).toEqual(JSON.parse(message));
    expect(await verdict(`${message} `, now)).toBe('No signature is right.');
    expect(await verdict(message, now + 301_000)).toBe('The message was not sent within the last five minutes.');
    for (const name of ['webhook-id', 'webhook-signature']) {
      expect(await verdict(message, now, { [name]: undefined })).toBe('No signature is right.');
      expect(await verdict(message, now, { [name]: 'v1,é' })).toBe('No signature is right.');
    }
    for (const timestamp of [undefined, '', 'now', '1e9', '²'])
      expect(await verdict(message, now, { 'webhook-timestamp': timestamp })).toBe('The message has no timestamp.');
  });
});
