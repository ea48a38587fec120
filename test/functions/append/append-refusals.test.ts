import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { developmentWith } from '../../events/samples.ts';
import { refused } from '../../support/expectations/problem.ts';
import { postCounted } from '../../support/world/post-counted.ts';
import { startWorld, type World } from '../../support/world/world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.stop());

const posted = (body: unknown, call: Parameters<World['call']>[2] = {}) => postCounted(world, body, call);

const eventWith = (id: string, data: object = {}, attributes: object = {}) =>
  developmentWith(data, { id, ...attributes });

describe('an invalid event', () => {
  test.each<[string, string, object, object]>([
    ['a day that does not exist', '/data/when/edtf', { when: { edtf: '2021-02-29' } }, {}],
    ['a naive date-time', '/data/when/edtf', { when: { edtf: '2020-11-10T01:00' } }, {}],
    ['an unknown zone', '/data/when/tz', { when: { edtf: '2020-11-10', tz: 'Asia/Nowhere' } }, {}],
    ['an empty zone', '/data/when/tz', { when: { edtf: '2020-11-10', tz: '' } }, {}],
    ['an unknown kind', '/data/when/kind', { when: { edtf: '2020-11-10', kind: 'line' } }, {}],
    ['an unknown member of when', '/data/when/mood', { when: { edtf: '2020-11-10', mood: 'sombre' } }, {}],
    ['a blank headline', '/data/headline', { headline: '  ' }, {}],
    ['a headline of 301 characters', '/data/headline', { headline: 'x'.repeat(301) }, {}],
    ['an unknown status', '/data/status', { status: 'rumoured' }, {}],
    ['no sources', '/data/sources', { sources: [] }, {}],
    [
      'a source of another scheme',
      '/data/sources/0/url',
      { sources: [{ url: 'ftp://a.example', publisher: 'A' }] },
      {},
    ],
    [
      'seventeen topics',
      '/data/topics',
      { topics: Array.from({ length: 17 }, (_, n) => `medtop:200000${n + 10}`) },
      {},
    ],
    ['an unknown field of data', '/data/mood', { mood: 'sombre' }, {}],
    ['an unknown attribute', '/mood', {}, { mood: 'sombre' }],
    ['an unknown type', '/type', {}, { type: 'weather.changed' }],
    ['the type of a description', '/type', {}, { type: 'story.described' }],
    ['a story that is no slug', '/subject', {}, { subject: 'Karabakh 2020' }],
    ['a story of 81 characters', '/subject', {}, { subject: 'x'.repeat(81) }],
    ['a control character in its id', '/id', {}, { id: 'a\u0000b' }],
    ['an id of 201 characters', '/id', {}, { id: 'x'.repeat(201) }],
    ['an empty id', '/id', {}, { id: '' }],
    ['another version of the specification', '/specversion', {}, { specversion: '0.3' }],
    ['a naive time', '/time', {}, { time: '2020-11-10T01:00:00' }],
    ['other content than JSON', '/datacontenttype', {}, { datacontenttype: 'text/xml' }],
  ])('with %s is refused at %s', async (_, pointer, data, attributes) => {
    const { reply, written } = await posted(developmentWith(data, attributes));
    expect(reply.body).toEqual(refused({ pointer }));
    expect([reply.status, written]).toEqual([400, 0]);
  });

  test('gets all of its errors in one response', async () => {
    const { reply } = await posted({ type: 'district.ceded', data: { when: {}, headline: 1 } });
    const places = reply.body.errors.map(({ pointer }: { pointer: string }) => pointer);
    expect(places.sort()).toEqual(
      [
        '/subject',
        '/data/when/edtf',
        '/data/headline',
        '/data/status',
        '/data/sources',
        '/data/district',
        '/data/from',
        '/data/to',
      ].sort(),
    );
  });

  test('that would be in more than 24 timelines is refused', async () => {
    const named = (prefix: string, length: number) => Array.from({ length }, (_, n) => ({ name: `${prefix} ${n}` }));
    const most = await posted(eventWith('24-facets', { actors: named('actor', 11), places: named('place', 10) }));
    expect([most.reply.status, most.written]).toEqual([201, 1]);
    const tooMany = await posted(eventWith('25-facets', { actors: named('actor', 11), places: named('place', 11) }));
    expect([tooMany.reply.status, tooMany.written]).toEqual([400, 0]);
    expect(tooMany.reply.body).toEqual(refused({ pointer: '/data' }));
  });
});
