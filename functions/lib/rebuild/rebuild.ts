import { feedHead } from '../event-log/feed.ts';
import { type Follower, follow } from '../event-log/follower.ts';
import { projector } from '../project/projector.ts';
import { reproject } from '../project/reproject.ts';
import { isConditionFailure, isTransient } from '../runtime/failures.ts';
import { Backoff, retry } from '../runtime/retry.ts';
import { type Checkpoint, findRebuild, RebuildEnded, readCheckpoint } from '../timelines/checkpoint.ts';
import { beginRebuild, retiredGenerations, switchGeneration } from '../timelines/generations.ts';
import { parkedEventIds, parkedPositions } from '../timelines/parked.ts';
import { compareGenerations } from './compare-generations.ts';
import type { Differences } from './differences.ts';
import { removeRetired } from './remove-retired.ts';

/**
 * A function that uses the old generation at the switch has ended by then: one that reads has 10 s, any other at most
 * 60 s.
 */
const graceMs = 70_000;

/** How often a step begins again because another process has changed the timelines meanwhile. */
const maximumAttempts = 20;
const backoffOptions = { maximumAttempts, firstPauseMs: 40, longestPauseMs: 1_000 };

export interface RebuildOptions {
  /** Switch even if readers will see a difference. */
  readonly acceptDifferences?: boolean;
  /** Discard the work of an interrupted rebuild and begin again. */
  readonly anew?: boolean;
  /** How long the old generation stays after the switch, for functions that still read or write it. */
  readonly graceMs?: number;
  readonly onProgress?: (step: string, done: number, total?: number) => void;
}

/** The result of a rebuild. */
export interface Rebuilt {
  /** `cleared`: an earlier rebuild had been interrupted after its switch, and its old generation was removed. */
  readonly outcome: 'switched' | 'differs' | 'cleared';
  readonly position: number;
  /** The positions that are parked in the rebuilt timelines. */
  readonly parked: readonly number[];
  /** Null if this process has not compared the generations that were switched. */
  readonly differences: Differences | null;
  /** The number of items of old generations that were removed. */
  readonly removed: number;
}

type Progress = NonNullable<RebuildOptions['onProgress']>;

/** A rebuild runs on a terminal and has no deadline. */
const unlimitedMs = () => Number.POSITIVE_INFINITY;

/** The checkpoint stores the parked positions, and the result lists them. No queue message is needed. */
const park = async () => {};

const isRetryable = (error: unknown) => isConditionFailure(error) || isTransient(error);

/** Projects the feed into the rebuilt timelines to its end, and reprojects the entries that were parked on the way. */
async function catchUp(onProgress: Progress): Promise<Checkpoint> {
  const head = await feedHead();
  const follower = projector(park, 'REBUILD');
  const watched: Follower = {
    ...follower,
    async checkpoint() {
      const position = await follower.checkpoint();
      onProgress('Projecting', position, Math.max(position, head.position));
      return position;
    },
  };
  await follow(watched, unlimitedMs);
  for await (const eventId of parkedEventIds((await readCheckpoint('REBUILD')).generation)) {
    await reproject(eventId, 'REBUILD').catch((error) => {
      if (isTransient(error) || error instanceof RebuildEnded) throw error;
    });
  }
  return readCheckpoint('REBUILD');
}

/** Projects both generations to the end of the feed. The function that projects the one in use may be stopped. */
async function catchUpBoth(onProgress: Progress): Promise<void> {
  const { position } = await catchUp(onProgress);
  const live = await readCheckpoint();
  if (live.position < position || live.searching || live.erasing) await follow(projector(park), unlimitedMs);
}

/** Whether timelines have changed between two checkpoints only by projecting further entries. */
const hasOnlyAdvanced = (before: Checkpoint, after: Checkpoint) =>
  before.generation === after.generation && before.repairs === after.repairs && before.parked === after.parked;

/** The checkpoints of two generations that were compared, and their differences. */
interface ComparisonResult {
  readonly present: Checkpoint;
  readonly rebuilt: Checkpoint;
  readonly differences: Differences;
}

async function compare(onProgress: Progress): Promise<ComparisonResult> {
  for (let attempt = 1; attempt <= maximumAttempts; attempt++) {
    await catchUpBoth(onProgress);
    const [present, rebuilt] = await Promise.all([readCheckpoint(), readCheckpoint('REBUILD')]);
    const differences = await compareGenerations({
      present,
      rebuilt,
      catchUpBoth: () => catchUpBoth(onProgress),
      onFacet: (done, total) => onProgress('Comparing', done, total),
    });
    const [presentNow, rebuiltNow] = await Promise.all([readCheckpoint(), readCheckpoint('REBUILD')]);
    if (hasOnlyAdvanced(present, presentNow) && hasOnlyAdvanced(rebuilt, rebuiltNow)) {
      return { present, rebuilt, differences };
    }
  }
  throw new Error(
    'The parked entries changed during each comparison. Wait until no other process reprojects them, and run it again.',
  );
}

/** @returns whether the rebuilt timelines are in use now; false if the generations must be compared again */
async function switchTo({ present, rebuilt, differences }: ComparisonResult, onProgress: Progress): Promise<boolean> {
  // Differences that no reader can see must not make caches fetch everything again.
  const changes = differences.count > 0;
  const backoff = new Backoff(backoffOptions);
  for (;;) {
    const now = await catchUp(onProgress);
    const live = await readCheckpoint();
    if (!hasOnlyAdvanced(present, live) || !hasOnlyAdvanced(rebuilt, now)) return false;
    try {
      await switchGeneration(live, now, changes ? live.repairs + 1 : live.repairs);
      return true;
    } catch (error) {
      if (!isRetryable(error)) throw error;
      await backoff.pause(new Error('The record grows too fast to switch. Run it again: it continues from here.'));
    }
  }
}

/** The rebuild in progress, or a new one; null if an earlier one only has to remove the generation that it replaced. */
async function begin(anew: boolean): Promise<Checkpoint | null> {
  const inProgress = await findRebuild();
  if (inProgress && !anew) return inProgress;
  if (!inProgress && !anew && (await retiredGenerations()).length > 0) return null;
  return beginRebuild(inProgress);
}

/**
 * Projects the whole feed into a new generation of timelines, compares it with the generation in use, switches to it
 * and removes the old one. Reads and writes go on meanwhile. It continues a rebuild that was interrupted, and several
 * may run at once.
 *
 * @throws {Error} when a step fails; the next run continues from there
 */
export async function rebuild({
  acceptDifferences = false,
  anew = false,
  graceMs: grace = graceMs,
  onProgress = () => {},
}: RebuildOptions = {}): Promise<Rebuilt> {
  let outcome: Rebuilt['outcome'] = 'cleared';
  let differences: Differences | null = null;
  const begun = await retry(() => begin(anew), { ...backoffOptions, isRetryable });
  try {
    while (begun !== null && outcome === 'cleared') {
      const result = await compare(onProgress);
      differences = result.differences;
      if (differences.count > 0 && !acceptDifferences) {
        const { position, generation } = result.rebuilt;
        const parked = await parkedPositions(generation);
        return { outcome: 'differs', position, parked, differences, removed: 0 };
      }
      if (await switchTo(result, onProgress)) outcome = 'switched';
    }
  } catch (error) {
    // Another process has ended this rebuild, so its timelines are in use.
    if (!(error instanceof RebuildEnded)) throw error;
    outcome = 'switched';
    differences = null;
  }
  const removed = await removeRetired(grace, onProgress);
  const { position, generation } = await readCheckpoint();
  return { outcome, position, parked: await parkedPositions(generation), differences, removed };
}
