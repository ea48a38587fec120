import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { developmentWith, requiredFields } from '../../events/samples.ts';
import { problem, refused } from '../../support/expectations/problem.ts';
import { itemsIn } from '../../support/world/items.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const nestedLevels = 20_000;

let world: World;
let event: string;

beforeAll(async () => {
  world = await startWorld();
  event = (await world.post(developmentWith({}, { id: 'corrected' }))).body.id;
});

afterAll(() => world.stop());

/**
 * Every way to write, with a body that would be taken but for the text or bytes that stand in for one of its values.
 */
const doors: Record<string, (value: string | Buffer, headers?: Record<string, string>) => Promise<number>> = {
  'an event': (value, headers) =>
    send('POST', '/v1/events', aroundHeadline(JSON.stringify(developmentWith()), value), headers),
  'a batch': (value, headers) =>
    send('POST', '/v1/events', aroundHeadline(JSON.stringify([developmentWith()]), value), headers),
  'a correction': (value, headers) =>
    send(
      'POST',
      `/v1/events/${event}/corrections`,
      aroundHeadline('{"note":"n","data":{"headline":"Something happened"}}', value),
      headers,
    ),
  'a retraction': (value, headers) =>
    send('POST', `/v1/events/${event}/retraction`, aroundHeadline('{"note":"Something happened"}', value), headers),
  'a description': (value, headers) =>
    send('PUT', '/v1/stories/hostile', aroundHeadline('{"title":"Something happened"}', value), headers),
};

function aroundHeadline(body: string, value: string | Buffer): Buffer {
  const [before = '', after = ''] = body.split(JSON.stringify(requiredFields.headline));
  return Buffer.concat([before, value, after].map((part) => Buffer.from(part)));
}

async function send(method: string, path: string, bytes: Buffer, headers: Record<string, string> = {}) {
  // The gateway hands these over as text.
  const body = headers['x-as-text'] ? bytes.toString() : bytes;
  const items = await itemsIn('EventLog');
  const ifMatch = path === '/v1/events' ? {} : { 'if-match': '"0"' };
  const reply = await world.call(method, path, { body, headers: { ...ifMatch, ...headers } });
  expect(reply.headers['content-type']).toBe('application/problem+json');
  expect(reply.body).toEqual(expect.objectContaining({ status: reply.status, detail: expect.any(String) }));
  expect(await itemsIn('EventLog')).toBe(items);
  return reply.status;
}

const hostile: Record<string, [value: string | Buffer, status: number]> = {
  __proto__: ['{"__proto__":{"status":"confirmed"}}', 400],
  'a second value of the same name': ['"a","headline":"b","note":"c","title":"d"', 400],
  '20,000 lists in each other': ['['.repeat(nestedLevels) + ']'.repeat(nestedLevels), 400],
  '20,000 objects in each other': [`${'{"a":'.repeat(nestedLevels)}1${'}'.repeat(nestedLevels)}`, 400],
  'half a surrogate pair': ['"\\ud83d"', 400],
  'half a surrogate pair as a name': ['{"\\udc00":1}', 400],
  'half a surrogate pair in bytes': [Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 400],
  'a character of four bytes that is cut after three': [Buffer.from([0x22, 0x61, 0xf0, 0x9f, 0x98, 0x22]), 400],
  'bytes that are no UTF-8': [Buffer.from([0x22, 0xff, 0x22]), 400],
  'a number beyond a double': ['1e999', 400],
  'a number beyond what a double keeps': ['123456789012345678901234567890', 400],
  'a number that a double takes for zero': ['1e-999', 400],
  'a value of another kind': ['{"text":"Something happened"}', 400],
  'a text that does not end': ['"Something', 400],
  'a bare NUL': ['"a\u0000b"', 400],
  'not a number': ['NaN', 400],
  'nothing at all': ['', 400],
  'a comma too many': ['"a",', 400],
  'single quotes': ["'a'", 400],
  '65 KB': [`"${'x'.repeat(66_560)}"`, 413],
  '2 MB': [`"${'x'.repeat(2_097_152)}"`, 413],
};

describe.each(Object.keys(doors))('%s', (door) => {
  const through = doors[door] as (typeof doors)[string];

  test.each(Object.keys(hostile))('with %s is refused, and nothing is written', async (name) => {
    const [value, status] = hostile[name] as (typeof hostile)[string];
    // An event and a patch have a limit of their own below that of a request. Of the others the texts have.
    const expected = name === '65 KB' && !/event|batch|correction/.test(door) ? 400 : status;
    expect(await through(value)).toBe(expected);
  });

  test.each(['text/plain', 'application/xml', 'application/json; charset=latin1', 'multipart/form-data', ''])(
    'as %j is refused: 415',
    async (type) => {
      expect(await through('"Something happened"', { 'content-type': type })).toBe(415);
    },
  );

  test('with a character of four bytes that is cut after three is refused, even if the gateway decoded it', async () => {
    const cut = Buffer.from([0x22, 0x61, 0xf0, 0x9f, 0x98, 0x22]);
    expect(await through(cut, { 'x-as-text': 'yes' })).toBe(400);
  });

  test('compressed is refused: 415', async () => {
    expect(await through('"Something happened"', { 'content-encoding': 'gzip' })).toBe(415);
  });
});

