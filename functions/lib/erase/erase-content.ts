import { randomInt, randomUUID } from 'node:crypto';
import { base32Alphabet } from '../../../events/base32.ts';
import { minuteMs } from '../../../events/dates/durations.ts';
import {
  keepInvalidationPace,
  mayInvalidate,
  paceAfter,
  readInvalidationPace,
} from '../redactions/invalidation-pace.ts';
import type { OpenRedaction } from '../redactions/redaction-state.ts';
import { allOpenRedactions, keepOpenRedaction } from '../redactions/redactions.ts';
import { logger, milliseconds } from '../runtime/observability.ts';
import { UnreadableItem } from '../runtime/stored-item.ts';
import { releaseBlankingLease, takeBlankingLease } from '../timelines/blanking-lease.ts';
import { inTurn } from './in-turn.ts';
import { moveStories } from './move-stories.ts';
import { afterInvalidation, carryOn, closeIfForgotten, needsInvalidation } from './redaction-run.ts';

/** Longer than the timeout of the function: the lease of one that was killed ends soon after it. */
const leaseMs = 2 * minuteMs;

/** Runs begin at different events, so that those at the end get their turn however many there are. */
const anyBeginning = () => `evt_${base32Alphabet[randomInt(base32Alphabet.length)]}`;

/** How long one redaction has the worker before the next one has its turn. It goes on in the next run. */
const turnMs = 5_000;

interface EraseOptions {
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly hasTime: () => boolean;
  /** Asks the content delivery network to forget all that it has. */
  readonly invalidate: (now: number) => Promise<void>;
  /**
   * Removes what is held under the id of an event. Commands leave it to the function, which runs many times during each
   * redaction.
   */
  readonly forgetHeld?: (newsroom: string, eventId: string) => Promise<void>;
}

/**
 * All open redactions that can be read, one of each newsroom after the other. Within a newsroom, each run begins
 * elsewhere.
 */
async function openInTurn(failures: unknown[]): Promise<OpenRedaction[]> {
  const found: OpenRedaction[] = [];
  try {
    for await (const open of allOpenRedactions(anyBeginning())) found.push(open);
  } catch (error) {
    if (!(error instanceof UnreadableItem)) throw error;
    failures.push(error);
  }
  return inTurn(found, Math.random());
}

/**
 * Carries all open redactions on, each as far as it can be carried in its turn. One that fails does not keep the others
 * from it.
 *
 * @throws {Error} the first failure, at the end
 */
export async function eraseContent({ now, hasTime, invalidate, forgetHeld }: EraseOptions): Promise<void> {
  const holder = randomUUID();
  let isHeld = false;
  const failures: unknown[] = [];
  const stale: OpenRedaction[] = [];
  let oldest: number | undefined;

  function noteAge({ requestedAt }: { readonly requestedAt: string }): void {
    const requestedMs = Date.parse(requestedAt);
    oldest = Math.min(oldest ?? requestedMs, requestedMs);
  }

  async function holdOffRebuilds(): Promise<boolean> {
    isHeld = await takeBlankingLease(holder, new Date(now() + leaseMs).toISOString());
    return isHeld;
  }

  async function attempt(eventId: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      failures.push(error);
      logger.error('A redaction failed. It is attempted again in a minute.', { eventId, error: error as Error });
    }
  }

  async function takeTurn(open: OpenRedaction): Promise<void> {
    await forgetHeld?.(open.newsroom, open.eventId);
    const end = performance.now() + turnMs;
    const hasTurn = () => hasTime() && performance.now() < end;
    const carried = await carryOn(open, { now, hasTime: hasTurn, holdOffRebuilds });
    if (needsInvalidation(carried, now())) stale.push(carried);
    await closeIfForgotten(carried, now());
  }

  async function invalidateStale(): Promise<void> {
    const pace = await readInvalidationPace();
    const newsrooms = stale.map(({ newsroom }) => newsroom);
    if (!mayInvalidate(pace, newsrooms, now())) return;
    await keepInvalidationPace(paceAfter(pace, newsrooms, now()));
    await invalidate(now());
    for (const open of stale) await keepOpenRedaction(afterInvalidation(open, now()));
  }

  try {
    for (const open of await openInTurn(failures)) {
      noteAge(open);
      if (hasTime()) await attempt(open.eventId, () => takeTurn(open));
    }
    await attempt('moves', async () => {
      // One whose command was interrupted goes no further by itself.
      for (const move of await moveStories({ now, hasTime, holdOffRebuilds, invalidate })) noteAge(move);
    });
  } finally {
    if (isHeld) await releaseBlankingLease(holder);
  }
  if (stale.length > 0) await attempt('all', invalidateStale);
  // Nothing is published while nothing is open: a metric costs money in each hour in which it is published.
  if (oldest !== undefined) milliseconds('RedactionAge', Math.max(0, now() - oldest));
  if (failures.length > 0) throw failures[0];
}
