import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventIdOf } from '../../../../events/identity.ts';
import { developmentWith } from '../../../events/samples.ts';
import { problem, refused } from '../../../support/expectations/problem.ts';
import { startWorld, type World } from '../../../support/world/world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.stop());

const post = async (story: string, edtf: string, more: object = {}): Promise<string> =>
  (await world.post(developmentWith({ when: { edtf }, ...more }, { subject: story }))).body.id;

async function change(path: string, id: string, revision: number, data?: object): Promise<void> {
  const headers = { 'if-match': `"${revision}"` };
  await world.call('POST', `/v1/events/${id}/${path}`, {
    headers,
    body: { note: 'So it was.', ...(data && { data }) },
  });
  await world.settle(id);
}

async function describeStory(story: string, body: object, ifMatch?: string): Promise<void> {
  const headers = ifMatch ? { 'if-match': ifMatch } : {};
  expect((await world.call('PUT', `/v1/stories/${story}`, { body, headers })).status).toBe(201);
  await world.settle(eventIdOf('/stories', story));
}

const lastPublished = async () => (await world.get('/v1/changes?limit=500')).body.changes.at(-1).publishedAt;

describe('a story', () => {
  test('comes into being with its first event', async () => {
    await post('born', '2020-12-01');
    const reply = await world.get('/v1/stories/born');
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      story: 'born',
      newsroom: 'example',
      contributors: null,
      title: 'born',
      description: null,
      timezone: 'UTC',
      language: 'en',
      entries: 1,
      redacted: 0,
      first: '2020-12-01',
      last: '2020-12-01',
      updatedAt: await lastPublished(),
    });
    expect(reply.headers).toEqual({
      'content-type': 'application/json',
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'etag, link, retry-after, timeline-truncated',
      'cache-control': 'public, max-age=1, stale-while-revalidate=1, stale-if-error=86400',
      etag: expect.any(String),
      vary: 'Accept-Encoding',
    });
  });

  test('is there without an event once it is described', async () => {
    const description = { title: 'Told', description: 'A story.', timezone: 'Asia/Baku', language: 'az' };
    await describeStory('told', description);
    expect((await world.get('/v1/stories/told')).body).toEqual({
      story: 'told',
      newsroom: 'example',
      contributors: null,
      ...description,
      entries: 0,
      redacted: 0,
      first: null,
      last: null,
      updatedAt: await lastPublished(),
    });
  });

  test('keeps its description as events come and go, and its events as the description changes', async () => {
    await describeStory('both', { title: 'One', language: 'az' });
    const id = await post('both', '2020-12-01');
    await describeStory('both', { title: 'Two' }, '"0"');
    expect((await world.get('/v1/stories/both')).body).toMatchObject({ title: 'Two', language: 'en', entries: 1 });
    await change('retraction', id, 0);
    expect((await world.get('/v1/stories/both')).body).toEqual({
      story: 'both',
      newsroom: 'example',
      contributors: null,
      title: 'Two',
      description: null,
      timezone: 'UTC',
      language: 'en',
      entries: 0,
      redacted: 0,
      first: null,
      last: null,
      updatedAt: await lastPublished(),
    });
  });

  test('counts its entries and knows its first and last day, whatever moves', async () => {
    const at = async () => {
      const { entries, first, last } = (await world.get('/v1/stories/days')).body;
      return [entries, first, last];
    };
    const start = await post('days', '1988/1994');
    const middle = await post('days', '2020-11-09/2020-11-10');
    const end = await post('days', '2020-12-01');
    await post('other', '2021', { stories: ['days'] });
    expect(await at()).toEqual([4, '1988-01-01', '2021-12-31']);
    await change('corrections', start, 0, { when: { edtf: '1992/1994' } });
    expect(await at()).toEqual([4, '1992-01-01', '2021-12-31']);
    await change('retraction', start, 1);
    expect(await at()).toEqual([3, '2020-11-09', '2021-12-31']);
    await change('corrections', end, 0, { when: { edtf: '2022-05-31/' } });
    expect(await at()).toEqual([3, '2020-11-09', '2022-05-31']);
    await change('corrections', middle, 0, { when: { edtf: '2020-11-05', tz: 'Pacific/Kiritimati' } });
    expect(await at()).toEqual([3, '2020-11-05', '2022-05-31']);
    await change('corrections', middle, 1, { when: { edtf: '../2020-11-01' } });
    expect(await at()).toEqual([3, '2020-11-01', '2022-05-31']);
  });

  test('begins on the first day there was anywhere, whatever the clocks say elsewhere', async () => {
    const first = await post('zones', '2020-11-01');
    await post('zones', '2020-11-05', { when: { edtf: '2020-11-05', tz: 'Pacific/Kiritimati' } });
    await post('zones', '2020-11-04T23:00:00-12:00');
    await post('zones', '2020-11-08T01:00:00+14:00');
    await post('zones', '2020-11-07', { when: { edtf: '2020-11-07', tz: 'Pacific/Niue' } });
    const last = await post('zones', '2020-11-20');
    await change('retraction', first, 0);
    await change('retraction', last, 0);
    const { body } = await world.get('/v1/stories/zones');
    expect(body).toMatchObject({ entries: 4, first: '2020-11-04', last: '2020-11-08' });
  });

  test('that an event has left counts it no more', async () => {
    const id = await post('main', '2020-12-01', { stories: ['side'] });
    await change('corrections', id, 0, { stories: null });
    expect((await world.get('/v1/stories/side')).body).toMatchObject({ entries: 0, first: null, last: null });
    expect((await world.get('/v1/stories/main')).body).toMatchObject({ entries: 1 });
  });

  test.each(['none', 'None', '%00', 'a%20b', 'x'.repeat(81), 'x'.repeat(1_023), 'x'.repeat(5_000)])(
    'that is not there is 404: %s',
    async (story) => {
      const reply = await world.get(`/v1/stories/${story}`);
      expect(reply).toMatchObject({ status: 404, body: problem(404, 'not-found') });
    },
  );

  test('takes no parameters', async () => {
    expect(await world.get('/v1/stories/born?limit=1')).toMatchObject({
      status: 400,
      body: refused({ parameter: 'limit' }),
    });
  });

  test('is not sent again to who has it, and has no body for HEAD', async () => {
    const get = await world.get('/v1/stories/born');
    const again = await world.get('/v1/stories/born', { 'if-none-match': String(get.headers.etag) });
    expect([again.status, again.text]).toEqual([304, '']);
    expect(await world.call('HEAD', '/v1/stories/born')).toEqual({ ...get, body: undefined, text: '' });
  });
});

