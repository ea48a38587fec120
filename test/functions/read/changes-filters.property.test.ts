import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { eventIdOf } from '../../../events/identity.ts';
import {
  type Asked,
  additions,
  type Change,
  changes,
  dataOf,
  type Known,
  ownNewsroom,
  queryOf,
  questions,
  type Told,
} from '../../support/fixtures/timeline-story.ts';
import { verdictOn } from '../../support/models/timeline-oracle.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const timeoutMs = 60_000;

/** A revision as the newsroom told it; `told` is null for the description of a story. */
interface Revision {
  readonly id: string;
  readonly revision: number;
  readonly change: 'recorded' | 'corrected' | 'retracted';
  readonly type: string;
  readonly told: Told | null;
}

let world: World;
let runs = 0;

/** The last position of the record. */
async function headPosition(): Promise<number> {
  const { feedHead } = await import('../../../functions/lib/event-log/feed.ts');
  return (await feedHead()).position;
}

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** A newsroom that keeps, in order, every revision that it has made. */
function newsroom(run: string) {
  const events: Known[] = [];
  const made: Revision[] = [];

  async function add({ type, told }: Change & { does: 'add' }): Promise<string> {
    const data = {
      ...dataOf(told, run, 0),
      ...(type === 'hostilities.reported' && { parties: [{ name: 'Armenia' }] }),
    };
    const event = { id: `${run}-${events.length}`, type, subject: `${run}-main`, data };
    const { id } = (await world.call('POST', '/v1/events', { body: event })).body;
    events.push({ id, revision: 0, type, told, retracted: false });
    made.push({ id, revision: 0, change: 'recorded', type, told });
    return id;
  }

  async function change(step: Exclude<Change, { does: 'add' }>): Promise<string | null> {
    const index = step.event % events.length;
    const { id, revision, type, ...known } = events[index] as Known;
    if (known.retracted) return null;
    const corrects = step.does === 'correct';
    const told = corrects ? { ...known.told, ...step.told } : known.told;
    const data = { ...dataOf(told, run, revision + 1), when: { tz: null, kind: null, ...told.when } };
    const { status, body } = await world.call('POST', `/v1/events/${id}/${corrects ? 'corrections' : 'retraction'}`, {
      headers: { 'if-match': `"${revision}"` },
      body: { note: 'So it was.', ...(corrects && { data }) },
    });
    expect([status, body.errors]).toEqual([201, undefined]);
    events[index] = { id, revision: revision + 1, type, told, retracted: !corrects };
    made.push({ id, revision: revision + 1, change: corrects ? 'corrected' : 'retracted', type, told });
    return id;
  }

  return {
    made,
    async tell(step: Change): Promise<void> {
      const id = step.does === 'add' ? await add(step) : await change(step);
      if (id) await world.sequence(id);
    },
    async describe(): Promise<void> {
      const story = `${run}-main`;
      const id = eventIdOf('/stories', story);
      await world.call('PUT', `/v1/stories/${story}`, { body: { title: 'A story' } });
      await world.sequence(id);
      made.push({ id, revision: 0, change: 'recorded', type: 'story.described', told: null });
    },
  };
}

/** Whether one revision, by itself, is what was asked for. */
function isAskedFor({ filters, range }: Asked, { type, told }: Revision): boolean {
  const { story, place, actor, topic, status, newsroom, type: wanted } = filters;
  const isRange = range.from !== undefined || range.to !== undefined;
  const holds = (values: readonly string[], value: string | undefined) => value === undefined || values.includes(value);
  const isOwn = holds([ownNewsroom], newsroom);
  if (!told) {
    const isOfOthers = Object.keys(filters).some((name) => name !== 'story' && name !== 'newsroom');
    return isOwn && !isOfOthers && story !== 'side' && !isRange;
  }
  return (
    holds(['main', ...told.stories], story) &&
    holds([type], wanted) &&
    holds(told.places, place) &&
    holds(told.actors, actor) &&
    holds(told.topics, topic) &&
    holds([told.status], status) &&
    isOwn &&
    (!isRange || verdictOn(told.when, range) !== null)
  );
}

/** The parts of a question: each filter by itself, and the range. */
const partsOf = ({ filters, range, ...rest }: Asked): Asked[] => [
  ...Object.entries(filters).map(([name, value]) => ({ ...rest, filters: { [name]: value }, range: {} })),
  { ...rest, filters: {}, range },
];

/** The revisions of which each part of the question finds this one or an earlier one of the same event. */
function answerTo(asked: Asked, made: readonly Revision[]): object[] {
  return made
    .filter(({ id, revision }) => {
      const through = made.filter((other) => other.id === id && other.revision <= revision);
      return partsOf(asked).every((part) => through.some((other) => isAskedFor(part, other)));
    })
    .map(({ id, revision, change, type }) => ({ id, revision, change, type }));
}

async function walk(asked: Asked, run: string, after: number): Promise<object[]> {
  const query = queryOf({ ...asked, descending: false }, run);
  const shown: object[] = [];
  for (let next = after, head = Number.POSITIVE_INFINITY; next < head; ) {
    const { status, body } = await world.get(`/v1/changes?after=${next}&${query}`);
    expect([status, body.errors]).toEqual([200, undefined]);
    expect(body.changes.length).toBeLessThanOrEqual(asked.limit);
    shown.push(...body.changes.map(({ id, revision, change, type }: Revision) => ({ id, revision, change, type })));
    expect(body.next).toBeGreaterThan(next);
    next = body.next;
    head = body.head;
  }
  return shown;
}

test(
  'a filter finds each revision that it matches by the values of it and of all earlier ones, and nothing else',
  async () => {
    const story = fc.record({
      begun: fc.array(additions, { minLength: 1, maxLength: 6, size: 'max' }),
      described: fc.boolean(),
      changed: fc.array(changes, { maxLength: 25, size: 'max' }),
      asked: fc.array(questions, { minLength: 6, maxLength: 12, size: 'max' }),
    });
    await fc.assert(
      fc.asyncProperty(story, async ({ begun, described, changed, asked }) => {
        const run = `filtered-${++runs}`;
        const head = await headPosition();
        const { tell, describe, made } = newsroom(run);
        for (const step of begun) await tell(step);
        if (described) await describe();
        for (const step of changed) await tell(step);
        for (const one of asked) expect(await walk(one, run, head)).toEqual(answerTo(one, made));
      }),
      { numRuns: 12 },
    );
  },
  timeoutMs,
);
