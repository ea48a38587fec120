import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { Conflict, InvalidInput, NotFound } from '../../../events/input/errors.ts';
import type { Answer } from '../../../functions/lib/http/answer.ts';
import type { Request } from '../../../functions/lib/http/request.ts';
import { keyedRoute, publicRoute } from '../../../functions/lib/route/route.ts';
import { frontHeaders, gatewayEvent, lambdaContext } from '../../support/world/gateway-event.ts';

type Sent = Parameters<typeof gatewayEvent>[0];

const caller = { newsroom: 'afp', keyId: 'afp-abc234', scopes: 'events:write', stories: '' };

const readHeaders = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'etag, link, retry-after, timeline-truncated',
};
const jsonType = { 'content-type': 'application/json' };
const problemHeaders = { 'content-type': 'application/problem+json', 'cache-control': 'no-store' };

const read = (answer: Answer | Error, sent: Sent = {}) =>
  publicRoute(async () => {
    if (answer instanceof Error) throw answer;
    return answer;
  })(gatewayEvent(sent), lambdaContext);

const write = (work: (request: Request) => Promise<Answer>, sent: Sent) =>
  keyedRoute(work)(gatewayEvent({ method: 'POST', routeKey: 'POST /v1/events', ...sent }), lambdaContext);

/** What a handler is given. */
async function received(sent: Sent): Promise<Request> {
  let request: Request | undefined;
  await write(
    async (given) => {
      request = given;
      return { status: 200 };
    },
    { caller, ...sent },
  );
  return request as Request;
}

describe('a request', () => {
  test('comes with names of headers in lower case, the raw query, its bytes and its caller', async () => {
    jest.useFakeTimers({ now: 1_606_780_800_000, doNotFake: ['nextTick', 'setImmediate'] });
    const request = await received({
      path: '/v1/events',
      headers: { 'Idempotency-Key': 'k1', 'x-é': 'b' },
      body: '{"é":1}',
      caller: { ...caller, scopes: 'events:write stories:write', stories: 'karabakh-* lachin' },
    });
    jest.useRealTimers();
    expect(request).toEqual({
      method: 'POST',
      origin: 'https://timeline.example.org',
      path: '/v1/events',
      pathParameters: {},
      headers: { ...frontHeaders, 'idempotency-key': 'k1', 'x-é': 'b' },
      rawQuery: '',
      query: {},
      body: Buffer.from('{"é":1}'),
      bodyWasDecoded: true,
      requestId: 'request-1',
      now: 1_606_780_800_000,
      remainingMs: expect.any(Function),
      caller: {
        newsroom: 'afp',
        keyId: 'afp-abc234',
        scopes: ['events:write', 'stories:write'],
        stories: ['karabakh-*', 'lachin'],
      },
    });
  });

  test('of a media type that the gateway takes for binary is decoded', async () => {
    const bytes = Buffer.from([0x00, 0xff, 0xc3, 0x28]);
    expect(await received({ body: bytes })).toMatchObject({ body: bytes, bodyWasDecoded: false });
  });
});

