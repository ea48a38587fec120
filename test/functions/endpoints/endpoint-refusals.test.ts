import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { problem, refused } from '../../support/expectations/problem.ts';
import { createdEndpoint, endpointsPath, endpointWith } from '../../support/receivers/endpoints.ts';
import { itemsOf } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

let world: World;
let made: string;

beforeAll(async () => {
  world = await startWorld();
  made = (await createdEndpoint(world, { url: 'https://example.org/hook' })).id;
  world.takeWakes();
});

afterAll(() => world.stop());

const many = (count: number) => Array.from({ length: count }, (_, index) => `story-${index}`);

const bodies: readonly [name: string, more: object, ...pointers: string[]][] = [
  ['nothing but unknown fields', { secret: 'mine', id: 'wh_1', headers: {} }, '/headers', '/id', '/secret'],
  ['no URL', { url: undefined }, '/url'],
  ['no filter', { filter: undefined }, '/filter'],
  ['a contact that is neither', { contact: 'the desk' }, '/contact'],
  ['a contact that is a script', { contact: 'javascript:alert(1)' }, '/contact'],
  ['a contact by http', { contact: 'http://example.org' }, '/contact'],
  ['a description that is blank', { description: ' ' }, '/description'],
  ['a description that is too long', { description: 'a'.repeat(501) }, '/description'],
  ['a description that is null', { description: null }, '/description'],
  ['none in flight', { maxInFlight: 0 }, '/maxInFlight'],
  ['too many in flight', { maxInFlight: 11 }, '/maxInFlight'],
  ['half a message in flight', { maxInFlight: 1.5 }, '/maxInFlight'],
  ['a start that is no place', { startAt: 'yesterday' }, '/startAt'],
  ['a start before all', { startAt: -1 }, '/startAt'],
  ['a start between positions', { startAt: 0.5 }, '/startAt'],
  ['a start that is a text', { startAt: '7' }, '/startAt'],
  ['a list that is empty', { filter: { stories: [] } }, '/filter/stories'],
  ['a list that is too long', { filter: { stories: many(51) } }, '/filter/stories'],
  ['a list that is none', { filter: { stories: 'karabakh-2020' } }, '/filter/stories'],
  ['a slug that is none', { filter: { stories: ['Karabakh'] } }, '/filter/stories/0'],
  ['a type that there is not', { filter: { types: ['truce.signed', 'truce'] } }, '/filter/types/1'],
  ['a status that there is not', { filter: { statuses: ['rumoured'] } }, '/filter/statuses/0'],
  ['a place without a name', { filter: { places: [''] } }, '/filter/places/0'],
  ['a place of too many characters', { filter: { places: ['a'.repeat(201)] } }, '/filter/places/0'],
  ['a filter that is too large', { filter: { actors: Array.from({ length: 50 }, () => 'é'.repeat(100)) } }, '/filter'],
  ['a topic, which is no filter here', { filter: { topics: ['medtop:20000641'] } }, '/filter/topics'],
  ['a date that is none', { filter: { from: '2020-13', to: '2020-11-31' } }, '/filter/from', '/filter/to'],
  ['a range that ends before it begins', { filter: { from: '2021', to: '2020' } }, '/filter/to'],
  ['a range of days and instants', { filter: { from: '2020', to: '2020-11-10T00:00:00Z' } }, '/filter/to'],
  ['a URL that is none', { url: 'example.org/hook' }, '/url'],
  ['a URL by http', { url: 'http://example.org/hook' }, '/url'],
  ['a URL of a private address', { url: 'https://10.0.0.1/hook' }, '/url'],
  ['a URL with a password', { url: 'https://user:password@example.org/hook' }, '/url'],
  ['a URL of this API', { url: 'https://timeline.example.org/v1/events' }, '/url'],
  ['a URL that is too long', { url: `https://example.org/${'a'.repeat(2_048)}` }, '/url'],
];

