import { describe, expect, test } from '@jest/globals';
import { minuteMs, secondMs } from '../../../events/dates/durations.ts';
import {
  disabledAfterMs,
  exchangeTimeoutMs,
  fanOutTimeoutMs,
  handshakeReserveMs,
  leaseMs,
  longestPauseMs,
  longestQueuedWaitMs,
  longestRetryAfterMs,
  promptMeanMs,
  retryWaitsMs,
  shortestHandshakeMs,
  slowMeanMs,
  slowQueueDelayMs,
  sweepIntervalMs,
  waitJitter,
  wakeVisibilityTimeoutMs,
  workerReserveMs,
  workerTimeoutMs,
} from '../../../events/webhooks/delivery-timing.ts';

/** SQS API Reference, CreateQueue, DelaySeconds. */
const longestQueueDelayMs = 15 * minuteMs;

const [firstWaitMs] = retryWaitsMs;

describe('delivery timing', () => {
  test('waits longer after each failure, and disables an endpoint only after the longest wait', () => {
    expect([...retryWaitsMs]).toEqual([...new Set(retryWaitsMs)].sort((one, other) => one - other));
    expect(disabledAfterMs).toBeGreaterThan(retryWaitsMs.reduce((sum, waitMs) => sum + waitMs * (1 + waitJitter), 0));
    expect(longestRetryAfterMs).toBeLessThan(disabledAfterMs);
  });

  test('is in whole seconds where SQS, Lambda and Retry-After take seconds', () => {
    const wholeSeconds = [
      ...[...retryWaitsMs, slowQueueDelayMs, wakeVisibilityTimeoutMs, workerTimeoutMs, fanOutTimeoutMs],
      ...[longestRetryAfterMs, disabledAfterMs],
    ];
    expect(wholeSeconds.filter((ms) => ms % secondMs !== 0)).toEqual([]);
    expect(sweepIntervalMs % minuteMs).toBe(0);
  });

  test('lets one wake of the slow queue bridge the first wait, whatever its jitter', () => {
    expect(slowQueueDelayMs).toBeLessThanOrEqual(longestQueueDelayMs);
    expect(slowQueueDelayMs).toBeLessThanOrEqual(firstWaitMs);
    expect(slowQueueDelayMs + longestPauseMs).toBeGreaterThanOrEqual(firstWaitMs * (1 + waitJitter));
    expect(longestQueuedWaitMs).toBe(slowQueueDelayMs + longestPauseMs);
  });

  test('leaves a worker time for its longest pause and an exchange after it', () => {
    expect(longestPauseMs + workerReserveMs).toBeLessThan(workerTimeoutMs);
    expect(workerReserveMs).toBeGreaterThan(exchangeTimeoutMs.slow);
    expect(exchangeTimeoutMs.slow + handshakeReserveMs + shortestHandshakeMs).toBeLessThan(workerTimeoutMs);
  });

  test('calls a response slow before the prompt queue times out, and prompt only well before it is slow', () => {
    const risingMs = [promptMeanMs, slowMeanMs, exchangeTimeoutMs.prompt, exchangeTimeoutMs.slow];
    expect([...new Set(risingMs)].sort((one, other) => one - other)).toEqual(risingMs);
  });

  test('ends the lease of a worker that was killed before its wake is sent again', () => {
    expect(leaseMs).toBeGreaterThanOrEqual(workerTimeoutMs);
    expect(wakeVisibilityTimeoutMs).toBeGreaterThan(leaseMs);
  });
});
