import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { PublishedRevision } from '../../../../events/revision.ts';
import { storyteller } from '../../../support/fixtures/storyteller.ts';
import {
  type Asked,
  additions,
  answerTo,
  changes,
  type Known,
  queryOf,
  questions,
  type Told,
} from '../../../support/fixtures/timeline-story.ts';
import { anyHistory, newsroomIn } from '../../../support/models/history.ts';
import { readFeed } from '../../../support/models/timelines-model.ts';
import { addressesOf, asOf, type Snapshot, snapshotsOf } from '../../../support/world/snapshots.ts';
import { emptyTable } from '../../../support/world/tables.ts';
import { startWorld, type World } from '../../../support/world/world.ts';

let world: World;
let runs = 0;

beforeAll(async () => {
  world = await startWorld();
});
beforeEach(async () => {
  await Promise.all([emptyTable('EventLog'), emptyTable('Timelines')]);
});
afterAll(() => world.stop());

/**
 * An answer without the moment in its own address and in those of its next pages, folded lines of calendars put
 * together.
 */
const momentless = (text: string) =>
  text
    .replaceAll('\r\n ', '')
    .replaceAll('&#x26;', '&')
    .replaceAll(/asOf=[^&"<]*&|&asOf=[^&"<]*/g, '');

/** The moment that a live answer tells. */
async function momentOf(address: string): Promise<string> {
  const json = address.startsWith('/v1/events') ? '/v1/timeline?' : address.replace(/format=\w+/, 'format=json');
  return (await world.get(json)).body.asOf;
}

/**
 * Takes snapshots of what is answered now, as of the moment that the live answers tell; and asks whether these are the
 * same.
 */
async function remember(kept: Map<string, Snapshot[]>, addresses: readonly string[]): Promise<void> {
  for (const address of addresses) {
    const moment = await momentOf(address);
    const live = await snapshotsOf(world, address);
    const then = await snapshotsOf(world, asOf(address, moment));
    const seen = ({ status, type, text }: Snapshot) => ({ status, type, text: momentless(text) });
    expect([address, then.map(seen)]).toEqual([address, live.map(seen)]);
    if (/format=(json|csv|ndjson)|counts/.test(address)) {
      expect(then.map(({ text }) => text)).toEqual(live.map(({ text }) => text));
    }
    kept.set(asOf(address, moment), then);
  }
}

describe('what was answered as of a moment', () => {
  test('is answered again, to the byte, whatever has come into the record since', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory(8), async (history) => {
        await Promise.all([emptyTable('EventLog'), emptyTable('Timelines')]);
        const { carryOut, acknowledged } = newsroomIn(world);
        const kept = new Map<string, Snapshot[]>();
        const events = new Set<string>();
        for (const [turn, step] of history.entries()) {
          const ids = await carryOut(step);
          if (ids.length > 0) await world.settle(...ids);
          if (step.does === 'record') for (const id of ids) events.add(id);
          await remember(kept, addressesOf(turn, [...events].slice(-8)));
        }
        expect(acknowledged.size).toBeGreaterThanOrEqual(events.size);
        for (const [address, then] of kept) {
          expect([address, await snapshotsOf(world, address)]).toEqual([address, then]);
        }
      }),
      { numRuns: 2, endOnFailure: true },
    );
  });
});

/** What stood in the record at a moment, found by going through the feed up to there. */
function knownAt(feed: readonly PublishedRevision[], moment: string, run: string): Known[] {
  const known = new Map<string, Known>();
  const mine = (named: readonly { name: string }[] = []) => named.map(({ name }) => name.slice(run.length + 1));
  for (const { eventId: id, revision, kind, event, publishedAt } of feed) {
    if (publishedAt > moment || !event.subject.startsWith(`${run}-`)) continue;
    const {
      when,
      status,
      topics = [],
      actors,
      places,
      stories = [],
    } = event.data as unknown as Told & {
      actors: { name: string }[];
      places: { name: string }[];
    };
    const told = {
      when,
      status,
      topics,
      actors: mine(actors),
      places: mine(places),
      stories: stories.map((story) => story.slice(run.length + 1)),
    };
    known.set(id, { id, revision, type: event.type, told, retracted: kind === 'retracted' });
  }
  return [...known.values()];
}

/** Moments at publications, just before and between them, and before the first. */
function momentIn(feed: readonly PublishedRevision[], place: number, shift: number): string {
  const times = feed.map(({ publishedAt }) => Date.parse(publishedAt));
  const index = place % times.length;
  const [at = 0, next = at] = times.slice(index, index + 2);
  const moments = [at, at - 1, Math.floor((at + next) / 2), Math.max(at, next - 1)];
  return new Date(moments[shift % moments.length] as number).toISOString();
}

interface Shown {
  id: string;
  revision: number;
  when: { edtf: string };
  certainty: string;
  data: { headline: string };
}

/** What a walk as of a moment shows. */
async function shownAt(asked: Asked, run: string, moment: string): Promise<object[]> {
  const pages = await snapshotsOf(world, asOf(`/v1/timeline?${queryOf(asked, run)}`, moment));
  return pages.flatMap(({ status, text }) => {
    const { entries, asOf: told } = JSON.parse(text);
    expect([status, told]).toEqual([200, moment]);
    expect(entries.length).toBeLessThanOrEqual(asked.limit);
    return (entries as Shown[]).map(({ id, revision, when: { edtf }, certainty, data: { headline } }) => {
      return { id, revision, edtf, certainty, headline };
    });
  });
}

/** How many are counted as of a moment. */
async function countedAt(asked: Asked, run: string, moment: string): Promise<object> {
  const query = new URLSearchParams(queryOf({ ...asked, descending: false }, run));
  query.delete('limit');
  const { body } = await world.get(asOf(`/v1/timeline/counts?interval=month&${query}`, moment));
  const counts: { certain: number; possible: number }[] = body.counts;
  return {
    certain: counts.reduce((sum, { certain }) => sum + certain, 0),
    possible: counts.reduce((sum, { possible }) => sum + possible, 0),
  };
}

describe('a timeline as of any moment', () => {
  test('is what a look at all that was published by then would find, and so are its counts', async () => {
    const told = fc.record({
      begun: fc.array(additions, { minLength: 2, maxLength: 12, size: 'max' }),
      steps: fc.array(fc.array(changes, { minLength: 1, maxLength: 3 }), { minLength: 3, maxLength: 7, size: 'max' }),
      asked: fc.array(fc.tuple(questions, fc.nat(), fc.nat({ max: 3 })), {
        minLength: 8,
        maxLength: 14,
        size: 'max',
      }),
    });
    await fc.assert(
      fc.asyncProperty(told, async ({ begun, steps, asked }) => {
        const run = `moment-${++runs}`;
        const { tell } = storyteller(world, run);
        for (const step of [begun, ...steps]) await tell(step);
        const feed = await readFeed();
        const own = feed.filter(({ event }) => event.subject.startsWith(`${run}-`));
        for (const [question, place, shift] of asked) {
          const moment = momentIn(own, place, shift);
          const expected = answerTo(question, knownAt(feed, moment, run)) as { certainty: string }[];
          expect(await shownAt(question, run, moment)).toEqual(expected);
          const sum = (of: string) => expected.filter(({ certainty }) => certainty === of).length;
          expect(await countedAt(question, run, moment)).toEqual({
            certain: sum('certain'),
            possible: sum('possible'),
          });
        }
      }),
      { numRuns: 4, endOnFailure: true },
    );
  });
});
