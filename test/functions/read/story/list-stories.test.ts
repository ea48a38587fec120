import { unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventIdOf } from '../../../../events/identity.ts';
import type { FacetHead } from '../../../../functions/lib/timelines/heads.ts';
import { developmentWith } from '../../../events/samples.ts';
import { refused } from '../../../support/expectations/problem.ts';
import { putItem } from '../../../support/world/tables.ts';
import { type Reply, startWorld, type World } from '../../../support/world/world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.stop());

const names = ({ body }: Reply): string[] => body.stories.map(({ story }: { story: string }) => story);

/** The names on every page of a walk. */
async function walk(limit: number): Promise<string[][]> {
  const pages: string[][] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const reply = await world.get(`/v1/stories?limit=${limit}${cursor && `&cursor=${cursor}`}`);
    pages.push(names(reply));
    cursor = reply.body.nextCursor;
  }
  return pages;
}

describe('the stories', () => {
  test('are none before the first event', async () => {
    expect((await world.get('/v1/stories')).body).toEqual({ stories: [], nextCursor: null });
  });

  test('are listed by name, each as it is answered alone', async () => {
    await world.post(['minsk', 'a', 'a-1', 'a1', '0'].map((subject) => developmentWith({}, { subject })));
    await world.post(developmentWith({ stories: ['ab'] }, { subject: 'a' }));
    const reply = await world.get('/v1/stories');
    expect(names(reply)).toEqual(['0', 'a', 'a-1', 'a1', 'ab', 'minsk']);
    expect(reply.body.nextCursor).toBeNull();
    expect(reply.headers).not.toHaveProperty('link');
    for (const story of reply.body.stories) {
      expect((await world.get(`/v1/stories/${story.story}`)).body).toEqual(story);
    }
  });

  test.each([1, 2, 3, 5, 6])('are walked through by pages of %d, none twice and none left out', async (limit) => {
    const pages = await walk(limit);
    expect(pages.flat()).toEqual(['0', 'a', 'a-1', 'a1', 'ab', 'minsk']);
    expect(pages.slice(0, -1).every((page) => page.length === limit)).toBe(true);
  });

  test('have a link to the next page', async () => {
    const { headers, body } = await world.get('/v1/stories?limit=2');
    expect(headers.link).toBe(
      `<https://timeline.example.org/v1/stories?limit=2&cursor=${body.nextCursor}>; rel="next"`,
    );
  });

  test.each([
    ['cursor=garbage', 'cursor'],
    ['cursor=', 'cursor'],
    ['limit=0', 'limit'],
    ['limit=501', 'limit'],
    ['story=a', 'story'],
  ])('asked for with "%s" are refused', async (query, parameter) => {
    expect(await world.get(`/v1/stories?${query}`)).toMatchObject({ status: 400, body: refused({ parameter }) });
  });

  test('are not sent again to who has them, and have no body for HEAD', async () => {
    const get = await world.get('/v1/stories');
    const again = await world.get('/v1/stories', { 'if-none-match': String(get.headers.etag) });
    expect([again.status, again.text]).toEqual([304, '']);
    expect(await world.call('HEAD', '/v1/stories')).toEqual({ ...get, body: undefined, text: '' });
  });

  test('are all found, however long their descriptions', async () => {
    const described = Array.from({ length: 190 }, (_, index) => `long-${String(index).padStart(3, '0')}`);
    const body = { title: 'Long', description: '舒'.repeat(2_000) };
    for (const story of described) {
      expect((await world.call('PUT', `/v1/stories/${story}`, { body })).status).toBe(201);
    }
    await world.settle(...described.map((story) => eventIdOf('/stories', story)));
    const pages = await walk(500);
    expect(pages.flat()).toEqual(['0', 'a', 'a-1', 'a1', 'ab', ...described, 'minsk']);
  });
});

describe('the stories as of an earlier instant', () => {
  test('are those that there were, with their titles of then, page by page', async () => {
    await world.call('PUT', '/v1/stories/b-then', { body: { title: 'Then' } });
    await world.settle(eventIdOf('/stories', 'b-then'));
    const before = (await world.get('/v1/stories?limit=500')).body.stories as { story: string; title: string }[];
    const asOf = (await world.get('/v1/changes?limit=500')).body.changes.at(-1).publishedAt;
    const headers = { 'if-match': '"0"' };
    await world.call('PUT', '/v1/stories/b-then', { headers, body: { title: 'Now' } });
    await world.settle(eventIdOf('/stories', 'b-then'));
    await world.post(developmentWith({}, { subject: 'b-later' }));
    const shown = (list: typeof before) => list.map(({ story, title }) => ({ story, title }));
    for (const limit of [1, 3, 500]) {
      const found: typeof before = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const reply = await world.get(`/v1/stories?limit=${limit}&asOf=${asOf}${cursor && `&cursor=${cursor}`}`);
        expect([reply.status, reply.headers['cache-control']]).toEqual([
          200,
          'public, max-age=86400, s-maxage=31536000, immutable',
        ]);
        found.push(...reply.body.stories);
        cursor = reply.body.nextCursor;
      }
      expect(shown(found)).toEqual(shown(before));
    }
    expect((await world.get('/v1/stories?limit=500&asOf=2000-01-01T00:00:00Z')).body.stories).toEqual([]);
  });
});

test('Stories with the longest descriptions are on pages that fit into an answer, each once', async () => {
  const title = '\u0001'.repeat(299).concat('!');
  const body = { title, description: '\u0001'.repeat(2_000) };
  expect((await world.call('PUT', '/v1/stories/wide-000', { body })).status).toBe(201);
  await world.settle(eventIdOf('/stories', 'wide-000'));
  const described = Array.from({ length: 420 }, (_, index) => `wide-${String(index).padStart(3, '0')}`);
  const { headItem, readHeads } = await import('../../../../functions/lib/timelines/heads.ts');
  const head = (await readHeads('1', ['S#wide-000'], 'consistent')).get('S#wide-000') as FacetHead;
  for (const story of described)
    await putItem('Timelines', unmarshall(headItem('1', { ...head, facet: `S#${story}` })));
  const found: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const reply = await world.get(`/v1/stories?limit=500${cursor && `&cursor=${cursor}`}`);
    expect(Buffer.byteLength(JSON.stringify(reply.text))).toBeLessThan(6_000_000);
    found.push(...names(reply));
    cursor = reply.body.nextCursor;
  }
  expect(found.filter((story) => story.startsWith('wide-'))).toEqual(described);
  expect(new Set(found).size).toBe(found.length);
});
