import { IncompleteRead, isConditionFailure, isTransient } from '../runtime/failures.ts';
import { Backoff } from '../runtime/retry.ts';
import { feedAfter, UnreadableEntry } from './feed.ts';
import type { FeedEntry, FeedPlace } from './log-items.ts';

/** Entries read from the feed at a time. */
const entriesPerRead = 50;

/** A follower stops when less time than this is left of its invocation; the next wake goes on from the checkpoint. */
const reserveMs = 10_000;

/** What may be gone at the next try is tried again here first: a failed invocation wakes somebody. */
const backoffOptions = { maximumAttempts: 5, firstPauseMs: 40 };

/** What a follower makes of the feed. */
export interface Follower {
  /** The position followed through, read consistently. */
  checkpoint(): Promise<number>;
  /** The position that it goes no further than for now, read consistently; to the end of the feed if there is no such thing. */
  through?(): Promise<number>;
  /** How many entries from the front to take together; none if another has taken them meanwhile. */
  chunk(entries: readonly FeedEntry[]): number | Promise<number>;
  /**
   * Writes, idempotently, what follows from the entries; then advances the checkpoint to the last of them by a write that is
   * conditional on the checkpoint being where it was before the first of them.
   */
  apply(entries: readonly FeedEntry[]): Promise<void>;
  /** Puts aside an entry that fails for good and advances the checkpoint past it by the same kind of write. */
  park(entry: FeedPlace, reason: unknown): Promise<void>;
}

async function parkUnlessOvertaken(follower: Follower, entry: FeedPlace, reason: unknown): Promise<void> {
  try {
    await follower.park(entry, reason);
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
}

/**
 * Follows the feed from the checkpoint, in position order, to its end, its first gap or where the follower wants to go no further. Whatever woke it carries no data:
 * a wake may be lost, repeated or late. Several may run at once; the checkpoint lets each chunk count once.
 *
 * @param remainingMs tells how much time this invocation has left
 * @returns whether it has come to the end; if not, it must be woken again
 * @throws what may be gone at the next try, and was not at the first few; the checkpoint then stands where it stood
 */
export async function follow(follower: Follower, remainingMs: () => number): Promise<boolean> {
  let alone = false;
  const backoff = new Backoff(backoffOptions);
  while (remainingMs() > reserveMs) {
    const position = await follower.checkpoint();
    let chunk: readonly FeedEntry[] = [];
    try {
      const through = (await follower.through?.()) ?? Number.POSITIVE_INFINITY;
      // What moves that position on brings a wake of its own.
      if (position >= through) return true;
      const { entries, more, gap } = await feedAfter(
        position,
        Math.min(alone ? 1 : entriesPerRead, through - position),
        true,
      );
      if (entries.length === 0 && gap) throw new IncompleteRead(`Position ${position + 1} cannot be seen yet.`);
      if (entries.length === 0) return true;
      chunk = entries.slice(0, await follower.chunk(entries));
      if (chunk.length === 0) continue;
      await follower.apply(chunk);
      // What comes into the feed from now on brings its own wake.
      if (chunk.length === entries.length && !more && !gap && !alone) return true;
      alone = false;
      backoff.reset();
    } catch (error) {
      if (isConditionFailure(error)) continue;
      if (isTransient(error)) {
        await backoff.pause(error);
        continue;
      }
      const failed = error instanceof UnreadableEntry ? error.place : chunk[0];
      if (!failed) throw error;
      alone = chunk.length > 1;
      if (!alone) await parkUnlessOvertaken(follower, failed, error);
    }
  }
  return false;
}
