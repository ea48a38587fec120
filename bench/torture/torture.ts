import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { inParallel } from '../../functions/lib/runtime/concurrency.ts';
import { impreciseHappenings } from '../../test/journeys/support/imprecise-events.ts';
import { startTimeline } from '../../test/journeys/support/program.ts';
import { chance } from '../../test/support/models/chance.ts';
import { checkFairness } from './checks/check-fairness.ts';
import { changesByEvent, checkFilteredFeed, checkReads } from './checks/check-reads.ts';
import { checkRecord, FeedCopy, readFeed } from './checks/check-record.ts';
import { checkStanding } from './checks/check-standing.ts';
import { checkLogs, checkTables, checkWords } from './checks/check-tables.ts';
import { Findings } from './checks/findings.ts';
import { type Bug, bugs } from './faults/bugs.ts';
import { allFaults, calmDown, faults, nextFaults, type Sky } from './faults/weather.ts';
import { Acknowledgements } from './load/acknowledgements.ts';
import { type Load, usualLoad } from './load/load.ts';
import { work } from './load/newsroom.ts';
import { askOnce, insist } from './load/patient-client.ts';
import { read, type Seen } from './load/reader.ts';
import { checkMessages, type Subscriber, startSubscriber, unfinished } from './load/subscriber.ts';
import { type RunningSystem, startRunningSystem } from './running-system.ts';

/** What to torture, and for how long. */
export interface TortureOptions {
  readonly minutes: number;
  readonly seed: number;
  /** The names of the bugs that it should find. */
  readonly bugs: readonly string[];
  /** Default: everything. */
  readonly load?: Load;
  /** The faults that happen. Default: all. */
  readonly faults?: readonly string[];
  readonly log: (line: string) => void;
}

/** What came out. */
export interface TortureResult {
  readonly findings: Findings;
  readonly figures: Readonly<Record<string, number>>;
  /** Of each bug: how many it has hurt, and how many of them were found. */
  readonly bugs: Readonly<Record<string, { readonly hurt: number; readonly found: number }>>;
}

/** A machine that is so slow that it has done nearly nothing is given more time. */
const leastChanges = 5;
const mostTimes = 2;
const stormMs = { least: 1_500, most: 5_000 };
const publishingMs = 8_000;
/**
 * When the system is to finish, its schedules run so many times as often: each minute of theirs takes a second and a
 * half.
 */
const finishingSpeed = 40;
/** A system in which nothing changes for so long waits for a time to come: every schedule has run since. */
const standstillMs = 8_000;
/** So many rounds are enough for a run of half an hour on a slow machine. */
const finishingRounds = 60;
/**
 * After so many rounds in which nothing has changed, nothing will. Together they are longer than the waits of most
 * deliveries.
 */
const usualIdleRounds = 6;
/** What bugs on purpose have hurt never comes to an end. */
const idleRoundsOfBugs = 1;
/**
 * By how much the clocks go ahead each time. It is more than any wait of a redaction, and than most waits of
 * deliveries.
 */
const aheadMs = 30 * 60_000;
const newsrooms = ['example', 'north', 'south'];
const desksOfNewsroom = 2;
/** A long run is calmer: what it leaves is checked by looking at every change for every read. */
const pauseMsOf = (minutes: number) => Math.max(200, minutes * 80);
const subscriberPauseMs = 4_000;
const finalReads = 40;
const finalReaders = 4;
const happenings = impreciseHappenings(200);

/** Waits until something is so. @returns whether it is */
async function eventually(isSo: () => Promise<boolean>, patienceMs: number): Promise<boolean> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    if (await isSo()) return true;
    if (Date.now() > deadline) return false;
    await delay(250);
  }
}

/**
 * Lets the system finish. First its clocks are right, so that it shows when held events of the load are published.
 * Then, whenever nothing has changed for a while, they go ahead, since much is due only later: retries, what a
 * redaction looks for again. It is started anew at the beginning, so that its schedules run often, and where that did
 * not help, since a new system begins with everything that is due.
 *
 * @param left what is left, as text; an empty one if nothing is
 * @param idleRounds after so many rounds in which nothing has changed it gives up
 * @param report called after each round with what is left
 */