describe('a character of four bytes that is cut after three', () => {
  const cut = Buffer.from([0x22, 0x61, 0xf0, 0x9f, 0x98, 0x22]);
  const event = aroundHeadline(JSON.stringify(developmentWith()), cut);
  const data = aroundHeadline(JSON.stringify(requiredFields), cut);
  const attributes = { 'ce-type': 'development.reported', 'ce-subject': 'hostile', 'ce-id': 'cut' };

  test.each<[string, Buffer, Record<string, string>]>([
    ['plain', event, {}],
    ['structured', event, { 'content-type': 'application/cloudevents+json' }],
    [
      'batch',
      Buffer.concat(['[', event, ']'].map((part) => Buffer.from(part))),
      { 'content-type': 'application/cloudevents-batch+json' },
    ],
    ['binary', data, attributes],
  ])('is refused in %s mode', async (_, body, headers) => {
    for (const how of [{}, { 'x-as-text': 'yes' }]) {
      expect(await send('POST', '/v1/events', body, { ...headers, ...how })).toBe(400);
    }
  });
});

describe('a malformed body', () => {
  test('gets the place where it stops being JSON', async () => {
    const { body } = await world.call('POST', '/v1/events', {
      body: '{"type":"development.reported",\n  "subject": }',
    });
    expect(body).toEqual(refused({ pointer: '' }));
    expect(body.errors[0].detail).toMatch(/line 2, column 14/);
  });

  test('gets each name that occurs twice', async () => {
    const text = '{"type":"a","type":"b","data":{"when":{"edtf":"2020","edtf":"2021"}}}';
    const { status, body } = await world.call('POST', '/v1/events', { body: text });
    expect(status).toBe(400);
    expect(body).toEqual(refused({ pointer: '/type' }, { pointer: '/data/when/edtf' }));
  });

  test('gets the media types that are accepted', async () => {
    const reply = await world.call('POST', '/v1/events', { body: 'a=b', headers: { 'content-type': 'text/csv' } });
    expect(reply).toMatchObject({ status: 415, body: problem(415, 'unsupported-media-type') });
    expect(reply.headers.accept).toBe(
      'application/json, application/cloudevents+json, application/cloudevents-batch+json',
    );
  });

  test('of 2 MB with a hundred valid events is refused: 413, and nothing is written', async () => {
    const items = await itemsIn('EventLog');
    const summary = 'x'.repeat(20_971);
    const batch = Array.from({ length: 100 }, (_, index) => developmentWith({ summary }, { id: `large-${index}` }));
    const reply = await world.call('POST', '/v1/events', { body: batch });
    expect(reply).toMatchObject({ status: 413, body: problem(413, 'too-large') });
    expect(await itemsIn('EventLog')).toBe(items);
  });
});

describe('unusual but valid content', () => {
  const strange =
    'NUL \u0000, bell \u0007, \u2028 line separator, \ufeff, \u202e, é and é, 👩‍👩‍👧, "quoted\\", </script>';

  test('is stored as sent, and every read returns it unchanged', async () => {
    const data = {
      headline: strange,
      summary: '',
      actors: [{ name: `a${strange}`.slice(0, 200), role: strange }],
      quantity: { best: 0.1, high: 9007199254740991, low: 0, qualifier: 'exact', unit: strange },
    };
    const reply = await world.post(developmentWith(data, { id: 'é\u2028 "', subject: 'strange' }));
    const expected = { ...requiredFields, ...data };
    expect(reply).toMatchObject({ status: 201, body: { event: { id: 'é\u2028 "', data: expected } } });
    const { when: _, ...shown } = expected;
    const { body: alone } = await world.get(`/v1/events/${reply.body.id}`);
    const { body: timeline } = await world.get('/v1/timeline?story=strange');
    const { body: feed } = await world.get('/v1/changes?limit=500');
    expect(alone.data).toEqual(JSON.parse(JSON.stringify(shown)));
    expect(timeline.entries).toEqual([{ ...alone, certainty: 'certain' }]);
    expect(feed.changes.at(-1).entry).toEqual(alone);
  });

  test('is replayed when it is posted again', async () => {
    const body = developmentWith({ headline: strange }, { id: 'strange-again' });
    const first = await world.post(body);
    expect(await world.post(body)).toMatchObject({ status: 200, text: first.text });
  });

  test('at the limit of 64 KiB is recorded and shown', async () => {
    const summary = '\u0001é'.repeat(8_050);
    const reply = await world.post(developmentWith({ summary }, { subject: 'large' }));
    expect(reply.status).toBe(201);
    expect((await world.get('/v1/timeline?story=large')).body.entries).toMatchObject([{ data: { summary } }]);
  });

  test('is refused if a name is too long for the key of a timeline', async () => {
    const reply = await world.call('POST', '/v1/events', {
      body: developmentWith({ actors: [{ name: '\ufb2c'.repeat(200) }] }),
    });
    expect(reply).toMatchObject({ status: 400, body: refused({ pointer: '/data/actors/0/name' }) });
  });

  test('is found by the longest name that is allowed', async () => {
    const name = '\u{20000}'.repeat(200);
    await world.post(developmentWith({ actors: [{ name }] }, { subject: 'longest' }));
    const { body } = await world.get(`/v1/timeline?actor=${encodeURIComponent(name)}`);
    expect(body.entries).toMatchObject([{ story: 'longest' }]);
  });
});
