import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { IncompleteRead, isConditionFailure, isFaultOfItem } from '../runtime/failures.ts';
import { Backoff } from '../runtime/retry.ts';
import { type AttemptLog, isRecorded, nextStep } from './attempts.ts';
import { type FeedPage, feedAfter, UnreadableEntry } from './feed.ts';
import type { FeedEntry, ReadablePart } from './log-items.ts';

/** Entries read from the feed at a time. */
const entriesPerRead = 50;

/**
 * A follower stops when its invocation has less time left than this. The next invocation continues from the checkpoint.
 */
const reserveMs = 10_000;

/**
 * An error that is not the fault of an item is retried here with fewer and fewer entries, down to one; then the whole
 * invocation is retried.
 */
const backoffOptions = { maximumAttempts: 10, firstPauseMs: 40, longestPauseMs: 640 };

/** An attempt ends this long before its invocation, so that slow calls do not look like a crash. */
const lastMomentMs = 3_000;

/** A function has at most 60 seconds. A follower on a terminal has no deadline. */
const longestInvocationMs = 60_000;

const emptyPage: FeedPage = { entries: [], more: false, gap: false };

/** An entry of the feed, or what is known of one that cannot be read. */
export type ParkableEntry = FeedEntry | ReadablePart;

/** The part of a follower that is its own. `follow` does the rest. */
export interface Follower {
  /** The log of attempts at entries that failed before. */
  readonly attempts: AttemptLog;
  /** The position of the checkpoint, read consistently. */
  checkpoint(): Promise<number>;
  /** The last position to read for now, read consistently. Without it, the follower reads to the end of the feed. */
  through?(): Promise<number>;
  /** How many of the first entries to apply together; 0 if another instance has applied them meanwhile. */
  chunk(entries: readonly FeedEntry[]): number | Promise<number>;
  /**
   * Does the work for the entries, idempotently. Then it advances the checkpoint to the last of them, on the condition
   * that the checkpoint has not moved.
   */
  apply(entries: readonly FeedEntry[]): Promise<void>;
  /** Does a part of what is left to do when there is nothing to read for now. @returns whether there may be more */
  atEnd?(): Promise<boolean>;
  /** Parks an entry that fails permanently, and advances the checkpoint past it on the same condition. */
  park(entry: ParkableEntry, reason: unknown): Promise<void>;
}

