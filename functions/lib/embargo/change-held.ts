import { decideHeld, type HeldCommand } from '../../../events/decisions/decide-held.ts';
import type { HeldEvent } from '../../../events/held-event.ts';
import { StateConflict } from '../../../events/input/errors.ts';
import { readHeld } from '../held-events/held-events.ts';
import { HeldEventChanged, writeHeld } from '../held-events/write-held.ts';
import { retry } from '../runtime/retry.ts';

interface HeldChange {
  readonly newsroom: string;
  readonly eventId: string;
  readonly command: HeldCommand;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Asserts that the caller may see and change it. It is called with what is held before and after. */
  readonly allowed?: (held: HeldEvent) => void;
}

/**
 * Each conflict is with a request that has succeeded, and so many at once are slowed down by the pace of a newsroom
 * before.
 */
const changeOptions = {
  maximumAttempts: 30,
  firstPauseMs: 2,
  longestPauseMs: 100,
  isRetryable: (error: unknown) => error instanceof HeldEventChanged,
};

/** A held event before and after a change. */
export interface ChangedHeld {
  readonly before: HeldEvent | null;
  readonly after: HeldEvent | null;
}

/**
 * Changes a held event: reads it, decides, and writes what follows. If another request has changed it meanwhile, it
 * decides again.
 *
 * @throws {StateConflict} if other requests change it all the time
 * @throws {Error} the errors of `decideHeld`, `allowed` and `writeHeld`
 */
export async function changeHeld({ newsroom, eventId, command, now, allowed }: HeldChange): Promise<ChangedHeld> {
  const attempt = async (): Promise<ChangedHeld> => {
    const before = await readHeld(newsroom, eventId);
    if (before) allowed?.(before);
    const after = decideHeld(command, before, now);
    if (after === before) return { before, after };
    if (after) allowed?.(after);
    await writeHeld(before, after);
    return { before, after };
  };
  try {
    return await retry(attempt, changeOptions);
  } catch (error) {
    if (!(error instanceof HeldEventChanged)) throw error;
    throw new StateConflict('Other requests change the held event at this moment. Send the request again.');
  }
}
