import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { EventData } from '../../../../events/event.ts';
import { developmentWith, requiredFields } from '../../../events/samples.ts';
import { seedCards } from '../../../support/fixtures/seed-cards.ts';
import { startWorld, type World } from '../../../support/world/world.ts';

const lambdaAnswerBytes = 6_000_000;

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.stop());

const events = (count: number, subject: string, data: (index: number) => object) =>
  Array.from({ length: count }, (_, index) => ({
    ...developmentWith(),
    subject,
    data: { ...requiredFields, ...data(index) } as EventData,
  }));

/** Every page of a walk. */
async function walk(query: string): Promise<{ ids: string[]; bytes: number }[]> {
  const pages = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { status, body, text } = await world.get(`/v1/timeline?${query}${cursor && `&cursor=${cursor}`}`);
    expect(status).toBe(200);
    pages.push({
      ids: body.entries.map(({ id }: { id: string }) => id),
      bytes: Buffer.byteLength(JSON.stringify(text)),
    });
    cursor = body.nextCursor;
  }
  return pages;
}

describe('a page', () => {
  test.each(['asc', 'desc'])('stays below what Lambda can answer, and the next goes on (%s)', async (order) => {
    const story = `large-${order}`;
    const summary = '\u0001'.repeat(10_500);
    await seedCards(
      `S#${story}`,
      events(105, story, () => ({ summary })),
    );
    const pages = await walk(`story=${story}&limit=500&order=${order}`);
    expect(new Set(pages.flatMap(({ ids }) => ids)).size).toBe(105);
    expect(pages.flatMap(({ ids }) => ids)).toHaveLength(105);
    expect(Math.max(...pages.map(({ bytes }) => bytes))).toBeLessThan(lambdaAnswerBytes);
    expect(pages.length).toBeLessThan(4);
  });

  test('may be empty and yet have a next one: a request reads a bounded amount', async () => {
    const topic = 'medtop:20000056';
    const rare = new Set([9, 5_100]);
    const day = (index: number) => new Date(Date.UTC(2000, 0, 1 + index)).toISOString().slice(0, 10);
    const when = (index: number) => ({ edtf: day(index) });
    const topics = (index: number) => (rare.has(index) ? { topics: [topic] } : {});
    await seedCards(
      'S#rare',
      events(5_200, 'rare', (index) => ({ when: when(index), ...topics(index) })),
    );
    const up = await walk(`story=rare&topic=${topic}`);
    expect(up.map(({ ids }) => ids.length)).toEqual([1, 1]);

    // Where the first page ends depends on how much was read in vain, so it may end elsewhere once more is in the
    // timeline.
    const cut = await world.get(`/v1/timeline?story=rare&topic=${topic}&asOf=2021-01-01T00:00:05Z`);
    expect(cut.headers).toMatchObject({ 'cache-control': expect.not.stringContaining('immutable') });
    const whole = await world.get('/v1/timeline?story=rare&asOf=2021-01-01T00:00:05Z');
    expect(whole.headers).toMatchObject({ 'cache-control': expect.stringContaining('immutable') });
  });
});
