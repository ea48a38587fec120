import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { EventData } from '../../../../events/event.ts';
import { developmentWith, requiredFields } from '../../../events/samples.ts';
import { refused } from '../../../support/expectations/problem.ts';
import { startWorld, type World } from '../../../support/world/world.ts';

const words = ['Lachin', 'Şuşa', 'corridor', 'closed', 'talks', '停戦'];
const subject = 'searched';

let world: World;
/** The words of each event, in the order in which they happened. */
let told: { id: string; has: string[] }[];

const day = (index: number) => new Date(Date.UTC(2020, 0, 1 + index)).toISOString().slice(0, 10);
const filler = 'x'.repeat(4_000);

beforeAll(async () => {
  world = await startWorld();
  // Every event has some of the words; every second is large, so that its card does not have the text.
  const events = Array.from({ length: 120 }, (_, index) => {
    const has = words.filter((_, bit) => (index >> (bit % 5)) & 1);
    const [headline = 'Nothing', ...others] = has;
    const data = {
      ...requiredFields,
      when: { edtf: day(index) },
      headline,
      summary: `${others.slice(0, 2).join(', ')}. ${index % 2 === 0 ? filler : ''}`,
      actors: others.slice(2).map((name) => ({ name })),
    } as unknown as EventData;
    return { has, event: { ...developmentWith({}, { subject }), data } };
  });
  told = [];
  for (let index = 0; index < events.length; index += 60) {
    const batch = events.slice(index, index + 60);
    const { body } = await world.post(batch.map(({ event }) => event));
    body.results.forEach(({ id }: { id: string }, at: number) => {
      told.push({ id, has: (batch[at] as (typeof batch)[number]).has });
    });
  }
});

afterAll(() => world.stop());

const expected = (some: readonly string[]) =>
  told.filter(({ has }) => some.every((word) => has.includes(word))).map(({ id }) => id);

/** All that a walk finds, page by page. */
async function walk(query: string): Promise<string[]> {
  const found: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { status, body } = await world.get(`/v1/timeline?${query}${cursor && `&cursor=${cursor}`}`);
    expect([status, body.errors]).toEqual([200, undefined]);
    found.push(...body.entries.map(({ id }: { id: string }) => id));
    cursor = body.nextCursor;
  }
  return found;
}

describe('a search', () => {
  test('finds, page by page, the entries that have all words, also large ones', async () => {
    const searches = fc.record({
      some: fc.subarray(words, { minLength: 1, maxLength: 3 }),
      limit: fc.constantFrom(7, 50, 500),
      order: fc.constantFrom('asc', 'desc', 'published'),
    });
    await fc.assert(
      fc.asyncProperty(searches, async ({ some, limit, order }) => {
        const q = encodeURIComponent(some.join(' ').toUpperCase());
        const found = await walk(`story=${subject}&q=${q}&limit=${limit}&order=${order}`);
        const ids = expected(some);
        expect(found).toEqual(order === 'asc' ? ids : ids.toReversed());
      }),
      { numRuns: 8 },
    );
  });

  test('says by a cursor that it has not looked at all large entries, and such a page is not kept', async () => {
    const { body, headers } = await world.get(`/v1/timeline?story=${subject}&q=nowhere&limit=500`);
    expect([body.entries, typeof body.nextCursor]).toEqual([[], 'string']);
    expect(headers['cache-control']).toContain('max-age=1,');
    expect(await walk(`story=${subject}&q=nowhere&limit=500`)).toEqual([]);
  });

  test('works for counts and facets, which say how far they looked', async () => {
    const range = `from=${day(0)}&to=${day(89)}`;
    const ids = expected(['Lachin']).filter((id) => told.findIndex((one) => one.id === id) < 90);
    const counts = (await world.get(`/v1/timeline/counts?interval=year&${range}&q=lachin`)).body;
    expect([counts.counts, counts.complete, counts.stoppedAt]).toEqual([
      [{ bucket: '2020', certain: ids.length, possible: 0 }],
      true,
      null,
    ]);
    const facets = (await world.get(`/v1/timeline/facets?${range}&q=lachin`)).body;
    expect([facets.entries, facets.facets.story.values, facets.complete]).toEqual([
      ids.length,
      [{ value: subject, name: null, count: ids.length }],
      true,
    ]);
    const cut = (await world.get(`/v1/timeline/counts?interval=year&story=${subject}&q=nowhere`)).body;
    expect([cut.counts, cut.complete, cut.stoppedAt]).toEqual([[], false, `${day(98)}T00:00:00.000Z`]);
  });

  test('tells nothing of what was taken down', async () => {
    const data = { when: { edtf: '2019-05-01' }, headline: 'A secret' };
    const { id } = (await world.post(developmentWith(data, { id: 'secret', subject: 'kept' }))).body;
    await world.settle(id);
    const found = async () => (await world.get('/v1/timeline?story=kept&q=secret')).body;
    const before = await found();
    expect([before.entries.length, before.redacted]).toEqual([1, undefined]);
    await world.call('POST', `/v1/events/${id}/redaction`, { body: { reason: 'legal', note: 'By an order' } });
    await world.settle(id);
    const after = await found();
    expect([after.entries, after.redacted]).toEqual([[], undefined]);
    expect((await world.get(`/v1/timeline?story=kept&q=secret&asOf=${before.asOf}`)).body.entries).toEqual([]);
  });

  test.each([
    ['a search of everything', 'q=lachin'],
    ['a search of a filter that is no story', 'q=lachin&type=talks.held'],
    ['a long search', `story=a&q=${'x'.repeat(201)}`],
    ['a control character', 'story=a&q=a%00b'],
    ['only punctuation', 'story=a&q=%3F%21'],
    ['no text', 'story=a&q='],
    ['very many words', `story=a&q=${Array.from({ length: 60 }, (_, index) => index).join('+')}`],
  ])('is refused: %s', async (_, query) => {
    for (const path of ['/v1/timeline?', '/v1/timeline/counts?interval=day&', '/v1/timeline/facets?']) {
      expect(await world.get(path + query)).toMatchObject({ status: 400, body: refused({ parameter: 'q' }) });
    }
  });
});
