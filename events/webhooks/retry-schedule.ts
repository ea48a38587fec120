import { secondMs } from '../dates/durations.ts';
import {
  clockDifferenceMs,
  disabledAfterMs,
  longestRetryAfterMs,
  retryWaitsMs,
  waitJitter,
} from './delivery-timing.ts';
import { parseHttpDate } from './http-date.ts';

/**
 * How long to wait, in milliseconds, after a number of failures in a row. A receiver can request a longer wait, up to
 * `longestRetryAfterMs`, but not a shorter one.
 *
 * @param failures at least 1
 * @param random from 0 to below 1
 * @param retryAfterMs the wait that the receiver requested (`Retry-After`)
 */
export function retryAfter(failures: number, random: number, retryAfterMs = 0): number {
  const waitMs = retryWaitsMs[Math.min(failures, retryWaitsMs.length) - 1] as number;
  const jitteredMs = Math.round(waitMs * (1 - waitJitter + 2 * waitJitter * random));
  return Math.max(jitteredMs, Math.min(retryAfterMs, longestRetryAfterMs));
}

/** Whether an instant of the past was written by a clock that was ahead. `now` in epoch milliseconds. */
function isAhead(instant: string | undefined, now: number): boolean {
  return instant !== undefined && Date.parse(instant) > now + clockDifferenceMs;
}

/**
 * The wait that a `Retry-After` header requests, in milliseconds from `now` (RFC 9110, section 10.2.3: seconds, or an
 * HTTP date); undefined if there is no header or it is not valid.
 *
 * @param now epoch milliseconds
 */
export function parseRetryAfter(retryAfterHeader: string | undefined, now: number): number | undefined {
  const text = retryAfterHeader?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * secondMs;
  const at = parseHttpDate(text, now);
  return at === undefined ? undefined : Math.max(0, at - now);
}

/**
 * How long an endpoint must still wait for its next attempt, in milliseconds. A wait that began in the future was set
 * by a clock that was ahead: nothing says when it ends, so it has ended.
 *
 * @param wait the instants of its end and its beginning, RFC 3339; no end if there is none
 * @param now epoch milliseconds
 */
export function remainingWaitMs(
  { nextAttemptAt, waitingSince }: { readonly nextAttemptAt?: string; readonly waitingSince?: string },
  now: number,
): number {
  if (nextAttemptAt === undefined || isAhead(waitingSince, now)) return 0;
  return Math.max(0, Date.parse(nextAttemptAt) - now);
}

/** Whether an endpoint has failed for so long that it must be disabled. Both times are epoch milliseconds. */
export function hasFailedTooLong(firstFailureAt: number, now: number): boolean {
  return now - firstFailureAt >= disabledAfterMs;
}
