import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { eventIdOf } from '../../../../events/identity.ts';
import { type Redactions, redactionsIn } from '../../../support/fixtures/redaction.ts';
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
} from '../../../support/fixtures/timeline-story.ts';
import { verdictOn } from '../../../support/models/timeline-oracle.ts';
import { startWorld, type World } from '../../../support/world/world.ts';

/** A revision as the newsroom told it; `told` is null for the description of a story. */
interface Revision {
  readonly id: string;
  readonly revision: number;
  readonly change: 'recorded' | 'corrected' | 'retracted' | 'redacted';
  readonly type: string;
  readonly told: Told | null;
  /** The revisions that it takes down, by number. */
  readonly takesDown?: readonly number[];
  /** Whether the log has lost its content. */
  isBlank?: true;
  /** Whether readers see nothing of its content, though the log may have it. */
  isHidden?: true;
}

/** Takes down an event: as a whole, or those of the revisions before the latest whose bits are set. */
interface Redaction {
  readonly does: 'redact';
  readonly event: number;
  readonly bits: number;
}

const redactionSteps: fc.Arbitrary<Redaction> = fc.record({
  does: fc.constant('redact' as const),
  event: fc.nat(),
  bits: fc.oneof(fc.constant(0), fc.nat(15)),
});

let world: World;
let redactions: Redactions;
let runs = 0;

/** The last position of the record. */
async function headPosition(): Promise<number> {
  const { feedHead } = await import('../../../../functions/lib/event-log/feed.ts');
  return (await feedHead()).position;
}

beforeAll(async () => {
  world = await startWorld();
  redactions = await redactionsIn(world);
});
afterAll(() => world.stop());

/** A newsroom that keeps, in order, every revision that it has made. */
function newsroom(run: string) {
  const events: Known[] = [];
  const made: Revision[] = [];
  /** The events that were taken down as a whole. */
  const gone = new Set<string>();

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

  async function redact({ event, bits }: Redaction): Promise<void> {
    const index = event % events.length;
    const { id, revision, type, told, retracted } = events[index] as Known;
    const all = Array.from({ length: revision + 1 }, (_, number) => number);
    const named = all.slice(0, -1).filter((number) => (bits >> number) & 1);
    const isWhole = bits === 0;
    const isGone = (number: number) =>
      made.some((one) => one.id === id && one.revision === number && one.isHidden === true);
    // Nothing is done that is done already.
    if (gone.has(id) || (!isWhole && (named.every(isGone) || retracted))) return;
    await redactions.redact(id, isWhole ? {} : { revisions: named });
    if (isWhole) gone.add(id);
    events[index] = { id, revision: revision + 1, type, told, retracted };
    const shown = isWhole ? 'event.redacted' : type;
    const takesDown = isWhole ? all : named;
    for (const one of made.filter((other) => other.id === id && takesDown.includes(other.revision))) {
      one.isHidden = true;
      // The values of a whole event go at once, those of some revisions when the log is blank.
      if (isWhole) one.isBlank = true;
    }
    made.push({ id, revision: revision + 1, change: 'redacted', type: shown, told, takesDown });
  }

  /** Takes from the log what was taken down of an event. */
  async function blank({ event }: Redaction): Promise<void> {
    const { id } = events[event % events.length] as Known;
    await redactions.blank(id);
    const own = made.filter((one) => one.id === id);
    for (const one of own) if (own.some(({ takesDown = [] }) => takesDown.includes(one.revision))) one.isBlank = true;
  }

  async function change(step: Exclude<Change, { does: 'add' }>): Promise<string | null> {
    const index = step.event % events.length;
    const { id, revision, type, ...known } = events[index] as Known;
    if (known.retracted || gone.has(id)) return null;
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
    async tell(step: Change | Redaction, isBlank = false): Promise<void> {
      if (step.does === 'redact') {
        await redact(step);
        if (isBlank) await blank(step);
        return;
      }
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

/**
 * Whether one revision, by itself, is what was asked for. One that the log has no content of has its stories and its
 * newsroom only. A redaction is what anything was asked for but other stories and newsrooms: nobody knows any more what
 * matched.
 */
function isAskedFor({ filters, range }: Asked, { type, told, takesDown, isBlank }: Revision): boolean {
  const { story, place, actor, topic, status, newsroom, type: wanted } = filters;
  const isRange = range.from !== undefined || range.to !== undefined;
  const holds = (values: readonly string[], some: readonly string[] | undefined) =>
    some === undefined || some.some((value) => values.includes(value));
  const isOwn = holds([ownNewsroom], newsroom);
  if (!told) {
    const isOfOthers = Object.keys(filters).some((name) => name !== 'story' && name !== 'newsroom');
    return isOwn && !isOfOthers && holds(['main'], story) && !isRange;
  }
  if (!holds(['main', ...told.stories], story)) return false;
  if (isBlank || takesDown) {
    const isOfContent = isRange || Object.keys(filters).some((name) => name !== 'story' && name !== 'newsroom');
    return isOwn && (takesDown && !isBlank ? true : !isOfContent);
  }
  return (
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
    .map(({ id, revision, change, type, isHidden }) => ({
      id,
      revision,
      change,
      type: isHidden ? 'event.redacted' : type,
    }));
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

test('a filter finds each revision that it matches by the values of it and of all earlier ones, and nothing else', async () => {
  const story = fc.record({
    begun: fc.array(additions, { minLength: 1, maxLength: 6, size: 'max' }),
    described: fc.boolean(),
    changed: fc.array(
      fc
        .oneof({ weight: 5, arbitrary: changes }, { weight: 1, arbitrary: redactionSteps })
        .chain((step) => fc.record({ step: fc.constant(step), isBlank: fc.boolean() })),
      { maxLength: 25, size: 'max' },
    ),
    asked: fc.array(questions, { minLength: 6, maxLength: 12, size: 'max' }),
  });
  await fc.assert(
    fc.asyncProperty(story, async ({ begun, described, changed, asked }) => {
      const run = `filtered-${++runs}`;
      const head = await headPosition();
      const { tell, describe, made } = newsroom(run);
      for (const step of begun) await tell(step);
      if (described) await describe();
      for (const { step, isBlank } of changed) await tell(step, isBlank);
      for (const one of asked) expect(await walk(one, run, head)).toEqual(answerTo(one, made));
    }),
    { numRuns: 12 },
  );
});
