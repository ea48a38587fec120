import { createServer, type Server } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { DeliveryError } from '../../../functions/lib/deliver/delivery-error.ts';
import { guardedRequest } from '../../../functions/lib/deliver/guarded-request.ts';
import { type Reaction, type Receiver, reactions, startReceiver } from '../../support/receivers/receiver.ts';
import { selfSigned } from '../../support/receivers/self-signed.ts';

const laptop = { loopback: true, ownHosts: ['127.0.0.1:3000'] };
const deployed = { loopback: false, ownHosts: ['d1.cloudfront.net'] };
const few = { timeoutMs: 300, maximumBytes: 1_000 };
const plenty = { timeoutMs: 5_000, maximumBytes: 65_536 };

let receiver: Receiver;

beforeAll(async () => {
  receiver = await startReceiver();
});
beforeEach(() => {
  receiver.received.length = 0;
  receiver.answer();
  receiver.otherwise(reactions.takes);
});
afterAll(() => receiver.stop());

const post = (url: string, limits = plenty, surroundings: Parameters<typeof guardedRequest>[2] = { rules: laptop }) =>
  guardedRequest({ url, method: 'POST', headers: { 'x-test': 'yes' }, body: '{"a":"ü"}' }, limits, surroundings);

/** The category of the error of a request. */
async function failureOf(request: ReturnType<typeof guardedRequest>): Promise<string> {
  const error = await request.then(
    ({ status }) => new Error(`It was answered ${status}.`),
    (reason) => reason,
  );
  if (!(error instanceof DeliveryError)) throw error;
  expect(error.message).not.toMatch(/\d|localhost|example/);
  return error.category;
}

describe('a request', () => {
  test('is sent unchanged, and answered', async () => {
    receiver.answer(reactions.answersWith(202, { 'retry-after': '7', 'x-y': 'z' }, 'fine'));
    const answer = await post(`${receiver.url}?q=1`);
    expect([answer.status, answer.headers['retry-after'], answer.body.toString()]).toEqual([202, '7', 'fine']);
    expect(receiver.received).toEqual([
      {
        method: 'POST',
        path: '/hook?q=1',
        headers: {
          host: new URL(receiver.url).host,
          'x-test': 'yes',
          'accept-encoding': 'identity',
          connection: 'close',
          'content-length': '10',
        },
        text: '{"a":"ü"}',
        body: { a: 'ü' },
      },
    ]);
  });

  test('without a body is an OPTIONS request', async () => {
    receiver.answer(reactions.answersWith(200, { 'webhook-allowed-origin': '*' }));
    const answer = await guardedRequest({ url: receiver.url, method: 'OPTIONS', headers: {} }, plenty, {
      rules: laptop,
    });
    expect([answer.status, answer.headers['webhook-allowed-origin']]).toEqual([200, '*']);
    expect(receiver.received.map(({ method, text }) => [method, text])).toEqual([['OPTIONS', '']]);
  });

  test('follows no redirect', async () => {
    receiver.answer(reactions.redirects);
    expect((await post(receiver.url)).status).toBe(307);
    expect(receiver.received.map(({ path }) => path)).toEqual(['/hook']);
  });

  test.each([200, 204, 304, 404, 410, 429, 500, 599])('may be answered %d', async (status) => {
    receiver.answer(status);
    expect((await post(receiver.url)).status).toBe(status);
  });
});

