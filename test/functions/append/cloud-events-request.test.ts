import { describe, expect, test } from '@jest/globals';
import { CloudEvent, CONSTANTS, HTTP } from 'cloudevents';
import { TooLarge } from '../../../events/input/errors.ts';
import { placeInBinaryMode } from '../../../functions/lib/append/binary-mode.ts';
import { eventsOf } from '../../../functions/lib/append/cloud-events-request.ts';
import { UnsupportedMediaType } from '../../../functions/lib/http/http-errors.ts';
import { refusal, thrownBy } from '../../support/expectations/refusal.ts';
import { requestWith } from '../../support/world/request.ts';

type Headers = Record<string, string>;

const plain = { 'content-type': 'application/json' };
const structured = { 'content-type': 'application/cloudevents+json' };
const batch = { 'content-type': 'application/cloudevents-batch+json' };

const event = { type: 'district.ceded', subject: 'karabakh-2020', data: { headline: 'Lachin passes to Azerbaijan' } };

const sent = (headers: Headers, body: unknown) => {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return eventsOf(requestWith({ headers, body: bytes }));
};

const single = (input: unknown, binary = false) => ({ events: [{ input, pointer: '' }], batch: false, binary });

/** As the gateway hands over `application/json`: as a text. */
const sentAsText = (bytes: Buffer, headers: Headers) =>
  eventsOf(
    requestWith({ headers: { ...plain, ...headers }, body: Buffer.from(bytes.toString()), bodyWasDecoded: true }),
  );

/** An event of `bytes` bytes as JSON. */
const eventOf = (bytes: number) => ({ summary: 'x'.repeat(bytes - JSON.stringify({ summary: '' }).length) });

describe('the cloudevents SDK', () => {
  const message = new CloudEvent({
    id: 'lachin-2020-12-01',
    source: '/newsrooms/afp',
    time: '2020-12-01T09:00:00.000Z',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    ...event,
  });
  const attributes = {
    specversion: '1.0',
    id: 'lachin-2020-12-01',
    source: '/newsrooms/afp',
    type: 'district.ceded',
    subject: 'karabakh-2020',
    time: '2020-12-01T09:00:00.000Z',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  };
  const lowerCase = (headers: object) =>
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));

  test('is understood in structured mode', () => {
    const { headers, body } = HTTP.structured(message);
    expect(sent(lowerCase(headers), body)).toEqual(single({ ...attributes, data: event.data }));
  });

  test('is understood in binary mode', () => {
    const { headers, body } = HTTP.binary(message);
    const input = { ...attributes, datacontenttype: 'application/json; charset=utf-8', data: event.data };
    expect(sent(lowerCase(headers), body)).toEqual(single(input, true));
  });

  test('is understood in either mode if it has a datacontenttype', () => {
    const told = message.cloneWith({ datacontenttype: 'application/json' });
    const input = { ...attributes, datacontenttype: 'application/json', data: event.data };
    const inStructuredMode = HTTP.structured(told);
    const inBinaryMode = HTTP.binary(told);
    expect(sent(lowerCase(inStructuredMode.headers), inStructuredMode.body)).toEqual(single(input));
    expect(sent(lowerCase(inBinaryMode.headers), inBinaryMode.body)).toEqual(single(input, true));
  });

  test('is understood in batch mode', () => {
    const headers = { 'content-type': `${CONSTANTS.MIME_CE_BATCH}; charset=utf-8` };
    const input = { ...attributes, data: event.data };
    expect(sent(headers, `[${message},${message}]`)).toEqual({
      events: [
        { input, pointer: '/0' },
        { input, pointer: '/1' },
      ],
      batch: true,
      binary: false,
    });
  });
});

