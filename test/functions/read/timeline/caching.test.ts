import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatNames } from '../../../../functions/lib/formats/format.ts';
import { developmentWith } from '../../../events/samples.ts';
import { refused } from '../../../support/expectations/problem.ts';
import { type Capacity, meterCapacity } from '../../../support/world/capacity.ts';
import { type Asked, interfere } from '../../../support/world/interference.ts';
import { putItem } from '../../../support/world/tables.ts';
import { startWorld, type World } from '../../../support/world/world.ts';

const longAgo = '2021-01-01T00:00:00.000Z';
const live = 'public, max-age=1, stale-while-revalidate=1, stale-if-error=86400';
const forEver = 'public, max-age=86400, s-maxage=31536000, immutable';

let world: World;
let take: () => Capacity;
let commands: string[] = [];
/** What was read of the story before anything else came in. */
let first: { asOf: string; id: string };

const post = (story: string, data: object = {}) => world.post(developmentWith(data, { subject: story }));
const large = Array.from({ length: 12 }, (_, index) => ({ edtf: `2020-11-${index + 10}` }));

const addresses = [
  ...formatNames.map((format) => `/v1/timeline?story=large&format=${format}`),
  '/v1/timeline/counts?interval=day&story=large',
];

/** Lets the last change be long ago, as readers of a quiet record find it. */
async function settleDown(): Promise<void> {
  const { readCheckpoint } = await import('../../../../functions/lib/timelines/checkpoint.ts');
  await putItem('Timelines', { pk: 'META', sk: 'PROJECT', v: 3, ...(await readCheckpoint()), advancedAt: longAgo });
}

beforeAll(async () => {
  world = await startWorld();
  const { dynamodb } = await import('../../../../functions/lib/runtime/dynamodb.ts');
  take = meterCapacity(dynamodb).take;
  interfere(dynamodb, ({ command }: Asked) => {
    commands.push(command);
    return 'done';
  });
  await world.post(large.map((when) => developmentWith({ when }, { subject: 'large' })));
  await world.post(developmentWith({}, { subject: 'other' }));
  const { body } = await world.get('/v1/timeline?story=large');
  first = { asOf: body.asOf, id: body.entries[0].id };
});

afterAll(() => world.stop());