describe('an answer', () => {
  test.each<[string, Reaction]>([
    ['that never ends', reactions.neverEnds],
    ['that is longer than what is read', reactions.answersWith(200, {}, 'x'.repeat(1_001))],
    ['that is as long as what is read', reactions.answersWith(200, {}, 'x'.repeat(1_000))],
  ])('%s is cut, and its status counts', async (_, reaction) => {
    receiver.answer(reaction);
    const { status, body } = await post(receiver.url, { ...plenty, maximumBytes: 1_000 });
    expect([status, body.toString()]).toEqual([200, 'x'.repeat(1_000)]);
  });

  test('that is compressed stays compressed', async () => {
    receiver.answer(reactions.isBomb);
    const { status, body } = await post(receiver.url);
    expect([status, body.length < 20_000, body.subarray(0, 2)]).toEqual([200, true, Buffer.from([0x1f, 0x8b])]);
  });

  test.each<[string, number, string, string[]]>([
    ['two equal lengths', 200, 'ok', ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok']],
    ['a list of equal lengths', 202, 'ok', ['HTTP/1.1 202 Accepted\r\nContent-Length: 2, 2\r\n\r\nok']],
    [
      'a length and chunks',
      200,
      'okay',
      ['HTTP/1.1 200 OK\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nok\r\n2\r\nay\r\n0\r\n\r\n'],
    ],
    [
      'chunks and a length',
      204,
      '',
      ['HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n0\r\n\r\n'],
    ],
    [
      'two lengths that differ, and so no body',
      200,
      '',
      ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 9\r\n\r\nok'],
    ],
    ['a length that is no number', 200, '', ['HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\nok']],
    [
      'them twice in a failure',
      503,
      '',
      ['HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n'],
    ],
    [
      'them twice after an interim response, in two packets',
      200,
      '',
      [
        'HTTP/1.1 103 Early Hints\r\nlink: <a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Le',
        'ngth: 0\r\nContent-Length: 0\r\n\r\n',
      ],
    ],
  ])('whose headers give %s has its status', async (_, status, text, packets) => {
    receiver.answer(reactions.writes(...packets));
    const answer = await post(receiver.url);
    expect([answer.status, answer.body.toString()]).toEqual([status, text]);
    if (status === 503) expect(answer.headers['retry-after']).toBe('7');
  });

  test('that another one follows on its connection is taken alone', async () => {
    const second = 'HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n';
    const first = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n';
    receiver.answer(reactions.writes(first + second));
    const answer = await post(receiver.url);
    expect([answer.status, answer.body.toString()]).toEqual([200, 'ok']);
    receiver.answer(204);
    expect((await post(receiver.url)).status).toBe(204);
  });

  test.each<[string, string]>([
    ['HTTP/1.1 200 OK\r\nfoo bar: 2\r\n\r\n', 'Invalid header token'],
    ['HTTP/1.1 200 OK\r\nx: a\x01b\r\n\r\n', 'Invalid header value char'],
    ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\nfoo bar: 2\r\n\r\nok', 'Duplicate Content-Length'],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 'Invalid character in chunk size'],
    ['HTTP/1.1 2x0 OK\r\n\r\n', 'Invalid status code'],
    ['HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n', 'It switches protocols'],
  ])('such as %j is refused, and the error says by which rule', async (answer, rule) => {
    receiver.answer(reactions.writes(answer));
    await expect(post(receiver.url)).rejects.toMatchObject({
      category: 'invalid_answer',
      message: `The answer is not valid HTTP: ${rule}.`,
    });
  });

  test.each<[string, Reaction, string]>([
    ['that never comes', reactions.neverAnswers, 'timeout'],
    ['that drips', reactions.drips, 'timeout'],
    ['that is late', reactions.answersAfter(2_000), 'timeout'],
    ['that is shorter than it says', reactions.saysTooMuch, 'connection_error'],
    ['that is longer than it says', reactions.saysTooLittle, 'invalid_answer'],
    ['that is a reset', reactions.resets, 'connection_error'],
    ['that is nothing', reactions.hangsUp, 'connection_error'],
    ['with large headers', reactions.hasLargeHeaders, 'invalid_answer'],
    ['whose headers never end', reactions.hasHeadersWithoutEnd, 'invalid_answer'],
    ['whose trailers never end', reactions.hasTrailersWithoutEnd, 'invalid_answer'],
    ['that is announced without end', reactions.announcesWithoutEnd, 'invalid_answer'],
    ['that switches protocols', reactions.switches, 'invalid_answer'],
    ['that is no HTTP', reactions.speaksNoHttp, 'invalid_answer'],
  ])('%s is none', async (_, reaction, category) => {
    receiver.answer(reaction);
    const begun = performance.now();
    expect(await failureOf(post(receiver.url, few))).toBe(category);
    expect(performance.now() - begun).toBeLessThan(1_000);
  });
});

describe('a connection', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.close();
  });

  test('that is refused is reported as such', async () => {
    const gone = await startReceiver();
    await gone.stop();
    expect(await failureOf(post(gone.url))).toBe('refused');
  });

  test('without a TLS handshake in time has timed out', async () => {
    const sockets: { destroy(): void }[] = [];
    server = createServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    expect(await failureOf(post(`https://127.0.0.1:${port}/`, few))).toBe('timeout');
    for (const socket of sockets) socket.destroy();
  });

  test('to a receiver without TLS is a TLS error', async () => {
    expect(await failureOf(post(receiver.url.replace('http:', 'https:')))).toBe('tls_error');
    expect(receiver.received).toEqual([]);
  });

  test('to a receiver with a self-signed certificate is a TLS error, whatever the environment says', async () => {
    const stranger = await startReceiver(selfSigned);
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      expect(await failureOf(post(stranger.url))).toBe('tls_error');
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    }
    expect(stranger.received).toEqual([]);
    await stranger.stop();
  });

  test('to a trusted receiver is made if the certificate is for its name', async () => {
    const trusted = await startReceiver(selfSigned);
    const before = getCACertificates('default');
    setDefaultCACertificates([selfSigned.cert]);
    try {
      expect((await post(trusted.url)).status).toBe(200);
      expect((await post(trusted.url.replace('127.0.0.1', 'localhost'))).status).toBe(200);
      expect(await failureOf(post(trusted.url.replace('127.0.0.1', 'other.localhost')))).toBe('tls_error');
      expect(await failureOf(post(trusted.url.replace('127.0.0.1', '127.0.0.2')))).toBe('refused');
    } finally {
      setDefaultCACertificates(before);
    }
    await trusted.stop();
  });

  test('is not shared with other requests', async () => {
    const ports = new Set<number | undefined>();
    receiver.otherwise((_, response) => {
      ports.add(response.socket?.remotePort);
      response.end();
    });
    await post(receiver.url);
    await post(receiver.url);
    expect(ports.size).toBe(2);
  });
});

