import { IncompleteRead, isConditionFailure, isTransient } from '../runtime/failures.ts';
import { Backoff } from '../runtime/retry.ts';
import { feedAfter, UnreadableEntry } from './feed.ts';
import type { FeedEntry, FeedPlace } from './log-items.ts';

/** Entries read from the feed at a time. */
const entriesPerRead = 50;

/** A follower stops when its invocation has less time left than this. The next invocation continues from the checkpoint. */
const reserveMs = 10_000;

/** A transient error is retried here first, since an invocation that fails raises an alarm. */
const backoffOptions = { maximumAttempts: 5, firstPauseMs: 40 };

/** The part of a follower that is its own. `follow` does the rest. */
export interface Follower {
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
  /** Parks an entry that fails permanently, and advances the checkpoint past it on the same condition. */
  park(entry: FeedPlace, reason: unknown): Promise<void>;
}

async function parkUnlessCheckpointMoved(follower: Follower, entry: FeedPlace, reason: unknown): Promise<void> {
  try {
    await follower.park(entry, reason);
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
}

/**
 * Follows the feed from the checkpoint, in order of position, to its end, to its first gap or to the last position that the follower
 * wants. An invocation carries no data, so it may be lost, repeated or late. Several instances may run at once: the condition on the
 * checkpoint makes each chunk count once.
 *
 * @param remainingMs the time that is left of this invocation, in milliseconds
 * @returns whether the follower has reached the end; if not, it must be invoked again
 * @throws {Error} when a transient error persists; the checkpoint has not moved then
 */
export async function follow(follower: Follower, remainingMs: () => number): Promise<boolean> {
  // A chunk that fails permanently does not say which entry is the cause. The next chunks have one entry each.
  let oneAtATime = false;
  const backoff = new Backoff(backoffOptions);
  while (remainingMs() > reserveMs) {
    const position = await follower.checkpoint();
    let chunk: readonly FeedEntry[] = [];
    try {
      const through = (await follower.through?.()) ?? Number.POSITIVE_INFINITY;
      // The function that raises this position invokes the follower again.
      if (position >= through) return true;
      const { entries, more, gap } = await feedAfter(
        position,
        Math.min(oneAtATime ? 1 : entriesPerRead, through - position),
        true,
      );
      if (entries.length === 0 && gap) throw new IncompleteRead(`Position ${position + 1} is not visible yet.`);
      if (entries.length === 0) return true;
      chunk = entries.slice(0, await follower.chunk(entries));
      if (chunk.length === 0) continue;
      await follower.apply(chunk);
      // A later entry of the feed invokes the follower again.
      if (chunk.length === entries.length && !more && !gap && !oneAtATime) return true;
      oneAtATime = false;
      backoff.reset();
    } catch (error) {
      if (isConditionFailure(error)) continue;
      if (isTransient(error)) {
        await backoff.pause(error);
        continue;
      }
      const failed = error instanceof UnreadableEntry ? error.place : chunk[0];
      if (!failed) throw error;
      oneAtATime = chunk.length > 1;
      if (!oneAtATime) await parkUnlessCheckpointMoved(follower, failed, error);
    }
  }
  return false;
}
