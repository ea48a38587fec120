import { setTimeout as delay } from 'node:timers/promises';
import { impreciseHappenings } from '../../test/journeys/support/imprecise-events.ts';
import { chance } from '../../test/support/models/chance.ts';
import { Acknowledgements } from './acknowledgements.ts';
import { bugs } from './bugs.ts';
import { checkRecord, missingFrom, readFeed } from './check-record.ts';
import { Findings } from './findings.ts';
import { type Desk, work } from './newsroom.ts';
import { type RunningSystem, startRunningSystem } from './running-system.ts';
import { calmDown, faults, nextFaults, type Sky } from './weather.ts';

/** What to torture, and for how long. */
export interface TortureOptions {
  readonly minutes: number;
  readonly seed: number;
  /** The names of the bugs that it should find. */
  readonly bugs: readonly string[];
  readonly log: (line: string) => void;
}

/** What came out. */
export interface TortureResult {
  readonly findings: Findings;
  readonly figures: Readonly<Record<string, number>>;
}

const stormMs = { least: 1_500, most: 5_000 };
const roundMs = 8_000;
const finishingRounds = 8;
/** By how much the clocks go ahead each time. It is more than any wait of a redaction, and than most waits of deliveries. */
const aheadMs = 30 * 60_000;
const desks = 3;
const pauseMs = 250;

const secondsSince = (begun: number) => Math.round((performance.now() - begun) / 1000);

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
 * Lets the system finish. Its clocks go ahead, since much is due only later: held events, retries, what a redaction looks for again. It
 * is started anew as often, since a new system begins with everything that is due.
 *
 * @returns whether everything is finished
 */
async function finish(sky: Sky, isFinished: () => Promise<boolean>): Promise<boolean> {
  for (let round = 1; round <= finishingRounds; round++) {
    await calmDown(sky, round * aheadMs);
    await sky.system.killRuntime();
    if (await eventually(isFinished, roundMs)) return true;
  }
  return false;
}

async function run(system: RunningSystem, options: TortureOptions): Promise<TortureResult> {
  const { minutes, seed, log } = options;
  const { url, key } = system;
  const begun = performance.now();
  const known = new Acknowledgements();
  const findings = new Findings();
  const sky: Sky = { system, receivers: { failing: 0 } };
  const happenings = impreciseHappenings(200);
  const storms: Record<string, number> = {};
  let isOver = false;

  const working = Array.from({ length: desks }, (_, index): Desk => {
    const name = `d${index}s${seed}`;
    const stories = [`own-${index}`, 'shared'];
    return {
      ...{ name, newsroom: 'example', key, stories, url, happenings, known, findings, pauseMs },
      luck: chance(seed * 1_000 + index),
      goOn: async () => !isOver,
    };
  }).map((desk) => work(desk));

  const luck = chance(seed);
  const endMs = minutes * 60_000;
  while (performance.now() - begun < endMs) {
    const names = nextFaults(luck);
    const lengthMs = stormMs.least + luck.below(stormMs.most - stormMs.least);
    log(`${String(secondsSince(begun)).padStart(5)} s  ${names.join(', ')}`);
    for (const name of names) {
      storms[name] = (storms[name] ?? 0) + 1;
      await faults[name]?.(sky);
    }
    await delay(lengthMs);
    await calmDown(sky);
  }
  isOver = true;
  await Promise.all(working);
  await calmDown(sky);
  log(`${String(secondsSince(begun)).padStart(5)} s  all is calm: ${known.acknowledged} acknowledged`);
  const isPublished = async () => missingFrom(await readFeed(url), known).length === 0;
  await eventually(isPublished, roundMs);
  await finish(sky, isPublished);
  const feed = await readFeed(url);
  checkRecord(feed, known, findings);
  for (const offence of system.database.offences) findings.add('log', offence);
  const { calls, faults: faulty, late } = system.database.counts;
  return {
    findings,
    figures: {
      acknowledged: known.acknowledged,
      positions: feed.length,
      'database calls': calls,
      'database faults': faulty,
      'late reads': late,
      'kills of the runtime': system.kills.runtime,
      'kills of the engine': system.kills.engine,
      seconds: secondsSince(begun),
    },
  };
}

/** Loads a system with everything that newsrooms do while it is hurt, and compares what it holds with what it has acknowledged. */
export async function torture(options: TortureOptions): Promise<TortureResult> {
  const chosen = options.bugs.map((name) => {
    const bug = bugs[name];
    if (!bug) throw new Error(`There is no bug ${name}, but: ${Object.keys(bugs).join(', ')}.`);
    return bug;
  });
  const system = await startRunningSystem(chance(options.seed + 1), chosen);
  try {
    return await run(system, options);
  } finally {
    await system.stop();
  }
}
