import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { storyteller } from '../../../support/fixtures/storyteller.ts';
import {
  type Asked,
  additions,
  answerTo,
  changes,
  type Known,
  queryOf,
  questions,
} from '../../../support/fixtures/timeline-story.ts';
import { extentOf } from '../../../support/models/timeline-oracle.ts';
import { startWorld, type World } from '../../../support/world/world.ts';

let world: World;
let runs = 0;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.stop());

interface Shown {
  id: string;
  revision: number;
  when: { edtf: string };
  certainty: string;
  data: { headline: string };
}

/** All pages of an answer, while the story goes on between them. */
async function walk(asked: Asked, run: string, meanwhile: (page: number) => Promise<void>): Promise<object[]> {
  const query = queryOf(asked, run);
  const shown: object[] = [];
  const moments = new Set<string>();
  for (let cursor: string | null = '', page = 0; cursor !== null; page++) {
    const { status, body } = await world.get(`/v1/timeline?${query}${cursor && `&cursor=${cursor}`}`);
    expect([status, body.errors]).toEqual([200, undefined]);
    expect(body.entries.length).toBeLessThanOrEqual(asked.limit);
    const entries: Shown[] = body.entries;
    shown.push(
      ...entries.map(({ id, revision, when: { edtf }, certainty, data: { headline } }) => ({
        id,
        revision,
        edtf,
        certainty,
        headline,
      })),
    );
    moments.add(body.asOf);
    cursor = body.nextCursor;
    await meanwhile(page);
  }
  expect(moments.size).toBe(1);
  return shown;
}

const first = (events: readonly Known[], side: 0 | 1): string | null => {
  const known = events.map(({ told }) => extentOf(told.when).days).map((days) => days[side] ?? days[1 - side] ?? '');
  return known.sort().at(side === 0 ? 0 : -1) ?? null;
};

const stories = fc.record({
  begun: fc.array(additions, { minLength: 1, maxLength: 25, size: 'max' }),
  changed: fc.array(changes, { maxLength: 8, size: 'max' }),
  asked: fc.array(questions, { minLength: 3, maxLength: 6, size: 'max' }),
});

describe('a timeline', () => {
  test('is, page by page, what a look at every event would find', async () => {
    await fc.assert(
      fc.asyncProperty(stories, async ({ begun, changed, asked }) => {
        const run = `still-${++runs}`;
        const { tell, told, shown } = storyteller(world, run);
        await tell(begun);
        await tell(changed);
        for (const one of asked) {
          expect(await walk(one, run, async () => {})).toEqual(answerTo(one, told()));
        }
        const { body } = await world.get(`/v1/stories/${run}-main`);
        const events = shown();
        expect([body.entries, body.first, body.last]).toEqual([events.length, first(events, 0), first(events, 1)]);
      }),
      { numRuns: 20 },
    );
  });

  test('is, page by page, what it was when its first page was read, whatever is told meanwhile', async () => {
    const meanwhile = fc.array(fc.array(changes, { minLength: 1, maxLength: 3 }), {
      minLength: 1,
      maxLength: 5,
      size: 'max',
    });
    await fc.assert(
      fc.asyncProperty(stories, meanwhile, async ({ begun, changed, asked }, steps) => {
        const run = `moving-${++runs}`;
        const { tell, told } = storyteller(world, run);
        await tell(begun);
        await tell(changed);
        for (const one of asked.slice(0, 3)) {
          const expected = answerTo(one, told());
          const goOn = async (page: number) => tell(steps[page] ?? []);
          expect(await walk({ ...one, limit: Math.min(one.limit, 6) }, run, goOn)).toEqual(expected);
        }
      }),
      { numRuns: 10 },
    );
  });
});
