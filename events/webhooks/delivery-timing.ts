import { dayMs, hourMs, minuteMs, secondMs } from '../dates/durations.ts';

/*
 * When a message is sent, how long it may take, and when it is sent again. Every such number is here and only here: the
 * workers, their queues and functions (infra/) and the guide (docs/webhooks.md) derive from it. After a change, run
 * `npm run guides`.
 */

/**
 * By how much the clocks of two workers, or of a queue and a worker, may differ. What says that it was written later
 * than this was written by a clock that was ahead.
 */
export const clockDifferenceMs = secondMs;

/** The time that a worker needs to record the outcome of an exchange. */
const writingMs = 2 * secondMs;

/**
 * The waits after the first failure in a row, the second and so on; after all of them, the last one again. Whole
 * seconds.
 */
export const retryWaitsMs = [
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
] as const;

/**
 * The share by which a wait is longer or shorter, at random, so that endpoints that failed together are not retried
 * together.
 */
export const waitJitter = 0.2;

/** The longest wait that a receiver can request by `Retry-After`. */
export const longestRetryAfterMs = dayMs;

/** An endpoint that has failed for this long, without a success in between, is disabled. */
export const disabledAfterMs = 5 * dayMs;

/** The number of attempts of a message that the endpoint refuses. Then it is parked. */
export const maximumRefusedAttempts = 3;

/** The number of attempts to verify an endpoint. Then its owner must request another verification. */
export const maximumVerificationAttempts = 3;

/**
 * The longest exchange by queue: DNS lookup, connection, request and response. On the prompt queue, other endpoints
 * wait behind it. An endpoint that needs longer is attempted again on the slow queue, which does not count as a
 * failure.
 */
export const exchangeTimeoutMs = { prompt: 3 * secondMs, slow: 15 * secondMs } as const;

/** An endpoint that takes longer to respond, in the mean of its recent attempts, is served by the slow queue. */
export const slowMeanMs = 2 * secondMs;

/**
 * An endpoint of the slow queue that takes less time to respond, in the mean of its recent attempts, returns to the
 * prompt queue.
 */
export const promptMeanMs = secondMs;

/** The timeout of a worker, the Lambda function. Whole seconds. */
export const workerTimeoutMs = 30 * secondMs;

/** A worker with less time left begins no exchange. */
export const workerReserveMs = exchangeTimeoutMs.slow + writingMs;

/** The time that must be left after the OPTIONS handshake, which follows another exchange. */
export const handshakeReserveMs = 5 * secondMs;

/** The handshake is not begun with less time than this. */
export const shortestHandshakeMs = secondMs;

/** How long a lease lasts. The worker has ended by then, even if it was killed. */
export const leaseMs = workerTimeoutMs + clockDifferenceMs;

/**
 * The end of a lease can honestly be this far ahead. A later one was written by a clock that was ahead, and is no
 * lease.
 */
export const longestLeaseAheadMs = leaseMs + clockDifferenceMs;

/** How long a wake is hidden from other workers. By then the lease of a worker that was killed has ended. */
export const wakeVisibilityTimeoutMs = leaseMs + 4 * secondMs;

/**
 * How long the slow queue holds back every wake: as long as the first wait, so that a wake sent with a failure arrives
 * when the next attempt is due. A FIFO queue has one delay for all its messages.
 */
export const slowQueueDelayMs = retryWaitsMs[0];

/** The longest pause of a worker before an attempt that is not due yet: the jitter of the first wait. */
export const longestPauseMs = retryWaitsMs[0] * waitJitter + clockDifferenceMs;

/** The longest wait that a wake of the slow queue bridges. After a longer one the sweep sends the wake. */
export const longestQueuedWaitMs = slowQueueDelayMs + longestPauseMs;

/**
 * The timeout of fan-out, the Lambda function. Deliveries that it was queueing when an endpoint was deleted are stored
 * by then.
 */
export const fanOutTimeoutMs = minuteMs;

/** How often the sweep runs, and so how late an attempt is if its wake was lost. Whole minutes. */
export const sweepIntervalMs = minuteMs;
