import { feedHead } from '../event-log/feed.ts';
import { type Follower, follow } from '../event-log/follower.ts';
import { projector } from '../project/projector.ts';
import { reproject } from '../project/reproject.ts';
import { isConditionFailure, isTransient } from '../runtime/failures.ts';
import { Backoff, retry } from '../runtime/retry.ts';
import { type Checkpoint, findRebuild, RebuildEnded, readCheckpoint } from '../timelines/checkpoint.ts';
import { beginRebuild, putInPlace, retiredGenerations } from '../timelines/generations.ts';
import { compareGenerations } from './compare-generations.ts';
import type { Differences } from './differences.ts';
import { removeRetired } from './remove-retired.ts';

/** Whatever runs on a generation when it is replaced has ended by then: a function has 60 s at most, a reader 10. */
const graceMs = 70_000;

/** What others do meanwhile can make any step begin again so often. */
const maximumAttempts = 20;
const backoffOptions = { maximumAttempts, firstPauseMs: 40, longestPauseMs: 1_000 };

export interface RebuildOptions {
  /** Switch even though a reader will see a difference. */
  readonly acceptDifferences?: boolean;
  /** Begin again, whatever an interrupted rebuild has done. */
  readonly anew?: boolean;
  /** How long the old generation stays after the switch, for those who are reading or writing it. */
  readonly graceMs?: number;
  readonly onProgress?: (step: string, done: number, total?: number) => void;
}

/** How a rebuild ended. */
export interface Rebuilt {
  /** `cleared`: one that was interrupted after its switch has been brought to its end. */
  readonly outcome: 'switched' | 'differs' | 'cleared';
  readonly position: number;
  /** Positions that are put aside in the rebuilt timelines. */
  readonly parked: readonly number[];
  /** Null if another process has compared, or an earlier one. */
  readonly differences: Differences | null;
  /** How many items of old generations were removed. */
  readonly removed: number;
}

type Progress = NonNullable<RebuildOptions['onProgress']>;

const forEver = () => Number.POSITIVE_INFINITY;

/** It is told who asks for it: the checkpoint remembers the position. */
const putAside = async () => {};

const hasComeBetween = (error: unknown) => isConditionFailure(error) || isTransient(error);

/** Follows the feed into the rebuilt timelines up to its end, and tries again what was put aside on the way. */
async function catchUp(onProgress: Progress): Promise<Checkpoint> {
  const head = await feedHead();
  const follower = projector(putAside, 'REBUILD');
  const watched: Follower = {
    ...follower,
    async checkpoint() {
      const position = await follower.checkpoint();
      onProgress('Projecting', position, Math.max(position, head.position));
      return position;
    },
  };
  await follow(watched, forEver);
  for (const position of (await readCheckpoint('REBUILD')).parked) {
    await reproject(position, 'REBUILD').catch((error) => {
      if (isTransient(error) || error instanceof RebuildEnded) throw error;
    });
  }
  return readCheckpoint('REBUILD');
}

/** Brings both to the end of the feed. Nobody else may be there to do so for those in use. */
async function level(onProgress: Progress): Promise<void> {
  const { position } = await catchUp(onProgress);
  if ((await readCheckpoint()).position < position) await follow(projector(putAside), forEver);
}

/** Whether a checkpoint is still about what it was about, however far it has come since. */
const isSame = (one: Checkpoint, other: Checkpoint) =>
  one.generation === other.generation && one.mended === other.mended && `${one.parked}` === `${other.parked}`;

/** What was compared, and what came of it. */
interface Compared {
  readonly present: Checkpoint;
  readonly rebuilt: Checkpoint;
  readonly differences: Differences;
}

async function compared(onProgress: Progress): Promise<Compared> {
  for (let attempt = 1; attempt <= maximumAttempts; attempt++) {
    await level(onProgress);
    const [present, rebuilt] = await Promise.all([readCheckpoint(), readCheckpoint('REBUILD')]);
    const differences = await compareGenerations({
      present,
      rebuilt,
      level: () => level(onProgress),
      onFacet: (done, total) => onProgress('Comparing', done, total),
    });
    const [presentNow, rebuiltNow] = await Promise.all([readCheckpoint(), readCheckpoint('REBUILD')]);
    if (isSame(present, presentNow) && isSame(rebuilt, rebuiltNow)) return { present, rebuilt, differences };
  }
  throw new Error('What is put aside changes all the time. End what takes it back, and run it again.');
}

/** @returns whether the rebuilt timelines are in place; they are not if what was compared is not what there is any more */
async function switchTo({ present, rebuilt, differences }: Compared, onProgress: Progress): Promise<boolean> {
  // What no reader can see is no reason to have all caches ask anew.
  const changes = differences.count > 0;
  const backoff = new Backoff(backoffOptions);
  for (;;) {
    const now = await catchUp(onProgress);
    const live = await readCheckpoint();
    if (!isSame(present, live) || !isSame(rebuilt, now)) return false;
    try {
      await putInPlace(live, now, changes ? live.mended + 1 : live.mended);
      return true;
    } catch (error) {
      if (!hasComeBetween(error)) throw error;
      await backoff.pause(new Error('The record grows too fast to switch. Run it again: it goes on from here.'));
    }
  }
}

/** The rebuild under way, or a new one; null if all that is left to do of an earlier one is to remove what it replaced. */
async function begin(anew: boolean): Promise<Checkpoint | null> {
  const under = await findRebuild();
  if (under && !anew) return under;
  if (!under && !anew && (await retiredGenerations()).length > 0) return null;
  return beginRebuild(under);
}

/**
 * Rebuilds the timelines from the feed into a new generation while others read and write, compares it with the one in use, puts it in
 * its place and removes the old one. Goes on where an earlier one was interrupted, and does no harm beside another.
 *
 * @throws what stopped it; run again, it goes on from there
 */
export async function rebuild({
  acceptDifferences = false,
  anew = false,
  graceMs: grace = graceMs,
  onProgress = () => {},
}: RebuildOptions = {}): Promise<Rebuilt> {
  let outcome: Rebuilt['outcome'] = 'cleared';
  let differences: Differences | null = null;
  const begun = await retry(() => begin(anew), { ...backoffOptions, isRetryable: hasComeBetween });
  try {
    while (begun !== null && outcome === 'cleared') {
      const result = await compared(onProgress);
      differences = result.differences;
      if (differences.count > 0 && !acceptDifferences) {
        const { position, parked } = result.rebuilt;
        return { outcome: 'differs', position, parked, differences, removed: 0 };
      }
      if (await switchTo(result, onProgress)) outcome = 'switched';
    }
  } catch (error) {
    // Another process has ended it: it is in place.
    if (!(error instanceof RebuildEnded)) throw error;
    outcome = 'switched';
    differences = null;
  }
  const removed = await removeRetired(grace, onProgress);
  const { position, parked } = await readCheckpoint();
  return { outcome, position, parked, differences, removed };
}