async function finish(
  sky: Sky,
  left: () => Promise<string>,
  idleRounds: number,
  report: (left: string) => void,
): Promise<void> {
  let stopped = '';
  for (let round = 1, same = 0; round <= finishingRounds && same < idleRounds; round++) {
    await calmDown(sky, (round - 1) * aheadMs);
    if (round === 1 || same > 0) await sky.system.killRuntime(finishingSpeed);
    for (let before = '', since = Date.now(); Date.now() - since < standstillMs; await delay(400)) {
      const now = await left();
      if (now === '') return;
      if (now !== before) since = Date.now();
      before = now;
    }
    const end = await left();
    report(end);
    // The second round is the first in which the clocks are ahead.
    same = round > 2 && end === stopped ? same + 1 : 0;
    stopped = end;
  }
}

/** A key of a newsroom with all scopes. */
async function createdKey(dataFolder: string, newsroom: string): Promise<string> {
  const scopes = 'events:write,events:redact,stories:write,webhooks:manage';
  const { output, errors } = await startTimeline([
    ...['key', 'create', '--newsroom', newsroom, '--scopes', scopes, '--data', dataFolder],
  ]).ended;
  const [key] = /tl_\S+/.exec(output) ?? [];
  if (!key) throw new Error(`There is no key for ${newsroom}: ${errors}`);
  return key;
}

/** Rebuilds the timelines, and reports how they differ from those in use. */
async function rebuild(dataFolder: string, findings: Findings): Promise<void> {
  const { output, errors, code } = await startTimeline(['rebuild', '--json', '--grace', '0', '--data', dataFolder])
    .ended;
  const differences = (JSON.parse(output || '{}') as { differences?: { count: number; examples: unknown[] } })
    .differences;
  if (code !== 0 || !differences) findings.add('rebuild', `The rebuild ended with ${code}: ${errors.slice(-300)}`);
  for (let count = 0; count < (differences?.count ?? 0); count++)
    findings.add('rebuild', `Difference ${count + 1}: ${JSON.stringify(differences?.examples[count])}`);
}

/**
 * Publishes what an outage has left, as operators do. There must be nothing: all faults are over.
 *
 * @returns how many had no position
 */
async function reconcile(dataFolder: string, findings: Findings): Promise<number> {
  const { output, errors, code } = await startTimeline(['reconcile', '--json', '--data', dataFolder]).ended;
  if (code !== 0)
    findings.add('stopped', `Reconciling ended with ${code}: ${output.slice(0, 500)} ${errors.slice(-300)}`);
  const sequenced = code === 0 ? (JSON.parse(output) as { sequenced: number }).sequenced : 0;
  if (sequenced > 0)
    findings.add('stopped', `${sequenced} revisions had no position until an operator published them.`);
  return sequenced;
}

interface Checked {
  readonly system: RunningSystem;
  readonly subscriber: Subscriber;
  readonly known: Acknowledgements;
  readonly seen: Seen[];
  readonly findings: Findings;
}

const pagesOf = (stories: ReadonlySet<string>) => [
  ...['/', '/corrections', '/v1/corrections?limit=500', '/v1/stories?limit=500'],
  ...[...stories].map((story) => `/stories/${story}`),
  ...[...stories].map((story) => `/v1/timeline/facets?story=${story}`),
];

const pagesOfEvent = (id: string) => [`/v1/events/${id}`, `/v1/events/${id}/history`, `/events/${id}`];

/**
 * Compares all that the system holds and answers with what it has acknowledged.
 *
 * @returns how many positions there are
 */
