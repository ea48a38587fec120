import { dayMs, hourMs, minuteMs, secondMs } from '../dates/durations.ts';

/** What is waited after the first failure, the second and so on; after all of them, the last again and again. */
const stepsMs = [
  5 * secondMs,
  minuteMs,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  14 * hourMs,
  20 * hourMs,
  dayMs,
];

/** Those who failed together must not come back together. */
const spread = 0.2;

/** Longer than this nobody is made to wait, whatever he asks for. */
const longestWishMs = dayMs;

/** An endpoint that has failed for so long, without a success in between, is disabled. */
const disabledAfterMs = 5 * dayMs;

/** So often a message is tried that the endpoint refuses (4xx); then it is parked. */
export const maximumRefusedAttempts = 3;

/**
 * How long to wait, in milliseconds, until the next try after so many failures in a row: 5 s, 1 min, 5 min, 30 min, 2 h,
 * 5 h, 10 h, 14 h, 20 h, then 24 h, each give or take a fifth. A receiver that asks for more gets it, up to 24 h; one that asks
 * for less does not.
 *
 * @param failures at least 1
 * @param random from 0 to below 1
 * @param retryAfterMs what the receiver asked for (`Retry-After`)
 */
export function retryAfter(failures: number, random: number, retryAfterMs = 0): number {
  const stepMs = stepsMs[Math.min(failures, stepsMs.length) - 1] as number;
  const spreadMs = Math.round(stepMs * (1 - spread + 2 * spread * random));
  return Math.max(spreadMs, Math.min(retryAfterMs, longestWishMs));
}

/**
 * What a `Retry-After` header asks for, in milliseconds from `now` (RFC 9110, section 10.2.3: seconds, or a date as HTTP writes it);
 * undefined if there is none or it is neither.
 *
 * @param now epoch milliseconds
 */
export function parseRetryAfter(retryAfterHeader: string | undefined, now: number): number | undefined {
  const text = retryAfterHeader?.trim() ?? '';
  if (/^\d{1,10}$/.test(text)) return Number(text) * secondMs;
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

/** Whether an endpoint has failed for so long that it is disabled. Both are epoch milliseconds. */
export function hasFailedTooLong(firstFailureAt: number, now: number): boolean {
  return now - firstFailureAt >= disabledAfterMs;
}
