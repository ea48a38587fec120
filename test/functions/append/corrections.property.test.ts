import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { anyHistory, newsroomIn } from '../../support/models/history.ts';
import { emptyTable } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

interface Line {
  readonly publishedAt: string;
  readonly story: string;
}

interface Change extends Line {
  readonly id: string;
  readonly change: string;
  readonly type: string;
  readonly entry: { data: { stories?: string[] }; correction?: { changed: string[] } } | null;
}

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.stop());

/** The whole feed, whatever fits into a page. */
async function feed(): Promise<Change[]> {
  const changes: Change[] = [];
  for (;;) {
    const { body } = await world.get(`/v1/changes?limit=500&after=${changes.length}`);
    if (body.changes.length === 0) return changes;
    changes.push(...body.changes);
  }
}

/** What the log of a story, or of all, must say, newest first: by a look at the whole feed. */
function expectedOf(changes: readonly Change[], story: string | null): object[] {
  const stood = new Map<string, Set<string>>();
  const lines: object[] = [];
  for (const one of changes.filter(({ type }) => type !== 'story.described')) {
    const stories = stood.get(one.id) ?? new Set([one.story]);
    for (const further of one.entry?.data.stories ?? []) stories.add(further);
    stood.set(one.id, stories);
    if (one.change === 'recorded' || (story !== null && !stories.has(story))) continue;
    const { entry, ...rest } = one;
    lines.unshift({ ...rest, changed: entry?.correction?.changed ?? [] });
  }
  return lines;
}

async function walk(query: string, meanwhile: () => Promise<unknown> = async () => {}): Promise<Line[]> {
  const lines: Line[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { status, body } = await world.get(`/v1/corrections?${query}${cursor && `&cursor=${cursor}`}`);
    expect([status, body.errors]).toEqual([200, undefined]);
    lines.push(...body.corrections);
    cursor = body.nextCursor;
    await meanwhile();
  }
  return lines;
}

const stories = [null, 'karabakh-2020', 'minsk-group', 'french-senate'];
const questions = fc.array(
  fc.record({
    story: fc.constantFrom(...stories),
    limit: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constant(500)),
    // Of the corrections so far, by number: from which to before which.
    bounds: fc.option(fc.tuple(fc.nat(), fc.nat())),
  }),
  { minLength: 4, maxLength: 8 },
);

describe('the corrections log', () => {
  test('is, page by page, what a look at the whole feed would find, while the history goes on', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory(24), questions, fc.nat({ max: 12 }), async (steps, asked, later) => {
        await Promise.all([emptyTable('EventLog'), emptyTable('Timelines')]);
        const newsroom = newsroomIn(world);
        const left = [...steps];
        const goOn = async () => {
          const step = left.shift();
          if (step) await world.settle(...(await newsroom.carryOut(step)));
        };
        while (left.length > later) await goOn();
        for (const { story, limit, bounds } of asked) {
          const changes = await feed();
          const expected = expectedOf(changes, story) as Line[];
          const query = new URLSearchParams({ limit: String(limit), ...(story && { story }) });
          if (!bounds || expected.length < 2) {
            expect(await walk(String(query), goOn)).toEqual(expected);
            continue;
          }
          const [one, other] = bounds.map((number) => number % expected.length) as [number, number];
          const [newer, older] =
            one === other ? [0, expected.length - 1] : [Math.min(one, other), Math.max(one, other)];
          query.set('from', (expected[older] as Line).publishedAt);
          query.set('to', (expected[newer] as Line).publishedAt);
          expect(await walk(String(query), goOn)).toEqual(expected.slice(newer + 1, older + 1));
        }
      }),
      { numRuns: 6, endOnFailure: true },
    );
  });
});
