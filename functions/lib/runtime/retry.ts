import { setTimeout } from 'node:timers/promises';

export interface RetryOptions {
  /** How often the work is attempted in all. */
  readonly maximumAttempts: number;
  /** The longest pause after the first attempt, in milliseconds; it doubles with each attempt. 0 retries at once. */
  readonly firstPauseMs: number;
  /** Whether another attempt can succeed where this error was thrown. */
  readonly isRetryable: (error: unknown) => boolean;
}

/**
 * Attempts work until it succeeds, with pauses of exponential backoff and full jitter between attempts: those that failed
 * because of each other do not meet again.
 *
 * @param work is given the number of the attempt, from 1
 * @throws what the last attempt threw, or what is not retryable
 */
export async function retry<Result>(
  work: (attempt: number) => Promise<Result>,
  { maximumAttempts, firstPauseMs, isRetryable }: RetryOptions,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(attempt);
    } catch (error) {
      if (attempt >= maximumAttempts || !isRetryable(error)) throw error;
      if (firstPauseMs > 0) await setTimeout(Math.random() * firstPauseMs * 2 ** (attempt - 1));
    }
  }
}
