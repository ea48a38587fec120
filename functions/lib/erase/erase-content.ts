import { randomInt, randomUUID } from 'node:crypto';
import { minuteMs } from '../../../events/dates/durations.ts';
import type { OpenRedaction } from '../redactions/redaction-state.ts';
import { allOpenRedactions, keepOpenRedaction } from '../redactions/redactions.ts';
import { logger, milliseconds } from '../runtime/observability.ts';
import { releaseBlankingLease, takeBlankingLease } from '../timelines/blanking-lease.ts';
import { moveStories } from './move-stories.ts';
import { afterInvalidation, carryOn, closeIfForgotten, needsInvalidation } from './redaction-run.ts';

/** Longer than the timeout of the function: the lease of one that was killed ends soon after it. */
const leaseMs = 2 * minuteMs;

const idAlphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** Runs begin at different events, so that those at the end get their turn however many there are. */
const anyBeginning = () => `evt_${idAlphabet[randomInt(idAlphabet.length)]}`;

interface EraseOptions {
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly hasTime: () => boolean;
  /** Asks the content delivery network to forget all that it has. */
  readonly invalidate: (now: number) => Promise<void>;
}

/**
 * Carries all open redactions on, each as far as it can be carried now. One that fails does not keep the others from it.
 *
 * @throws {Error} the first failure, at the end
 */
export async function eraseContent({ now, hasTime, invalidate }: EraseOptions): Promise<void> {
  const holder = randomUUID();
  let isHeld = false;
  const failures: unknown[] = [];
  const stale: OpenRedaction[] = [];
  let oldest = now();

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

  try {
    for await (const open of allOpenRedactions(anyBeginning())) {
      oldest = Math.min(oldest, Date.parse(open.requestedAt));
      if (!hasTime()) continue;
      await attempt(open.eventId, async () => {
        const carried = await carryOn(open, { now, hasTime, holdOffRebuilds });
        if (needsInvalidation(carried, now())) stale.push(carried);
        await closeIfForgotten(carried, now());
      });
    }
    await attempt('moves', () => moveStories({ now, hasTime, holdOffRebuilds, invalidate }));
  } finally {
    if (isHeld) await releaseBlankingLease(holder);
  }
  if (stale.length > 0) {
    await attempt('all', async () => {
      await invalidate(now());
      for (const open of stale) await keepOpenRedaction(afterInvalidation(open, now()));
    });
  }
  milliseconds('RedactionAge', Math.max(0, now() - oldest));
  if (failures.length > 0) throw failures[0];
}
