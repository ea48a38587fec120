import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isRedacted, takesDown } from '../../../events/redaction.ts';
import type { PublishedRevision } from '../../../events/revision.ts';
import type { Entry } from '../../../events/timeline/entry-schema.ts';
import { type Redactions, redactionsIn } from '../../support/fixtures/redaction.ts';
import { type Chance, chance } from '../../support/models/chance.ts';
import { anyHistoryWithRedactions, newsroomIn, type Step } from '../../support/models/history.ts';
import { interfere } from '../../support/world/interference.ts';
import { emptyTable, itemsOf, putItem } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const propertyTimeoutMs = 120_000;

let world: World;
let redactions: Redactions;
let rebuild: typeof import('../../../functions/lib/rebuild/rebuild.ts').rebuild;
let erasing: typeof import('../../../functions/lib/timelines/erasing-tasks.ts');
/** Lets calls of the projector fail. */
let trouble: { readonly random: Chance; readonly share: number } | null = null;

beforeAll(async () => {
  world = await startWorld();
  redactions = await redactionsIn(world);
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  interfere(dynamodb, () => {
    if (trouble?.random.so(trouble.share)) return 'never sent';
    return trouble?.random.so(trouble.share) ? 'answer lost' : 'done';
  });
  ({ rebuild } = await import('../../../functions/lib/rebuild/rebuild.ts'));
  erasing = await import('../../../functions/lib/timelines/erasing-tasks.ts');
});
afterAll(() => world.stop());

async function projectInTrouble(random: Chance): Promise<void> {
  trouble = { random, share: random.of([0, 0.01, 0.05]) };
  await world.project().catch(() => {});
  trouble = null;
}

/** Takes content out of the log where the timelines do not need it any more, as the function does that may. */
async function blank(id: string): Promise<void> {
  const published = await redactions.publishedOf(id);
  const positions = published.filter(({ redaction }) => redaction).map(({ position }) => position);
  const erased = await Promise.all(positions.map((position) => erasing.isErased('1', id, position)));
  if (erased.every((isErased) => isErased)) await redactions.blank(id);
}

async function passTime(): Promise<void> {
  for (const item of await itemsOf('Timelines')) {
    if (item.againAt) await putItem('Timelines', { ...item, againAt: new Date(0).toISOString() });
  }
}

const questions = [
  '',
  '&order=desc',
  '&story=karabakh-2020',
  '&story=minsk-group&from=2020-11&to=2020-11-10',
  '&type=hostilities.reported',
  '&actor=RU',
  '&actor=minsk-group&match=within&from=2019&to=2021',
  '&place=AZ-LAC',
  '&place=shusha&status=confirmed',
];

type Answers = Record<string, Entry[]>;

/** The entries that are shown as of some instants. */
async function answersAsOf(instants: readonly string[]): Promise<Answers> {
  const answers: Answers = {};
  for (const instant of instants) {
    for (const question of questions) {
      const target = `/v1/timeline?limit=500&asOf=${instant}${question}`;
      answers[target] = (await world.get(target)).body.entries;
    }
  }
  return answers;
}

/**
 * What is left of answers once revisions are taken down: entries of other revisions, and of corrections those that
 * stay.
 */
function withoutContent(answers: Answers, gone: readonly PublishedRevision[]): Answers {
  const isGone = ({ id, revision }: Entry) => gone.some((one) => one.eventId === id && one.revision === revision);
  const shown = (entry: Entry): Entry => {
    const { correction, ...rest } = entry;
    const isCorrectionGone = gone.some(
      ({ eventId, publishedAt }) => eventId === entry.id && publishedAt === correction?.at,
    );
    return isCorrectionGone ? (rest as Entry) : entry;
  };
  return Object.fromEntries(
    Object.entries(answers).map(([target, entries]) => [target, entries.filter((one) => !isGone(one)).map(shown)]),
  );
}

/**
 * All that is stored of a generation, but for what only says how far reads must search, and which revision left a
 * place.
 */
async function stored(generation: string) {
  const items = await itemsOf('Timelines', `${generation}#`);
  return items
    .map(({ pk, sk, dayOffsets: _, classes: __, ...item }) => {
      const isTombstone = item.e === undefined && item.l === undefined && item.entries === undefined;
      return { key: `${String(pk).slice(generation.length)} ${sk}`, ...(!isTombstone && item) };
    })
    .sort((one, other) => (one.key < other.key ? -1 : 1));
}

async function expectForgotten(steps: readonly Step[], seed: number): Promise<void> {
  for (const table of ['EventLog', 'Timelines', 'Redactions'] as const) await emptyTable(table);
  const random = chance(seed);
  const newsroom = newsroomIn(world);
  for (const step of steps) {
    const isRedaction = step.does === 'redact';
    if (isRedaction) await world.project();
    const instants = isRedaction ? (await world.get('/v1/changes?limit=200')).body.changes.slice(-3) : [];
    const moments = instants.map(({ publishedAt }: { publishedAt: string }) => publishedAt);
    const before = await answersAsOf(moments);
    const ids = await newsroom.carryOut(step);
    if (ids.length > 0) await world.sequence(...ids);
    if (random.so(0.6)) await projectInTrouble(random);
    if (random.so(0.3)) for (const id of newsroom.redacted) await blank(id);
    if (random.so(0.2)) await passTime();
    if (!isRedaction || ids.length === 0) continue;
    await world.project();
    const published = await redactions.publishedOf(ids[0] as string);
    const redaction = published.at(-1) as PublishedRevision;
    const gone = published.filter((revision) => isRedacted(revision) || takesDown(redaction, revision));
    expect(await answersAsOf(moments)).toEqual(withoutContent(before, gone));
  }
  await world.project();
  for (const id of newsroom.redacted) await blank(id);
  await passTime();
  await world.project();
  const checkpoint = (await itemsOf('Timelines', 'META')).find(({ sk }) => sk === 'PROJECT');
  expect(checkpoint).not.toHaveProperty('erasing');
  const { generation } = checkpoint as unknown as { generation: string };
  const left = await stored(generation);
  const { differences, outcome } = await rebuild({ graceMs: 0 });
  expect({ outcome, examples: differences?.examples }).toEqual({ outcome: 'switched', examples: [] });
  expect(left).toEqual(await stored(String(Number(generation) + 1)));
}

test(
  'timelines after redactions are those of a log without the content, and everything else stays as it was',
  async () => {
    await fc.assert(fc.asyncProperty(anyHistoryWithRedactions(14, 6), fc.nat(), expectForgotten), {
      numRuns: 6,
      // To look for a smaller history takes longer than the test may, and would hide what failed.
      endOnFailure: true,
    });
  },
  propertyTimeoutMs,
);