describe('the four modes', () => {
  test('plain JSON is one event, and an array is a batch', () => {
    expect(sent(plain, event)).toEqual(single(event));
    expect(sent(plain, [event])).toEqual({ events: [{ input: event, pointer: '/0' }], batch: true, binary: false });
  });

  test('in structured mode headers that repeat attributes are ignored (CloudEvents HTTP binding 3.2.2)', () => {
    expect(sent({ ...structured, 'ce-id': 'a', 'ce-anything': 'b' }, event)).toEqual(single(event));
  });

  test('a batch must be an array, and a single event must not', () => {
    expect(refusal(() => sent(batch, event))).toEqual([
      { pointer: '', detail: 'A body of the type application/cloudevents-batch+json must be an array of events.' },
    ]);
    expect(refusal(() => sent(structured, [event]))).toEqual([
      {
        pointer: '',
        detail:
          'A body of the type application/cloudevents+json must be one event. Send several as application/cloudevents-batch+json.',
      },
    ]);
  });

  test('a batch has 1 to 100 events', () => {
    expect(sent(batch, Array(100).fill(event)).events).toHaveLength(100);
    expect(refusal(() => sent(batch, []))).toEqual([{ pointer: '', detail: 'The batch is empty.' }]);
    expect(refusal(() => sent(plain, Array(101).fill(event)))).toEqual([
      { pointer: '', detail: 'A batch holds at most 100 events, not 101.' },
    ]);
  });
});

describe('binary mode', () => {
  const attribute = (header: string, value: string) => {
    const [input] = sent({ ...plain, [header]: value }, {}).events.map((incoming) => incoming.input as Headers);
    return input?.[header.slice('ce-'.length)];
  };

  test.each([
    ['Euro%20%E2%82%AC%20%F0%9F%98%80', 'Euro € 😀'],
    ['Euro %E2%82%AC', 'Euro €'],
    ['%41%2f%25', 'A/%'],
    ['"a \\"quoted\\" %41"', 'a "quoted" A'],
    ['a"b', 'a"b'],
    ['a+b', 'a+b'],
    ['a%2Cb', 'a,b'],
    ['"a,b"', 'a,b'],
  ])('a header value %j is decoded by rule 3.1.3.2 of the HTTP binding', (value, decoded) => {
    expect(attribute('ce-id', value)).toBe(decoded);
  });

  test.each([
    ['100%', 'Is not percent-encoded UTF-8. Write % as %25.'],
    ['%C3%28', 'Is not percent-encoded UTF-8. Write % as %25.'],
    ['é', 'Has characters that are not printable ASCII. Percent-encode them as UTF-8.'],
    ['a,a', 'Is sent more than once, or has a comma. Send it once, and write a comma as %2C.'],
    ['"a","b"', 'Is sent more than once, or has a comma. Send it once, and write a comma as %2C.'],
  ])('a header value %j is refused', (value, detail) => {
    expect(refusal(() => attribute('ce-id', value))).toEqual([{ header: 'ce-id', detail }]);
  });

  test('every attribute but tracestate, which may be spread over several headers, is refused if it is sent twice', () => {
    const refused = ['specversion', 'id', 'source', 'type', 'subject', 'time', 'traceparent'];
    for (const name of refused) {
      expect(refusal(() => attribute(`ce-${name}`, 'a,b'))).toMatchObject([{ header: `ce-${name}` }]);
    }
    expect(attribute('ce-tracestate', 'a=1,b=2')).toBe('a=1,b=2');
  });

  test('a header of an attribute that events do not have is refused', () => {
    const detail =
      'Is not an attribute of an event. The attributes are: specversion, id, source, type, subject, time, traceparent, tracestate.';
    expect(refusal(() => sent({ ...plain, 'ce-type': 'a', 'ce-dataschema': '/x' }, {}))).toEqual([
      { header: 'ce-dataschema', detail },
    ]);
  });

  test('an attribute called __proto__ is refused like any other unknown one', () => {
    const headers = Object.fromEntries([...Object.entries(plain), ['ce-__proto__', 'x']]);
    expect(refusal(() => sent(headers, {}))).toMatchObject([{ header: 'ce-__proto__' }]);
  });

  test.each(['application/json; charset=utf-8', 'Application/JSON', 'application/json;profile="a;charset=latin1"'])(
    'the type of the data is the header as sent: %s',
    (datacontenttype) => {
      const headers = { 'content-type': ` ${datacontenttype} `, 'ce-type': 'talks.held' };
      expect(sent(headers, {})).toEqual(single({ type: 'talks.held', datacontenttype, data: {} }, true));
    },
  );

  test('errors name a header, or a pointer into the body, which is the data', () => {
    const detail = 'Is wrong.';
    expect(
      [
        { pointer: '/subject', detail },
        { pointer: '/datacontenttype', detail },
        { pointer: '/data/when/edtf', detail },
        { pointer: '/data', detail },
        { pointer: '', detail },
        { header: 'idempotency-key', detail },
      ].map(placeInBinaryMode),
    ).toEqual([
      { header: 'ce-subject', detail },
      { header: 'content-type', detail },
      { pointer: '/when/edtf', detail },
      { pointer: '', detail },
      { pointer: '', detail },
      { header: 'idempotency-key', detail },
    ]);
  });
});

