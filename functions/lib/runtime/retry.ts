import { setTimeout } from 'node:timers/promises';
import { IncompleteRead, isTransient } from './failures.ts';

export interface BackoffOptions {
  /** The number of attempts, including the first. */
  readonly maximumAttempts: number;
  /** The longest pause after the first attempt, in milliseconds. It doubles with each attempt; 0 retries at once. */
  readonly firstPauseMs: number;
  /** The longest pause between any attempts, in milliseconds. Without it, pauses go on doubling. */
  readonly longestPauseMs?: number;
}

export interface RetryOptions extends BackoffOptions {
  /** Whether another attempt may succeed after this error. */
  readonly isRetryable: (error: unknown) => boolean;
}

/**
 * The pauses between the attempts of a loop: exponential backoff with full jitter, so that instances that conflicted do
 * not conflict again. For work that is a single function, use `retry`.
 */
export class Backoff {
  readonly #options: BackoffOptions;
  #failures = 0;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  /**
   * Pauses before the next attempt.
   *
   * @param error the error of the attempt
   * @throws {Error} that error, after the last attempt
   */
  async pause(error: unknown): Promise<void> {
    const { maximumAttempts, firstPauseMs, longestPauseMs = Number.POSITIVE_INFINITY } = this.#options;
    this.#failures += 1;
    if (this.#failures >= maximumAttempts) throw error;
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (this.#failures - 1));
    if (pauseMs > 0) await setTimeout(Math.random() * pauseMs);
  }

  /** Resets the count of attempts, after the work has made progress. */
  reset(): void {
    this.#failures = 0;
  }
}

/**
 * Attempts work until it succeeds, with pauses of exponential backoff and full jitter between attempts.
 *
 * @param work is given the number of the attempt, from 1
 * @throws {Error} the error of the last attempt, or the first error that is not retryable
 */
export async function retry<Result>(
  work: (attempt: number) => Promise<Result>,
  { isRetryable, ...options }: RetryOptions,
): Promise<Result> {
  const backoff = new Backoff(options);
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(attempt);
    } catch (error) {
      if (!isRetryable(error)) throw error;
      await backoff.pause(error);
    }
  }
}

/** What is not visible yet takes longer: the follower waits for it as a whole. */
const isCallToRepeat = (error: unknown) => isTransient(error) && !(error instanceof IncompleteRead);

const persistence = { maximumAttempts: 5, firstPauseMs: 20, longestPauseMs: 320, isRetryable: isCallToRepeat };

/**
 * Does a part of the work of a follower, and again if it fails in passing: what has succeeded beside it is not done
 * anew. The client repeats its calls too, but not when many fail: it then saves its attempts, and a share of calls that
 * fail would leave hardly any entry whose calls all succeed.
 *
 * @param work idempotent
 */
export const retryCalls = <Result>(work: () => Promise<Result>): Promise<Result> => retry(work, persistence);
