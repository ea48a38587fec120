import { secondMs } from './dates/durations.ts';
import type { RevisionKind } from './revision.ts';

/*
 * What takes something back is never refused, neither by a quota nor for the pace of a newsroom. So that a newsroom
 * which takes back very much at once delays only itself, what is beyond a small number is accepted as always, but
 * published a little later. Every such number is here.
 */

/** What no quota refuses, and what may be postponed instead. */
const takingBack: ReadonlySet<RevisionKind> = new Set<RevisionKind>(['retracted', 'unlisted', 'redacted']);

/** In so many milliseconds… */
const windowMs = 5 * secondMs;
/** …each sequencer publishes so much at once of what a newsroom takes back. */
export const promptlyTakenBack = 25;

/**
 * What was postponed is published in batches of so many, the most that a FIFO queue delivers (SQS API Reference,
 * ReceiveMessage).
 */
export const postponedPerBatch = 10;
/**
 * A batch of a newsroom takes this long at least for each revision, or longer if it is large. So it publishes twenty
 * postponed revisions a second.
 */
export const postponedRevisionMs = 50;

/** How much of what a newsroom takes back was published in a window. */
export interface TakenBack {
  /** Epoch milliseconds. */
  readonly window: number;
  readonly count: number;
}

/** Whether a kind of revision may be postponed. */
export const mayBePostponed = (kind: RevisionKind): boolean => takingBack.has(kind);

/**
 * What is known with one more revision; null if it is postponed.
 *
 * @param now epoch milliseconds
 * @param amount how many revisions it counts as, by what it takes of the feed
 */
export function withTakenBack(
  known: TakenBack | undefined,
  now: number,
  most: number,
  amount: number,
): TakenBack | null {
  const window = Math.floor(now / windowMs) * windowMs;
  const count = known?.window === window ? known.count : 0;
  return count < most ? { window, count: count + amount } : null;
}