describe('an answer', () => {
  test.each(addresses)('has a strong tag of its own, the same each time: %s', async (address) => {
    const reply = await world.get(address);
    expect(reply).toMatchObject({ status: 200, headers: { etag: expect.stringMatching(/^"[\w-]{43}"$/) } });
    expect(await world.get(address)).toEqual(reply);
    const tags = await Promise.all(addresses.map(async (other) => (await world.get(other)).headers.etag));
    expect(new Set(tags).size).toBe(addresses.length);
  });

  test.each(addresses)('is 304 to who has it, for the price of checkpoint and head: %s', async (address) => {
    const { headers } = await world.get(address);
    const known = { 'if-none-match': headers.etag as string };
    for (const { quiet, units } of [
      { quiet: false, units: 2 },
      { quiet: true, units: 1 },
    ]) {
      if (quiet) await settleDown();
      take();
      commands = [];
      const reply = await world.get(address, known);
      // A 304 repeats no other metadata of the content (RFC 9110, 15.4.5).
      const { link: _link, 'content-language': _language, ...kept } = headers;
      expect(reply).toMatchObject({ status: 304, text: '', headers: kept });
      expect(take().read).toBeLessThanOrEqual(units);
      expect(commands.filter((command) => !command.endsWith('GetItemCommand'))).toEqual([]);
    }
  });

  test('is 304 by a weak tag, by one of a list, and by any', async () => {
    const [address] = addresses as [string];
    const { headers } = await world.get(address);
    for (const known of [`W/${headers.etag}`, `"a", ${headers.etag}, "b"`, `"a"  ,W/${headers.etag}`, '*']) {
      expect((await world.get(address, { 'if-none-match': known })).status).toBe(304);
    }
    for (const unknown of ['"a"', String(headers.etag).replaceAll('"', ''), '', '"', '"*"']) {
      expect((await world.get(address, { 'if-none-match': unknown })).status).toBe(200);
    }
  });

  test.each(addresses)('is to HEAD what it is to GET, without the body: %s', async (address) => {
    for (const coding of [{}, { 'accept-encoding': 'br' }]) {
      const { status, headers } = await world.get(address, coding);
      const reply = await world.call('HEAD', address, { headers: coding });
      expect(reply).toEqual({ status, headers, body: undefined, text: '' });
    }
  });

  test.each(addresses)('comes in the coding that is asked for, each with a tag of its own: %s', async (address) => {
    const plain = await world.get(address);
    const codings = [
      ['br, gzip', 'br'],
      ['gzip, deflate, br, zstd', 'br'],
      ['gzip', 'gzip'],
      ['br;q=0, gzip;q=0.5', 'gzip'],
      ['*', 'br'],
      ['identity', undefined],
      ['', undefined],
      ['zstd', undefined],
      ['gzip;q=0', undefined],
      ['gzip;q=0.1, identity;q=0.9', undefined],
    ] as const;
    for (const [accepted, coding] of codings) {
      const { headers, text } = await world.get(address, { 'accept-encoding': accepted });
      expect([accepted, headers['content-encoding'], text]).toEqual([accepted, coding, plain.text]);
      expect(headers.etag).toBe(coding ? plain.headers.etag?.replace(/"$/, `-${coding}"`) : plain.headers.etag);
      expect(headers.vary).toBe(plain.headers.vary);
      const again = await world.get(address, { 'accept-encoding': accepted, 'if-none-match': headers.etag as string });
      expect([again.status, again.headers.etag]).toEqual([304, headers.etag]);
      const all = ['', '-br', '-gzip'].map((suffix) => plain.headers.etag?.replace(/"$/, `${suffix}"`)).join(', ');
      const one = await world.get(address, { 'accept-encoding': accepted, 'if-none-match': all });
      expect([one.status, one.headers.etag]).toEqual([304, headers.etag]);
    }
  });

  test('says what it differs by', async () => {
    expect((await world.get('/v1/timeline?story=large')).headers.vary).toBe('Accept, Accept-Encoding');
    expect((await world.get('/v1/timeline/counts?interval=day')).headers.vary).toBe('Accept-Encoding');
    expect((await world.get(`/v1/events/${first.id}`)).headers).not.toHaveProperty('vary');
  });

  test('changes its tag when something changes in what was asked for, and stays to the byte when it does not', async () => {
    await post('mine');
    const asked = [...addresses.map((address) => address.replace('large', 'mine')), '/v1/timeline?story=mine&limit=1'];
    const before = await Promise.all(asked.map((address) => world.get(address)));
    await post('yours', { places: [{ name: 'Lachin' }] });
    expect(await Promise.all(asked.map((address) => world.get(address)))).toEqual(before);
    await post('mine', { headline: 'Another' });
    const after = await Promise.all(asked.map((address) => world.get(address)));
    for (const [index, { headers, text }] of after.entries()) {
      expect(headers.etag).not.toBe(before[index]?.headers.etag);
      expect(text).not.toBe(before[index]?.text);
    }
    await world.call('PUT', '/v1/stories/mine', { body: { title: 'Mine' } });
    const { eventIdOf } = await import('../../../../events/identity.ts');
    await world.settle(eventIdOf('/stories', 'mine'));
    const described = await world.get('/v1/timeline?story=mine&format=atom');
    expect(described.text).toContain('Mine');
    expect(described.headers.etag).not.toBe(after[formatNames.indexOf('atom')]?.headers.etag);
  });
});

describe('an answer may be kept', () => {
  test.each([
    ['live: a second, and longer only where a new one cannot be had', '', live],
    ['of a moment that is over: for ever', 'asOf', forEver],
    ['of a moment that may still be going on: as if live', 'now', live],
  ])('%s', async (_, moment, caching) => {
    const asOf = { asOf: `asOf=${first.asOf}`, now: `asOf=${new Date().toISOString()}` }[moment] ?? '';
    for (const address of [
      '/v1/timeline?story=large&',
      '/v1/timeline?',
      '/v1/timeline/counts?interval=day&',
      '/v1/timeline?format=csv&',
      `/v1/events/${first.id}?`,
    ]) {
      const { status, headers } = await world.get(address + asOf);
      expect([address, status, headers['cache-control']]).toEqual([address, 200, caching]);
    }
  });

  test('for ever, if it goes on with a walk whose first page may be kept for a second', async () => {
    const one = await world.get('/v1/timeline?story=large&limit=5');
    const next = await world.get(one.headers.link?.slice(1, one.headers.link.indexOf('>')) ?? '');
    expect([one, next].map(({ headers }) => headers['cache-control'])).toEqual([live, forEver]);
  });

  test.each([
    ['/v1/timeline?limit=0', 400],
    ['/v1/timeline/counts', 400],
    ['/v1/timeline?asOf=tomorrow', 400],
    ['/v1/events/evt_aaaaaaaaaaaaaaaaaaaaaaaaaa', 404],
  ])('not at all, if it is a problem: %s', async (address, status) => {
    const { headers, ...reply } = await world.get(address);
    expect([reply.status, headers['cache-control'], headers['content-type']]).toEqual([
      status,
      'no-store',
      'application/problem+json',
    ]);
    expect(headers).not.toHaveProperty('etag');
  });

  test('not at all, if nothing is taken that there is', async () => {
    const { status, headers } = await world.get('/v1/timeline', { accept: 'image/png' });
    expect([status, headers['cache-control'], headers['content-type']]).toEqual([
      406,
      'no-store',
      'application/problem+json',
    ]);
  });
});

describe('a moment', () => {
  const askedAt = () => ['/v1/timeline?', '/v1/timeline/counts?interval=year&', `/v1/events/${first.id}?`];
  const at = (text: string) => `asOf=${encodeURIComponent(text)}`;

  test.each([
    ['in a minute', () => new Date(Date.now() + 60_000).toISOString()],
    ['in the last year that there is', () => '9999-12-31T23:59:59Z'],
    ['after the last year, by its offset', () => '9999-12-31T23:59:59-12:00'],
  ])('that has not come is refused: %s', async (_, moment) => {
    for (const address of askedAt()) {
      const reply = await world.get(address + at(moment()));
      expect(reply).toMatchObject({ status: 400, body: refused({ parameter: 'asOf' }) });
    }
  });

  test('before the record began is one at which there was nothing', async () => {
    for (const moment of ['1970-01-01T00:00:00Z', '0001-01-01T00:00:00+14:00', '0001-01-01T00:00:00Z']) {
      expect(await world.get(`/v1/timeline?${at(moment)}`)).toMatchObject({ status: 200, body: { entries: [] } });
      expect(await world.get(`/v1/events/${first.id}?${at(moment)}`)).toMatchObject({ status: 404 });
    }
  });

  test('finer than the record is cut off', async () => {
    const told = await world.get(`/v1/timeline?${at(first.asOf)}`);
    for (const moment of [first.asOf.replace('Z', '999999Z'), first.asOf.toLowerCase()]) {
      expect((await world.get(`/v1/timeline?${at(moment)}`)).text).toBe(told.text);
    }
  });

  test('of any text at all is answered or refused by name', async () => {
    const two = (most: number) => fc.integer({ min: 0, max: most }).map((number) => String(number).padStart(2, '0'));
    const instants = fc
      .tuple(
        fc.constantFrom('0000', '0001', '1970', '2020', '2026', '9999'),
        two(13),
        two(32),
        fc.constantFrom('T', 't', ' ', ''),
        two(25),
        two(61),
        fc.constantFrom(':00', ':60', ':59.9999', '', '.5', ':00.'),
        fc.constantFrom('Z', 'z', '+00:00', '-12:00', '+14:00', '-00:00', '+14:01', '', '+0400', '[UTC]'),
      )
      .map(([year, month, day, t, hour, minute, second, zone]) => {
        return `${year}-${month}-${day}${t}${hour}:${minute}${second}${zone}`;
      });
    const texts = fc.oneof(
      instants,
      fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
      fc.constantFrom('now', '-1', '0', '1e3', 'NaN', 'null', '2020', '2020-11', '2020-11-10', '..', '%', '\0'),
    );
    await fc.assert(
      fc.asyncProperty(texts, fc.nat({ max: 2 }), async (text, index) => {
        const { status, body } = await world.get(askedAt()[index] + at(text));
        if (status === 400) expect(body).toEqual(refused({ parameter: 'asOf' }));
        else expect([200, index === 2 ? 404 : 200]).toContain(status);
      }),
      { numRuns: 300 },
    );
  });
});

/** What is published here is later than the clock: these stand last. */
describe('a record that is ahead of the clock', () => {
  test('is asked for its own moments, and for none after', async () => {
    const ahead = new Date(Date.now() + 3_600_000).toISOString();
    const { feedHead } = await import('../../../../functions/lib/event-log/feed.ts');
    const { position } = await feedHead();
    const later = { pk: 'F', sk: String(position + 1).padStart(12, '0'), position: position + 1, publishedAt: ahead };
    const { body } = await world.get('/v1/changes?limit=1');
    const { entry: _, ...change } = body.changes[0];
    await putItem('EventLog', { ...later, eventId: change.id, revision: 9, kind: 'recorded', note: null, facets: [] });
    const { readCheckpoint } = await import('../../../../functions/lib/timelines/checkpoint.ts');
    const checkpoint = { ...(await readCheckpoint()), position: position + 1, publishedAt: ahead };
    await putItem('Timelines', { pk: 'META', sk: 'PROJECT', v: 3, ...checkpoint });

    const before = new Date(Date.parse(ahead) - 1).toISOString();
    const after = new Date(Date.parse(ahead) + 1).toISOString();
    for (const address of ['/v1/timeline?', '/v1/timeline/counts?interval=year&', `/v1/events/${first.id}?`]) {
      const answers = [];
      for (const moment of [before, ahead, after]) {
        const { status, headers } = await world.get(`${address}asOf=${moment}`);
        answers.push([status, headers['cache-control']]);
      }
      expect([address, answers]).toEqual([
        address,
        [
          [200, forEver],
          [200, live],
          [400, 'no-store'],
        ],
      ]);
    }
  });
});