describe('Idempotency-Key', () => {
  test('is the id of a single event; with an index it is the id of each event in a batch', () => {
    expect(sent({ ...plain, 'idempotency-key': 'wire 42' }, event).events).toEqual([
      { input: event, pointer: '', id: 'wire 42' },
    ]);
    expect(sent({ ...batch, 'idempotency-key': 'k' }, [event, event]).events).toEqual([
      { input: event, pointer: '/0', id: 'k/0' },
      { input: event, pointer: '/1', id: 'k/1' },
    ]);
  });

  test.each([
    [plain, event, '', 200],
    [plain, event, 'x'.repeat(201), 200],
    [plain, event, 'a\u0007b', 200],
    [plain, event, 'k1,k1', 200],
    [plain, event, 'k1,k2', 200],
    [batch, [event], 'x'.repeat(198), 197],
  ])('is refused if it cannot be an id', (headers, body, key, length) => {
    expect(refusal(() => sent({ ...headers, 'idempotency-key': key }, body))).toEqual([
      {
        header: 'idempotency-key',
        detail: `Must be 1 to ${length} printable ASCII characters without a comma, and sent once.`,
      },
    ]);
  });
});

describe('media types', () => {
  test.each([
    'application/json; charset=utf-8',
    'Application/JSON;charset="UTF-8"',
    'application/json ; charset=utf8',
    'application/json; profile=x',
    'application/json; profile="a;charset=latin1"',
    'application/json; charset="utf\\-8"; profile="\\";"',
    'application/json;',
  ])('%s is accepted', (contentType) => {
    expect(sent({ 'content-type': contentType, 'content-encoding': 'identity' }, event)).toEqual(single(event));
  });

  test.each([
    undefined,
    '',
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonx',
    'application/cloudevents+xml',
    'application/cloudevents',
    'application/json, application/json',
    'application/json; charset=utf-8,application/json; charset=utf-8',
  ])('%s is not accepted', (contentType) => {
    const headers = { ...(contentType !== undefined && { 'content-type': contentType }), 'ce-type': 'talks.held' };
    const error = thrownBy(() => sent(headers, event));
    expect(error).toBeInstanceOf(UnsupportedMediaType);
    expect(error).toMatchObject({
      header: 'accept',
      accepted: ['application/json', 'application/cloudevents+json', 'application/cloudevents-batch+json'],
    });
  });

  test('other charsets and content codings are not accepted', () => {
    const latin = thrownBy(() => sent({ 'content-type': 'application/json; charset=iso-8859-1' }, event));
    const zipped = thrownBy(() => sent({ ...plain, 'content-encoding': 'gzip' }, event));
    expect(latin).toBeInstanceOf(UnsupportedMediaType);
    expect(zipped).toEqual(
      new UnsupportedMediaType('Send the body as it is, without Content-Encoding.', 'accept-encoding', ['identity']),
    );
  });
});

