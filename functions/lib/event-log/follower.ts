import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Place } from '../../../events/revision.ts';
import { IncompleteRead, isConditionFailure, isFaultOfItem } from '../runtime/failures.ts';
import { Backoff } from '../runtime/retry.ts';
import { type AttemptLog, isRecorded, nextStep } from './attempts.ts';
import { feedAfter, UnreadableEntry } from './feed.ts';
import type { FeedEntry } from './log-items.ts';

/** Entries read from the feed at a time. */
const entriesPerRead = 50;

/** A follower stops when its invocation has less time left than this. The next invocation continues from the checkpoint. */
const reserveMs = 10_000;

/**
 * An error that is not the fault of an item is retried here with fewer and fewer entries, down to one; then the whole invocation is
 * retried.
 */
const backoffOptions = { maximumAttempts: 10, firstPauseMs: 40, longestPauseMs: 640 };

/** An attempt ends this long before its invocation does, so that slow calls do not look like a death. */
const lastMomentMs = 3_000;

/** A follower on a terminal has no deadline; a function has 60 seconds at most. */
const longestInvocationMs = 60_000;

/** The part of a follower that is its own. `follow` does the rest. */
export interface Follower {
  /** Where attempts at entries that failed before are recorded. */
  readonly attempts: AttemptLog;
  /** The position of the checkpoint, read consistently. */
  checkpoint(): Promise<number>;
  /** The last position to read for now, read consistently. Without it, the follower reads to the end of the feed. */
  through?(): Promise<number>;
  /** How many of the first entries to apply together; 0 if another instance has applied them meanwhile. */
  chunk(entries: readonly FeedEntry[]): number | Promise<number>;
  /**
   * Does the work for the entries, idempotently. Then it advances the checkpoint to the last of them, on the condition that the
   * checkpoint has not moved.
   */
  apply(entries: readonly FeedEntry[]): Promise<void>;
  /** Parks an entry that fails permanently and advances the checkpoint past it by the same kind of write. */
  park(entry: FeedEntry | Place, reason: unknown): Promise<void>;
}

async function parkUnlessOvertaken(follower: Follower, entry: FeedEntry | Place, reason: unknown): Promise<void> {
  try {
    await follower.park(entry, reason);
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
}

/** The invocation ran out of time. The next one continues; nothing is known to be wrong with the entries. */
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

/** An entry is parked that ended its function again and again, for want of memory or time. */
class EndedFunction extends Error {
  override readonly name = 'EndedFunction';
}

/** One invocation of a follower. */
interface Invocation {
  readonly remainingMs: () => number;
  /** Whether nothing has been attempted yet, so that an attempt has all the time there is. */
  isFresh: boolean;
}

/**
 * Applies a chunk. If its first entry is old, the attempt is recorded, and its end as well, also when it fails: only the death of the
 * function leaves it open. After one such death, entries are taken alone; after three, the entry is parked.
 *
 * @returns how many entries are done; 0 if the next invocation must take the first one alone, with all its time
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
    await parkUnlessOvertaken(follower, first, reason);
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

/** After a success, more entries are taken together again. */
const faster = (size: number) => Math.min(entriesPerRead, size * 2);

/** After a failure that may pass, fewer entries: what is done of a smaller chunk counts sooner. */
const slower = (size: number, taken: number) => Math.max(1, Math.min(size, taken) >> 1);

/**
 * Follows the feed from the checkpoint, in order of position, to its end, to its first gap or to the last position that the follower
 * wants. An invocation carries no data, so it may be lost, repeated or late. Several instances may run at once: the condition on the
 * checkpoint makes each chunk count once.
 *
 * An entry is parked only if the failure is its own fault. All other failures are retried with fewer entries at a time.
 *
 * @param remainingMs tells how much time this invocation has left
 * @returns whether it has come to the end; if not, it must be woken again
 * @throws the failure that was retried in vain; the checkpoint is then where the last chunk left it
 */
export async function follow(follower: Follower, remainingMs: () => number): Promise<boolean> {
  let size = entriesPerRead;
  const invocation = { remainingMs, isFresh: true };
  const backoff = new Backoff(backoffOptions);
  while (remainingMs() > reserveMs) {
    let chunk: readonly FeedEntry[] = [];
    try {
      const position = await follower.checkpoint();
      const through = (await follower.through?.()) ?? Number.POSITIVE_INFINITY;
      // The function that raises this position invokes the follower again.
      if (position >= through) return true;
      const { entries, more, gap } = await feedAfter(position, Math.min(size, through - position), true);
      if (entries.length === 0 && gap) throw new IncompleteRead(`Position ${position + 1} is not visible yet.`);
      if (entries.length === 0) return true;
      chunk = entries.slice(0, await follower.chunk(entries));
      if (chunk.length === 0) continue;
      const applied = await applyRecorded(follower, chunk, invocation);
      if (applied === 0) return false;
      // What comes into the feed from now on brings its own wake.
      if (applied === entries.length && !more && !gap) return true;
      size = faster(size);
      backoff.reset();
    } catch (error) {
      if (isConditionFailure(error)) continue;
      const failed = error instanceof UnreadableEntry ? error.place : chunk[0];
      if (!failed || !isFaultOfItem(error)) {
        await backoff.pause(error);
        size = slower(size, chunk.length);
      } else if (chunk.length > 1) size = 1;
      else await parkUnlessOvertaken(follower, failed, error);
    }
  }
  return false;
}