describe('an address', () => {
  const resolvingTo = (...addresses: string[]) => ({ rules: laptop, resolve: async () => addresses });

  test.each([
    ['127.0.0.1'],
    ['10.0.0.1'],
    ['169.254.169.254'],
    ['::1'],
    ['fd00:ec2::254'],
    ['::ffff:10.0.0.1'],
    ['64:ff9b::a00:1'],
    ['2002:a00:1::'],
    ['8.8.8.8', '127.0.0.1'],
    ['127.0.0.1', '8.8.8.8'],
    ['8.8.8.8', '2606:4700::1', 'fe80::1%eth0'],
    ['no address'],
  ])('that a public name leads to is not connected to: %s', async (...addresses) => {
    const { port } = new URL(receiver.url);
    expect(await failureOf(post(`https://hooks.example.org:${port}/`, plenty, resolvingTo(...addresses)))).toBe(
      'blocked_address',
    );
    expect(receiver.received).toEqual([]);
  });

  test('of this machine is resolved once, and the connection uses that one', async () => {
    const { port } = new URL(receiver.url);
    let asked = 0;
    const resolve = async () => (asked++ === 0 ? ['127.0.0.1'] : ['10.0.0.1']);
    expect((await post(`http://receiver.localhost:${port}/`, plenty, { rules: laptop, resolve })).status).toBe(200);
    expect(asked).toBe(1);
  });

  test('after one that does not answer is attempted too', async () => {
    const { port } = new URL(receiver.url);
    const surroundings = resolvingTo('127.0.0.9', '::1', '127.0.0.1');
    expect((await post(`http://receiver.localhost:${port}/`, plenty, surroundings)).status).toBe(200);
  });

  test('that is another one once it is connected is sent nothing', async () => {
    const { port } = new URL(receiver.url);
    // The list of addresses differs between the check and the connection.
    const addresses = ['8.8.8.8'];
    addresses.every = (() => {
      addresses[0] = '127.0.0.1';
      return true;
    }) as never;
    const surroundings = { rules: laptop, resolve: async () => addresses };
    expect(await failureOf(post(`https://hooks.example.org:${port}/`, plenty, surroundings))).toBe('blocked_address');
    expect(receiver.received).toEqual([]);
  });

  test('that cannot be resolved is reported as such', async () => {
    const resolve = async () => Promise.reject(new Error('queryA ENOTFOUND hooks.example.org'));
    expect(await failureOf(post('https://hooks.example.org/', plenty, { rules: laptop, resolve }))).toBe('dns_error');
  });

  test('whose lookup takes too long has timed out', async () => {
    const resolve = (_: string, signal: AbortSignal) =>
      new Promise<string[]>((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(new Error('cancelled'))),
      );
    expect(await failureOf(post('https://hooks.example.org/', few, { rules: laptop, resolve }))).toBe('timeout');
  });
});

describe('a URL', () => {
  test.each<[string, string]>([
    ['http://127.0.0.1/', 'blocked_address'],
    ['https://127.0.0.1/', 'blocked_address'],
    ['https://localhost:8443/', 'blocked_address'],
    ['https://2130706433/', 'blocked_address'],
    ['https://[::ffff:127.0.0.1]/', 'blocked_address'],
    ['https://169.254.169.254/', 'blocked_address'],
    ['https://d1.cloudfront.net/', 'invalid_url'],
    ['http://hooks.example.org/', 'invalid_url'],
    ['https://hooks.example.org:22/', 'invalid_url'],
    ['file:///etc/passwd', 'invalid_url'],
    ['', 'invalid_url'],
  ])('%j gets nothing from a function that is deployed', async (url, category) => {
    const resolve = async () => Promise.reject(new Error('Nothing must be looked up.'));
    expect(await failureOf(post(url, plenty, { rules: deployed, resolve }))).toBe(category);
  });

  test('of this machine is sent nothing unless the environment allows it', async () => {
    const { LOOPBACK_RECEIVERS: before } = process.env;
    for (const value of [undefined, '', 'yes', 'allowed ']) {
      if (value === undefined) delete process.env.LOOPBACK_RECEIVERS;
      else process.env.LOOPBACK_RECEIVERS = value;
      expect(await failureOf(post(receiver.url, plenty, {}))).toBe('blocked_address');
    }
    process.env.LOOPBACK_RECEIVERS = 'allowed';
    expect((await post(receiver.url, plenty, {})).status).toBe(200);
    if (before === undefined) delete process.env.LOOPBACK_RECEIVERS;
    expect(receiver.received.length).toBe(1);
  });
});