async function parkUnlessCheckpointMoved(follower: Follower, entry: ParkableEntry, reason: unknown): Promise<void> {
  try {
    await follower.park(entry, reason);
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
}

/** The invocation ran out of time. The next one continues, since nothing need be wrong with the entries. */
class OutOfTime extends Error {
  override readonly name = 'TimeoutError';
}

async function withinMs(ms: number, work: Promise<void>): Promise<void> {
  if (!Number.isFinite(ms)) return work;
  const timer = new AbortController();
  const end = setTimeout(ms, undefined, { signal: timer.signal, ref: false }).then(() => {
    throw new OutOfTime('The invocation ran out of time.');
  });
  try {
    await Promise.race([work, end]);
  } finally {
    timer.abort();
    end.catch(() => {});
  }
}

/** An entry crashed its function repeatedly, by using all of its memory or time, and is parked. */
class EndedFunction extends Error {
  override readonly name = 'EndedFunction';
}

/** One invocation of a follower. */
interface Invocation {
  readonly remainingMs: () => number;
  /** Whether nothing was attempted yet, so that an attempt has the whole time of the invocation. */
  isFresh: boolean;
}

/**
 * Applies a chunk. If its first entry is old, the attempt is recorded, and its end too, even if it fails. So only a
 * crash of the function leaves an attempt open. After one crash, the entry is applied alone. After three, it is parked.
 *
 * @returns the number of entries that are done; 0 if the next invocation must apply the first one alone, with its whole
 *   time
 */
async function applyRecorded(follower: Follower, chunk: readonly FeedEntry[], invocation: Invocation): Promise<number> {
  const first = chunk[0] as FeedEntry;
  const { isFresh } = invocation;
  invocation.isFresh = false;
  if (!isRecorded(first, Date.now())) {
    await follower.apply(chunk);
    return chunk.length;
  }
  const { attempts } = follower;
  const remainingMs = invocation.remainingMs();
  const open = await attempts.open(first.position);
  const step = nextStep(open, Date.now());
  const ids = open.map(({ id }) => id);
  if (step === 'park') {
    const reason = new EndedFunction(
      `The entry at position ${first.position} ended the function ${open.length} times.`,
    );
    await parkUnlessCheckpointMoved(follower, first, reason);
    await attempts.end(first.position, ids);
    return 1;
  }
  if (step === 'alone' && !isFresh) return 0;
  const isAlone = step === 'alone' || chunk.length === 1;
  const until = new Date(Date.now() + Math.min(remainingMs, longestInvocationMs)).toISOString();
  const attempt = { id: randomUUID(), until, isDecisive: isAlone && isFresh };
  await attempts.begin(first.position, attempt);
  let isApplied = false;
  try {
    await withinMs(remainingMs - lastMomentMs, follower.apply(isAlone ? [first] : chunk));
    isApplied = true;
  } finally {
    await attempts.end(first.position, isApplied ? [attempt.id, ...ids] : [attempt.id]);
  }
  return isAlone ? 1 : chunk.length;
}

/** After a success, more entries are applied together again. */
const faster = (size: number) => Math.min(entriesPerRead, size * 2);

/** After a transient failure, fewer entries are applied together, since the work of a smaller chunk counts sooner. */
const slower = (size: number, attempted: number) =>
  attempted === 0 ? size : Math.max(1, Math.min(size, attempted) >> 1);

/**
 * Follows the feed from the checkpoint, in order of position, to its end, to its first gap or to the last position that
 * the follower wants. An invocation carries no data, so it may be lost, repeated or late. Several instances may run at
 * once: the condition on the checkpoint makes each chunk count once.
 *
 * An entry is parked only if it is the cause of the failure. All other failures are retried with fewer entries at a
 * time.
 *
 * @param remainingMs the time that is left of this invocation, in milliseconds
 * @returns whether the follower has reached the end; if not, it must be invoked again
 * @throws {Error} when a failure persists; the checkpoint is then behind the last chunk that succeeded
 */
export async function follow(follower: Follower, remainingMs: () => number): Promise<boolean> {
  let size = entriesPerRead;
  const invocation = { remainingMs, isFresh: true };
  const backoff = new Backoff(backoffOptions);
  let position = -1;
  /** The position at which another instance was first, or the checkpoint was not visible yet. */
  let conflictAt = -1;
  while (remainingMs() > reserveMs) {
    let chunk: readonly FeedEntry[] = [];
    try {
      position = await follower.checkpoint();
      const through = (await follower.through?.()) ?? Number.POSITIVE_INFINITY;
      // The function that raises this position invokes the follower again.
      const isThrough = position >= through;
      const page = isThrough ? emptyPage : await feedAfter(position, Math.min(size, through - position), 'consistent');
      const { entries, more, gap } = page;
      if (entries.length === 0 && gap) throw new IncompleteRead(`Position ${position + 1} is not visible yet.`);
      if (entries.length === 0) {
        if (!(await follower.atEnd?.())) return true;
        backoff.reset();
        continue;
      }
      chunk = entries.slice(0, await follower.chunk(entries));
      if (chunk.length === 0) continue;
      const applied = await applyRecorded(follower, chunk, invocation);
      if (applied === 0) return false;
      chunk = [];
      // A later entry of the feed invokes the follower again.
      if (applied === entries.length && !more && !gap && !(await follower.atEnd?.())) return true;
      size = faster(size);
      backoff.reset();
    } catch (error) {
      if (isConditionFailure(error)) {
        if (position === conflictAt) await backoff.pause(error);
        conflictAt = position;
        continue;
      }
      const failed = error instanceof UnreadableEntry ? error.known : chunk[0];
      if (!failed || !isFaultOfItem(error)) {
        await backoff.pause(error);
        size = slower(size, chunk.length);
      } else if (chunk.length > 1) size = 1;
      else await parkUnlessCheckpointMoved(follower, failed, error);
    }
  }
  return false;
}