async function check({ system, subscriber, known, seen, findings }: Checked, seed: number): Promise<number> {
  const { url, dataFolder, database } = system;
  const { stories } = known;
  const feed = await readFeed(url);
  checkRecord(feed, known, findings);
  checkMessages(subscriber, feed, known, findings);
  for (const story of stories) checkFilteredFeed(story, await readFeed(url, `&story=${story}`), feed, known, findings);
  const show = (path: string, text: string) => checkWords(text, path, known, findings);
  await Promise.all(
    Array.from({ length: finalReaders }, (_, index) => {
      let left = finalReads / finalReaders;
      const goOn = async () => left-- > 0;
      return read({ url, stories, luck: chance(seed + index), seen, findings, pauseMs: 1, goOn, show });
    }),
  );
  checkReads(seen, known, changesByEvent(feed), findings);
  show('/v1/changes', JSON.stringify(feed));
  await checkStanding(url, known, chance(seed), findings);
  const pages = [...pagesOf(stories), ...[...new Set(known.takenDown.values())].flatMap(pagesOfEvent)];
  await inParallel(pages, finalReaders, async (path) => {
    const { status, text } = await insist(url, { method: 'GET', path });
    // An event that is gone is answered 410, with what is left of it.
    if (status !== 200 && status !== 410) findings.add('lost', `${path} was answered ${status}.`);
    show(path, text);
  });
  await checkTables(database, feed.length, known, findings);
  await checkLogs(join(dataFolder, 'logs'), known, findings);
  for (const offence of database.offences) findings.add('log', offence);
  return feed.length;
}

