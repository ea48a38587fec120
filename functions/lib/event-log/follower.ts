import type { Place } from '../../../events/revision.ts';
import { IncompleteRead, isConditionFailure, isFaultOfItem } from '../runtime/failures.ts';
import { Backoff } from '../runtime/retry.ts';
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
      await follower.apply(chunk);
      // What comes into the feed from now on brings its own wake.
      if (chunk.length === entries.length && !more && !gap) return true;
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