describe('reading', () => {
  test('a handler gets the query as it was sent, and each parameter decoded', async () => {
    let request: Request | undefined;
    const handler = publicRoute(async (given) => {
      request = given;
      return { status: 200 };
    });
    const sent = { routeKey: 'HEAD /v1/timeline', query: 'story=a%2Db&limit=1' };
    expect(await handler(gatewayEvent({ method: 'HEAD', ...sent }), lambdaContext)).toMatchObject({ statusCode: 200 });
    expect(request).toMatchObject({ rawQuery: 'story=a%2Db&limit=1', query: { story: 'a-b', limit: '1' } });
  });

  test('a route that the table does not have is answered by nobody', async () => {
    const sent = gatewayEvent({ routeKey: 'GET /v1/secrets' });
    const work = jest.fn(async () => ({ status: 200 }));
    expect(await publicRoute(work)(sent, lambdaContext)).toMatchObject({ statusCode: 500 });
    expect(work).not.toHaveBeenCalled();
  });

  test('an answer is open to every origin, has a strong tag of its body and is asked for again each time', async () => {
    expect(await read({ status: 200, body: { a: 1 } })).toEqual({
      statusCode: 200,
      headers: {
        ...jsonType,
        ...readHeaders,
        'cache-control': 'no-cache',
        vary: 'Accept-Encoding',
        etag: '"AVq9f1zFei3ZS3WQ8ErYCEJzkF7jPsXOvq5iJ2qX-GI"',
      },
      body: '{"a":1}',
    });
  });

  test('an answer brings its own tag, caching and media type if it likes', async () => {
    const headers = { etag: '"3"', 'cache-control': 'public, max-age=1', 'content-type': 'text/calendar' };
    expect(await read({ status: 200, headers, body: 'BEGIN' })).toEqual({
      statusCode: 200,
      headers: { ...readHeaders, ...headers },
      body: 'BEGIN',
    });
  });

  test.each(['"3"', 'W/"3"', '"1", W/"3"', '"a,b","3"', '*'])(
    'who has it (If-None-Match: %s) gets 304',
    async (known) => {
      const headers = { etag: '"3"', link: '</next>; rel="next"' };
      const sent = { headers: { 'If-None-Match': known } };
      expect(await read({ status: 200, headers, body: {} }, sent)).toEqual({
        statusCode: 304,
        headers: { ...jsonType, ...readHeaders, ...headers, 'cache-control': 'no-cache' },
      });
    },
  );

  test.each(['"4"', '3', '', '"33"', '""'])('who has another (If-None-Match: %s) gets it', async (known) => {
    const sent = { headers: { 'if-none-match': known } };
    expect(await read({ status: 200, headers: { etag: '"3"' }, body: {} }, sent)).toMatchObject({ statusCode: 200 });
  });

  describe('what is long', () => {
    const long = 'No day was named. '.repeat(100);
    const answer: Answer = { status: 200, headers: { vary: 'Accept' }, contentTag: 'a1', body: long };
    const asked = (headers: Record<string, string>) => read(answer, { headers });

    test.each([
      ['br', 'gzip, deflate, br, zstd', brotliDecompressSync],
      ['gzip', 'gzip;q=0.5, br;q=0', gunzipSync],
    ] as const)(
      'is compressed (%s) for who takes it (Accept-Encoding: %s), under a tag of its own',
      async (coding, accepted, decode) => {
        const { body, ...rest } = await asked({ 'accept-encoding': accepted });
        expect(rest).toEqual({
          statusCode: 200,
          headers: {
            ...jsonType,
            ...readHeaders,
            'cache-control': 'no-cache',
            'content-encoding': coding,
            vary: 'Accept, Accept-Encoding',
            etag: `"a1-${coding}"`,
          },
          isBase64Encoded: true,
        });
        expect(decode(Buffer.from(body ?? '', 'base64')).toString()).toBe(long);
      },
    );

    test.each([[{}], [{ 'accept-encoding': 'identity' }], [{ 'accept-encoding': 'zstd, br;q=0' }]])(
      'is sent as it is to others: %j',
      async (headers) => {
        const { statusCode, headers: sent, body } = await asked(headers as Record<string, string>);
        expect({ statusCode, etag: sent?.etag, vary: sent?.vary, coding: sent?.['content-encoding'], body }).toEqual({
          statusCode: 200,
          etag: '"a1"',
          vary: 'Accept, Accept-Encoding',
          coding: undefined,
          body: long,
        });
      },
    );

    test.each([
      ['"a1-br"', 'br', '"a1-br"'],
      ['"b2", W/"a1-br"', 'gzip, br', '"a1-br"'],
      ['"a1-gzip", "a1"', 'identity', '"a1"'],
      ['"a1-gzip", "a1"', 'gzip;q=0.1, identity;q=0.9', '"a1"'],
      ['"a1-gzip", "a1"', 'gzip', '"a1-gzip"'],
      ['*', 'gzip', '"a1-gzip"'],
    ])('is 304 if %s is known and %s is accepted', async (known, accepted, etag) => {
      const { statusCode, headers, body } = await asked({ 'if-none-match': known, 'accept-encoding': accepted });
      expect([statusCode, body, headers?.etag]).toEqual([304, undefined, etag]);
    });

    test.each([
      ['"a1"', 'br'],
      ['"a1-gzip"', 'br'],
      ['"a1-br"', 'identity'],
      ['"a1-br"', 'gzip;q=0.5, br;q=0.4'],
    ])('is 200 if only %s is known, the tag of another coding, and %s is accepted', async (known, accepted) => {
      const reply = await asked({ 'if-none-match': known, 'accept-encoding': accepted });
      expect(reply).toMatchObject({ statusCode: 200 });
    });

    test.each(['identity;q=0', '*;q=0', 'zstd, identity;q=0', 'br;q=0, gzip;q=0, identity;q=0.000'])(
      'is refused before it is made if no coding of it is accepted: %s',
      async (accepted) => {
        const work = jest.fn(async () => answer);
        const sent = gatewayEvent({ headers: { 'accept-encoding': accepted } });
        const { statusCode, headers, body = '' } = await publicRoute(work)(sent, lambdaContext);
        expect({ statusCode, headers, ...JSON.parse(body) }).toEqual({
          statusCode: 406,
          headers: { ...readHeaders, ...problemHeaders },
          type: '/problems/not-acceptable',
          title: 'The response is not available in an accepted form',
          status: 406,
          detail:
            'The codings of a response are br, gzip, identity, and Accept-Encoding refuses them all. Accept one of them.',
        });
        expect(work).not.toHaveBeenCalled();
      },
    );

    test('is 304 exactly if the tag of what would be sent is in the list', async () => {
      const accepted = fc.constantFrom('br', 'gzip', 'identity', 'br;q=0.2, gzip;q=0.3', 'gzip;q=0.1, *;q=0.2', '');
      const tag = fc.constantFrom('"a1"', '"a1-br"', '"a1-gzip"', 'W/"a1"', 'W/"a1-br"', '"a"', '""', '"a1,b"');
      const list = fc.tuple(fc.array(tag, { maxLength: 4 }), fc.constantFrom(',', ', ', ' , ,\t'));
      await fc.assert(
        fc.asyncProperty(accepted, list, async (coding, [tags, comma]) => {
          const { headers } = await asked({ 'accept-encoding': coding });
          const own = String(headers?.etag);
          const known = tags.some((one) => one.replace('W/', '') === own);
          const reply = await asked({ 'accept-encoding': coding, 'if-none-match': tags.join(comma) });
          expect([reply.statusCode, reply.headers?.etag]).toEqual([known ? 304 : 200, own]);
        }),
      );
    });

    test.each(['"a1', 'a1', '"a1" "b2"', '"b2"; "a1"', '"a1", *', 'w/"a1"', '"a1"x'])(
      'is 200 if the list of known tags is none: %s',
      async (known) => {
        expect(await asked({ 'if-none-match': known })).toMatchObject({ statusCode: 200 });
      },
    );

    test('is 200 to who has something else of a similar tag', async () => {
      expect(await asked({ 'if-none-match': '"a1-zstd", "a", "a1-br-gzip"' })).toMatchObject({ statusCode: 200 });
    });
  });

  test('HEAD gets the same headers and no body, of answers and of problems', async () => {
    const { body: _, ...head } = await read({ status: 200, body: { a: 1 } });
    const { body: __, ...problemHead } = await read(new NotFound('No.'));
    expect(await read({ status: 200, body: { a: 1 } }, { method: 'HEAD' })).toEqual(head);
    expect(await read(new NotFound('No.'), { method: 'HEAD' })).toEqual(problemHead);
  });

  test('a problem is open to every origin and not kept', async () => {
    const result = await read(new InvalidInput([{ parameter: 'from', detail: 'Is no date.' }]));
    expect(result).toEqual({
      statusCode: 400,
      headers: { ...readHeaders, ...problemHeaders },
      body: JSON.stringify({
        type: '/problems/invalid-input',
        title: 'The request is invalid',
        status: 400,
        detail: 'from: Is no date.',
        errors: [{ parameter: 'from', detail: 'Is no date.' }],
      }),
    });
  });

  test('an answer other than 200 has no tag', async () => {
    expect(await read({ status: 204 })).toEqual({ statusCode: 204, headers: readHeaders });
  });
});