describe('an endpoint is refused, and nothing written, for', () => {
  test.each(bodies)('%s', async (_, more, ...pointers) => {
    const before = await itemsOf('Subscribers');
    const reply = await world.call('POST', endpointsPath, {
      body: endpointWith({ url: 'https://example.org', ...more }),
    });
    expect(reply).toMatchObject({ status: 400 });
    const found = reply.body.errors.map(({ pointer }: { pointer: string }) => pointer);
    expect([...found].sort()).toEqual(pointers);
    expect(await itemsOf('Subscribers')).toEqual(before);
    expect(world.takeWakes()).toEqual([]);
  });

  test.each([
    ['no JSON', '{', 400],
    ['no object', '[]', 400],
    ['nothing', '', 400],
    ['another media type', 'url=https%3A%2F%2Fexample.org', 415],
  ])('%s', async (name, body, status) => {
    const headers = name === 'another media type' ? { 'content-type': 'application/x-www-form-urlencoded' } : {};
    expect(await world.call('POST', endpointsPath, { body, headers })).toMatchObject({ status });
  });
});

describe('a change is refused, and nothing written, for', () => {
  const changes = bodies.filter(([name]) => !/^no |start|^a description that is null/.test(name));
  test.each(changes)('%s', async (_, more, ...pointers) => {
    const before = await itemsOf('Subscribers');
    const reply = await world.call('PATCH', `${endpointsPath}/${made}`, { body: more });
    expect(reply).toMatchObject({ status: 400 });
    const found = reply.body.errors.map(({ pointer }: { pointer: string }) => pointer);
    expect([...found].sort()).toEqual(pointers);
    expect(await itemsOf('Subscribers')).toEqual(before);
  });

  test('the start, which is in the past', async () => {
    const reply = await world.call('PATCH', `${endpointsPath}/${made}`, { body: { startAt: 'now' } });
    expect(reply).toMatchObject({ status: 400, body: refused({ pointer: '/startAt' }) });
  });
});

test.each([
  ['/enable', { resumeFrom: 'yesterday' }, '/resumeFrom'],
  ['/enable', { resumeFrom: null }, '/resumeFrom'],
  ['/enable', { resumeFrom: 1_000_000 }, '/resumeFrom'],
  ['/secret/rotate', { overlapSeconds: 86_401 }, '/overlapSeconds'],
  ['/secret/rotate', { overlapSeconds: -1 }, '/overlapSeconds'],
  ['/secret/rotate', { secret: 'whsec_mine' }, '/secret'],
  ['/verify', { force: true }, '/force'],
  ['/ping', { data: 1 }, '/data'],
  ['/disable', { reason: 'none' }, '/reason'],
])('%s of %j is refused', async (path, body, pointer) => {
  const reply = await world.call('POST', `${endpointsPath}/${made}${path}`, { body });
  expect(reply).toMatchObject({ status: 400, body: refused({ pointer }) });
});

const hostile = fc.oneof(
  fc.jsonValue(),
  fc.record(
    {
      url: fc.oneof(fc.webUrl(), fc.string(), fc.jsonValue()),
      description: fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue()),
      filter: fc.oneof(
        fc.jsonValue(),
        fc.dictionary(
          fc.constantFrom('stories', 'types', 'places', 'actors', 'statuses', 'from', 'to', '__proto__', 'constructor'),
          fc.oneof(fc.array(fc.string({ unit: 'binary' })), fc.string(), fc.jsonValue()),
        ),
      ),
      startAt: fc.oneof(fc.constantFrom('now', 'beginning'), fc.double(), fc.jsonValue()),
      maxInFlight: fc.oneof(fc.integer(), fc.jsonValue()),
      contact: fc.oneof(fc.emailAddress(), fc.string(), fc.jsonValue()),
    },
    { requiredKeys: [] },
  ),
);

test('every body is either stored whole or refused with a reason', async () => {
  await fc.assert(
    fc.asyncProperty(hostile, fc.constantFrom('POST', 'PATCH'), async (value, method) => {
      const path = method === 'POST' ? endpointsPath : `${endpointsPath}/${made}`;
      const reply = await world.call(method, path, { body: JSON.stringify(value) });
      if (reply.status === 400) {
        expect(reply.body).toEqual(problem(400, 'invalid-input', { errors: expect.any(Array) }));
        return;
      }
      expect([200, 201]).toContain(reply.status);
      const { secret: _, ...shown } = reply.body;
      const sent = JSON.parse(JSON.stringify(value));
      const { startAt: __, ...given } = sent;
      expect(shown).toMatchObject(given);
      expect(await world.get(`${endpointsPath}/${shown.id}`)).toMatchObject({ status: 200, body: shown });
    }),
    { numRuns: 150 },
  );
});
