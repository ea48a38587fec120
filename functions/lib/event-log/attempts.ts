/** Entries older than this have failed before: from then on each attempt at them is recorded. */
const recordedAfterMs = 120_000;

/** An entry that ends the function so often, alone and with all the time there is, is parked. */
const deathsToPark = 3;

/** An attempt at the first entries of a follower that began and has not ended: the invocation is at work on it, or has died of it. */
export interface OpenAttempt {
  readonly id: string;
  /** The end of the invocation's time, RFC 3339: an attempt that is open after it has died. */
  readonly until: string;
  /** Whether it is at one entry alone, with all the time that an invocation has. */
  readonly isDecisive: boolean;
}

/** Where a follower records its attempts, by the position of the first entry. */
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
 * How to go on with entries of which attempts are open: `together` with what follows, the first one `alone`, or `park` the first.
 *
 * @param now epoch milliseconds
 */
export function nextStep(open: readonly OpenAttempt[], now: number): 'together' | 'alone' | 'park' {
  const deaths = open.filter(({ until, isDecisive }) => isDecisive && Date.parse(until) < now);
  if (deaths.length >= deathsToPark) return 'park';
  return open.length > 0 ? 'alone' : 'together';
}
