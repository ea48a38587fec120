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
import { readFeed } from '../../../support/models/timelines-model.ts';
import { startWorld, type World } from '../../../support/world/world.ts';

let world: World;
let runs = 0;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.stop());

interface Shown {
  readonly id: string;
  readonly revision: number;
  readonly publishedAt: string;
  readonly when: { readonly edtf: string };
  readonly certainty: string;
  readonly data: { readonly headline: string };
}

/**
 * What must be answered: all that a look at every event finds, by when the revision of each was published, the newest
 * first.
 */
async function answerByPublication(asked: Asked, events: readonly Known[]): Promise<object[]> {
  const publishedAt = new Map(
    (await readFeed()).map(({ eventId, revision, publishedAt }) => [`${eventId} ${revision}`, publishedAt]),
  );
  const found = answerTo(asked, events) as { id: string; revision: number }[];
  return found
    .map((one) => ({ ...one, publishedAt: publishedAt.get(`${one.id} ${one.revision}`) as string }))
    .sort((one, other) => (one.publishedAt < other.publishedAt ? 1 : -1));
}

/** All pages of an answer, while the story goes on between them. */
async function walk(asked: Asked, run: string, meanwhile: (page: number) => Promise<void>): Promise<object[]> {
  const query = `${queryOf({ ...asked, descending: false }, run)}&order=published`;
  const shown: object[] = [];
  for (let cursor: string | null = '', page = 0; cursor !== null; page++) {
    const { status, body } = await world.get(`/v1/timeline?${query}${cursor && `&cursor=${cursor}`}`);
    expect([status, body.errors]).toEqual([200, undefined]);
    expect(body.entries.length).toBeLessThanOrEqual(asked.limit);
    shown.push(
      ...(body.entries as Shown[]).map(
        ({ id, revision, publishedAt, when: { edtf }, certainty, data: { headline } }) => {
          return { id, revision, edtf, certainty, headline, publishedAt };
        },
      ),
    );
    cursor = body.nextCursor;
    await meanwhile(page);
  }
  return shown;
}

const stories = fc.record({
  begun: fc.array(additions, { minLength: 1, maxLength: 20, size: 'max' }),
  changed: fc.array(changes, { maxLength: 10, size: 'max' }),
  asked: fc.array(questions, { minLength: 3, maxLength: 5, size: 'max' }),
});

describe('a timeline in order of publication', () => {
  test('shows each event once, by its latest revision when the first page was read, whatever is added, corrected and retracted meanwhile', async () => {
    const meanwhile = fc.array(fc.array(changes, { minLength: 1, maxLength: 3 }), { maxLength: 4, size: 'max' });
    await fc.assert(
      fc.asyncProperty(stories, meanwhile, async ({ begun, changed, asked }, steps) => {
        const run = `published-${++runs}`;
        const { tell, told } = storyteller(world, run);
        await tell(begun);
        await tell(changed);
        // All of a story, which is read from its list; and questions with filters and ranges.
        const whole: Asked = { range: {}, filters: { story: ['main'] }, descending: false, limit: 4 };
        for (const one of [whole, ...asked, { ...whole, filters: { story: ['side'] } }]) {
          const expected = await answerByPublication(one, told());
          const goOn = async (page: number) => tell(steps[page] ?? []);
          expect(await walk({ ...one, limit: Math.min(one.limit, 6) }, run, goOn)).toEqual(expected);
        }
      }),
      { numRuns: 12 },
    );
  });
});