describe('a story as of an earlier instant', () => {
  const immutable = 'public, max-age=86400, s-maxage=31536000, immutable';
  const then = async (asOf: string) => {
    const { status, body, headers } = await world.get(`/v1/stories/changing?asOf=${asOf}`);
    return { title: status === 200 ? body.title : status, caching: headers['cache-control'] };
  };

  test('is described as it was then, and tells no numbers', async () => {
    const before = await lastPublished();
    await post('changing', '2020-11-09');
    const begun = await lastPublished();
    await describeStory('changing', { title: 'Fighting', language: 'fr' });
    const described = await lastPublished();
    await describeStory('changing', { title: 'War', contributors: ['afp'] }, '"0"');
    const again = await lastPublished();
    await post('another', '2020-11-09');
    const titles = { [before]: 404, [begun]: 'changing', [described]: 'Fighting', [again]: 'War' };
    for (const [instant, title] of Object.entries(titles)) {
      expect(await then(instant)).toEqual({ title, caching: title === 404 ? 'no-store' : immutable });
    }
    expect((await world.get(`/v1/stories/changing?asOf=${described}`)).body).toEqual({
      story: 'changing',
      newsroom: null,
      contributors: null,
      title: 'Fighting',
      description: null,
      timezone: 'UTC',
      language: 'fr',
      entries: null,
      redacted: null,
      first: null,
      last: null,
      updatedAt: null,
    });
    expect((await then(await lastPublished())).title).toBe('War');
  });

  test('is not there after it was withdrawn, until it is begun again', async () => {
    const target = '/v1/stories/withdrawn';
    await describeStory('withdrawn', { title: 'Too early' });
    const described = await lastPublished();
    const headers = { 'if-match': '"0"' };
    expect((await world.call('DELETE', target, { headers })).status).toBe(204);
    await world.settle(eventIdOf('/stories', 'withdrawn'));
    const withdrawn = await lastPublished();
    await post('withdrawn', '2020-11-09');
    const begun = await lastPublished();
    const titleAt = async (asOf: string) => (await world.get(`${target}?asOf=${asOf}`)).body.title;
    expect([await titleAt(described), await titleAt(begun)]).toEqual(['Too early', 'withdrawn']);
    expect((await world.get(`${target}?asOf=${withdrawn}`)).status).toBe(404);
  });

  test.each(['asOf=2999-01-01T00:00:00Z', 'asOf=2020', 'asOf='])('is refused for %s', async (query) => {
    for (const target of ['/v1/stories/changing', '/v1/stories', '/v1/corrections']) {
      expect(await world.get(`${target}?${query}`)).toMatchObject({
        status: 400,
        body: refused({ parameter: 'asOf' }),
      });
    }
  });
});
