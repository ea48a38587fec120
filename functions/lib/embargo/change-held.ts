import { decideHeld, type HeldCommand } from '../../../events/decisions/decide-held.ts';
import type { HeldEvent } from '../../../events/held-event.ts';
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

/** A held event before and after a change. */
export interface ChangedHeld {
  readonly before: HeldEvent | null;
  readonly after: HeldEvent | null;
}

/**
 * Changes a held event: reads it, decides, and writes what follows. If another request has changed it meanwhile, it decides again.
 *
 * @throws {Error} the errors of `decideHeld`, `allowed` and `writeHeld`
 */
export function changeHeld({ newsroom, eventId, command, now, allowed }: HeldChange): Promise<ChangedHeld> {
  const attempt = async (): Promise<ChangedHeld> => {
    const before = await readHeld(newsroom, eventId);
    if (before) allowed?.(before);
    const after = decideHeld(command, before, now);
    if (after === before) return { before, after };
    if (after) allowed?.(after);
    await writeHeld(before, after);
    return { before, after };
  };
  return retry(attempt, {
    maximumAttempts: 5,
    // The conflicting request has succeeded, so there is nothing to wait for.
    firstPauseMs: 0,
    isRetryable: (error) => error instanceof HeldEventChanged,
  });
}