describe('writing', () => {
  const created: Answer = {
    status: 201,
    headers: { etag: '"0"', location: '/v1/events/evt_a' },
    body: { id: 'evt_a' },
  };

  test('an answer is no cache’s, and as it was given', async () => {
    expect(await write(async () => created, { caller })).toEqual({
      statusCode: 201,
      headers: { ...jsonType, 'cache-control': 'no-store', etag: '"0"', location: '/v1/events/evt_a' },
      body: '{"id":"evt_a"}',
    });
  });

  test('a key without the scope is refused before anything is done', async () => {
    const work = jest.fn(async () => created);
    const result = await write(work, { caller: { ...caller, scopes: 'stories:write events:writer' } });
    expect(result).toEqual({
      statusCode: 403,
      headers: problemHeaders,
      body: JSON.stringify({
        type: '/problems/forbidden',
        title: 'The request is not allowed',
        status: 403,
        detail: 'The key does not have the scope events:write.',
      }),
    });
    expect(work).not.toHaveBeenCalled();
  });

  test('a route that was left without its authorizer lets nobody in', async () => {
    const work = jest.fn(async () => created);
    expect(await write(work, {})).toMatchObject({ statusCode: 500 });
    expect(work).not.toHaveBeenCalled();
  });

  test('an error becomes its problem', async () => {
    const work = async () => {
      throw new Conflict('The id is taken.', { id: 'evt_a', revision: 0 });
    };
    const result = await write(work, { caller });
    expect(JSON.parse(result.body ?? '')).toEqual({
      type: '/problems/conflict',
      title: 'The request conflicts with the record',
      status: 409,
      detail: 'The id is taken.',
      stored: { id: 'evt_a', revision: 0 },
    });
  });
});

test('what takes too long is given up with an answer before Lambda ends the function', async () => {
  const handler = publicRoute(() => new Promise<Answer>(() => {}));
  const result = await handler(gatewayEvent({}), { ...lambdaContext, getRemainingTimeInMillis: () => 210 });
  expect(result).toMatchObject({ statusCode: 503, headers: { 'retry-after': '1' } });
});