async function run(
  system: RunningSystem,
  options: TortureOptions,
  hurt: () => string,
  isEnough: () => boolean,
): Promise<Omit<TortureResult, 'bugs'>> {
  const { minutes, seed, log, load = usualLoad, faults: possible = allFaults } = options;
  const { url, dataFolder } = system;
  const begun = performance.now();
  const time = () => `${String(Math.round((performance.now() - begun) / 1_000)).padStart(5)} s`;
  const known = new Acknowledgements();
  const findings = new Findings();
  const seen: Seen[] = [];
  const receivers = { failing: 0 };
  const sky: Sky = { system, receivers };
  const keys = await Promise.all(
    newsrooms.map((newsroom) => (newsroom === 'example' ? system.key : createdKey(dataFolder, newsroom))),
  );
  const newsroomOf = (index: number) => newsrooms[index % newsrooms.length] as string;
  const { stories } = known;
  const pauseMs = pauseMsOf(minutes);
  const subscriber = await startSubscriber({
    ...{ url, key: system.key, stories, weather: receivers, findings },
    luck: chance(seed * 1_000 + 100),
  });
  let isOver = false;
  const goOn = async () => !isOver;
  const everybody = [
    ...Array.from({ length: newsrooms.length * desksOfNewsroom }, (_, index) =>
      work({
        ...{ name: `d${index}s${seed}`, newsroom: newsroomOf(index), key: keys[index % newsrooms.length] as string },
        ...{ url, happenings, known, findings, pauseMs, goOn, load, describes: index < newsrooms.length },
        luck: chance(seed * 1_000 + index),
      }),
    ),
    read({
      ...{ url, stories, luck: chance(seed * 1_000 + 50), seen, findings, goOn, pauseMs: 2 * pauseMs },
      pastReads: load.pastReads,
    }),
    subscriber.work(goOn, subscriberPauseMs),
  ];

  const luck = chance(seed);
  // Keys and endpoints are made by now, which takes a while on a slow machine.
  const loadBegun = performance.now();
  const isLoaded = () => {
    const passedMs = performance.now() - loadBegun;
    const hasDoneMuch = options.bugs.length > 0 || known.acknowledged >= leastChanges;
    return passedMs >= minutes * 60_000 * (hasDoneMuch ? 1 : mostTimes);
  };
  while (!isLoaded() && !isEnough()) {
    const names = nextFaults(luck, possible);
    log(`${time()}  ${names.join(', ')}${options.bugs.length > 0 ? ` (hurt: ${hurt()})` : ''}`);
    for (const name of names) await faults[name]?.(sky);
    await delay(stormMs.least + luck.below(stormMs.most - stormMs.least));
    await calmDown(sky);
  }
  isOver = true;
  await Promise.all(everybody);
  if (known.acknowledged === 0) findings.add('stopped', 'Nothing was acknowledged.');
  log(`${time()}  all is calm after ${known.acknowledged} acknowledgements`);

  const copy = new FeedCopy(url);
  const isPublished = () => copy.hasAll(known);
  await eventually(isPublished, publishingMs);
  /** How many steps of a redaction are done. */
  const stepsOf = async (id: string): Promise<number> => {
    const answer = await askOnce(url, {
      method: 'GET',
      path: `/v1/events/${id}/redaction`,
      key: keys[newsrooms.indexOf(known.events.get(id)?.newsroom ?? '')] ?? '',
    });
    if (answer?.body?.done === true) open.delete(id);
    return Object.values(answer?.body?.removed ?? {}).filter(Boolean).length;
  };
  const open = new Set([...known.events.values()].filter(({ isRedacted }) => isRedacted).map(({ id }) => id));
  const left = async () => {
    const isAll = await isPublished();
    // All of them are asked: what is done behind one that is not done is progress.
    const done = await inParallel(isAll ? [...open] : [], finalReaders, stepsOf);
    const steps = done.reduce((sum, one) => sum + one, 0);
    const messages = [...unfinished(subscriber, copy.changes, known).values()].flat().length;
    const isLeft = !isAll || open.size > 0 || messages > 0;
    const { length } = copy.changes;
    return isLeft ? `${length} changes, ${open.size} redactions after ${steps} steps, ${messages} messages` : '';
  };
  const idleRounds = options.bugs.length > 0 ? idleRoundsOfBugs : usualIdleRounds;
  await finish(sky, left, idleRounds, (what) => log(`${time()}  left: ${what || 'nothing'}`));
  for (const id of open) findings.add('redacted', `The redaction of ${id} is not done.`);
  log(`${time()}  the system has finished`);
  const reconciled = await reconcile(dataFolder, findings);
  log(`${time()}  nothing is left to publish`);
  const checked = { system, subscriber, known, seen, findings };
  const positions = await check(checked, seed * 1_000 + 200);
  log(`${time()}  everything is checked`);
  // Bugs are found by now. A rebuild would mend what some of them have done.
  if (options.bugs.length === 0) {
    await rebuild(dataFolder, findings);
    log(`${time()}  the timelines are rebuilt`);
    await check(checked, seed * 1_000 + 200);
    log(`${time()}  everything is checked again`);
    await checkFairness(url, { busy: keys[1] as string, quiet: keys[2] as string }, findings);
  }
  await subscriber.stop();
  const { calls, faults: faulty, late } = system.database.counts;
  return {
    findings,
    figures: {
      'acknowledged changes': known.acknowledged,
      positions,
      'timelines read': seen.length,
      'messages accepted': subscriber.accepted(),
      'webhook endpoints': subscriber.endpoints.size,
      'words taken down': known.takenDown.size,
      'database calls': calls,
      'database faults': faulty,
      'late reads': late,
      'wakes lost': system.queues.counts.lost,
      'wakes doubled': system.queues.counts.doubled,
      'kills of the runtime': system.kills.runtime,
      'kills of the engine': system.kills.engine,
      'revisions that an operator had to publish': reconciled,
      seconds: Math.round((performance.now() - begun) / 1_000),
    },
  };
}

/**
 * Loads a system with everything that newsrooms do while it is hurt, and compares what it holds with what it has
 * acknowledged.
 */
export async function torture(options: TortureOptions): Promise<TortureResult> {
  const chosen = options.bugs.map((name): [string, Bug] => {
    const bug = bugs[name];
    if (!bug) throw new Error(`There is no bug ${name}, but: ${Object.keys(bugs).join(', ')}.`);
    return [name, bug.make()];
  });
  const hurt = () => chosen.map(([, { victims }]) => victims.size).join(', ');
  const isEnough = () =>
    chosen.length > 0 && chosen.every(([name, { victims }]) => victims.size >= (bugs[name]?.enough ?? 0));
  const acts = chosen.map(([, { act }]) => act);
  const system = await startRunningSystem(chance(options.seed + 1), acts);
  try {
    const result = await run(system, options, hurt, isEnough);
    const verdicts = chosen.map(([name, { foundBy, victims }]) => {
      const found = [...victims].filter((victim) => result.findings.names(foundBy, victim));
      return [name, { hurt: victims.size, found: found.length }] as const;
    });
    return { ...result, bugs: Object.fromEntries(verdicts) };
  } finally {
    await system.stop();
  }
}
