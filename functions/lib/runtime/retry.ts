import { setTimeout } from 'node:timers/promises';

export interface BackoffOptions {
  /** How often the work is attempted in all. */
  readonly maximumAttempts: number;
  /** The longest pause after the first attempt, in milliseconds; it doubles with each attempt. 0 retries at once. */
  readonly firstPauseMs: number;
  /** No pause is longer, in milliseconds. Without it, they go on doubling. */
  readonly longestPauseMs?: number;
}

export interface RetryOptions extends BackoffOptions {
  /** Whether another attempt can succeed where this error was thrown. */
  readonly isRetryable: (error: unknown) => boolean;
}

/**
 * Counts the attempts of work that a loop does, and pauses between them: exponential backoff with full jitter, so that those that
 * failed because of each other do not meet again. `retry` does the same for work that is one function.
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
   * @param error what the attempt failed with
   * @throws {Error} that error, if it was the last attempt
   */
  async pause(error: unknown): Promise<void> {
    const { maximumAttempts, firstPauseMs, longestPauseMs = Number.POSITIVE_INFINITY } = this.#options;
    this.#failures += 1;
    if (this.#failures >= maximumAttempts) throw error;
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (this.#failures - 1));
    if (pauseMs > 0) await setTimeout(Math.random() * pauseMs);
  }

  /** Begins to count anew, after work has got on. */
  reset(): void {
    this.#failures = 0;
  }
}

/**
 * Attempts work until it succeeds, with pauses of exponential backoff and full jitter between attempts.
 *
 * @param work is given the number of the attempt, from 1
 * @throws what the last attempt threw, or what is not retryable
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