describe('sizes', () => {
  test('an event has up to 65,536 bytes as JSON, not counting whitespace around it', () => {
    expect(sent(plain, JSON.stringify(eventOf(65_536), null, 9)).events).toHaveLength(1);
  });

  test('a larger event is refused, and the error has its place', () => {
    const detail = 'An event holds at most 65536 bytes as JSON; this one has 65537.';
    const alone = thrownBy(() => sent(plain, eventOf(65_537)));
    const inBatch = thrownBy(() => sent(batch, [event, eventOf(65_537)]));
    expect(alone).toBeInstanceOf(TooLarge);
    expect(alone).toMatchObject({ message: detail, errors: [{ pointer: '', detail }] });
    expect(inBatch).toMatchObject({ message: detail, errors: [{ pointer: '/1', detail }] });
  });

  test('bytes are counted, not characters', () => {
    expect(thrownBy(() => sent(plain, { summary: 'é'.repeat(33_000) }))).toBeInstanceOf(TooLarge);
  });

  test('in binary mode the attributes count as part of the event', () => {
    expect(thrownBy(() => sent({ ...plain, 'ce-type': 'talks.held' }, eventOf(65_536)))).toBeInstanceOf(TooLarge);
  });

  test('a request above 1 MiB is refused before it is parsed', () => {
    const detail = 'A request holds at most 1048576 bytes; this one has 2097152.';
    expect(thrownBy(() => sent(batch, Buffer.alloc(2_097_152, 0x5b)))).toEqual(new TooLarge(detail));
  });
});

test('a body that is not JSON is refused in every mode', () => {
  for (const headers of [plain, structured, batch, { ...plain, 'ce-type': 'talks.held' }]) {
    expect(refusal(() => sent(headers, '{"data":'))).toEqual([
      {
        pointer: '',
        detail: 'The body is not JSON: at line 1, column 9 (position 8), expected a value, but the body ends there.',
      },
    ]);
  }
});

test.each(['null', '"text"', '1', 'true'])(
  'JSON that is not an object, such as %s, is left to the validation',
  (text) => {
    expect(sent(plain, text)).toEqual(single(JSON.parse(text)));
  },
);

describe('a body that the gateway decoded', () => {
  const faulty = Buffer.from('{"headline":"Stra\xdfe"}', 'latin1');
  const length = (bytes: Buffer) => ({ 'content-length': String(bytes.length) });

  test('is refused if it was not UTF-8', () => {
    const detail = 'The body is not UTF-8: not all of its 21 bytes belong to a character.';
    expect(refusal(() => sentAsText(faulty, length(faulty)))).toEqual([{ pointer: '', detail }]);
  });

  test('is accepted if it was UTF-8, or if its length is unknown', () => {
    const sound = Buffer.from('\ufeff{"headline":"Straße \\ufffd 𝄞"}');
    const taken = single({ headline: 'Straße \ufffd 𝄞' });
    expect(sentAsText(sound, length(sound))).toEqual(taken);
    expect(sentAsText(sound, {})).toEqual(taken);
  });

  test('is refused if it has U+FFFD, which may replace a truncated character of the same length', () => {
    const cut = Buffer.concat([Buffer.from('{"title":"abc'), Buffer.from([0xf0, 0x9f, 0x98]), Buffer.from('"}')]);
    const detail =
      'The body is not UTF-8: the bytes at offset 13 were read as U+FFFD. Send every character as UTF-8. If you mean U+FFFD itself, write it as \\ufffd.';
    for (const headers of [length(cut), {}]) {
      expect(refusal(() => sentAsText(cut, headers))).toEqual([{ pointer: '', detail }]);
    }
  });

  test('is accepted with U+FFFD only if the gateway passed on its bytes', () => {
    const text = '{"headline":"\ufffd"}';
    expect(sent(plain, Buffer.from(text))).toEqual(single({ headline: '\ufffd' }));
    expect(refusal(() => sentAsText(Buffer.from(text), {}))).toHaveLength(1);
  });
});
