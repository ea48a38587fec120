/** An entry that is older than this has failed before. From then on each attempt at it is recorded. */
const recordedAfterMs = 120_000;

/** An entry that crashes the function this often, alone and with the whole time of an invocation, is parked. */
const crashesToPark = 3;

/** An attempt that began and has not ended: its invocation is still working on it, or has crashed. */
export interface OpenAttempt {
  readonly id: string;
  /** The end of the invocation's time, RFC 3339. If the attempt is open after that, its function has crashed. */
  readonly until: string;
  /** Whether it has one entry only, and the whole time of an invocation. */
  readonly isDecisive: boolean;
}

/** The attempts of a follower, by the position of their first entry. */
export interface AttemptLog {
  /** The attempts that are open, read consistently. */
  open(position: number): Promise<readonly OpenAttempt[]>;
  begin(position: number, attempt: OpenAttempt): Promise<void>;
  end(position: number, ids: readonly string[]): Promise<void>;
}

/** Whether attempts at an entry are recorded. `now` in epoch milliseconds. */
export const isRecorded = ({ publishedAt }: { readonly publishedAt: string }, now: number): boolean =>
  now - Date.parse(publishedAt) > recordedAfterMs;

/**
 * The next step for entries with open attempts: apply them `together`, apply the first one `alone`, or `park` the first
 * one.
 *
 * @param now epoch milliseconds
 */
export function nextStep(open: readonly OpenAttempt[], now: number): 'together' | 'alone' | 'park' {
  const crashes = open.filter(({ until, isDecisive }) => isDecisive && Date.parse(until) < now);
  if (crashes.length >= crashesToPark) return 'park';
  return open.length > 0 ? 'alone' : 'together';
}
