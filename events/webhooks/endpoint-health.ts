import { exchangeTimeoutMs, promptMeanMs, slowMeanMs } from './delivery-timing.ts';
import type { endpointStatuses } from './statuses.ts';

/** The part of the mean that the last attempt decides. */
const lastAttemptWeight = 1 / 2;

/** How an endpoint has answered: what its state says, and what an attempt of any kind of message changes. */
export interface EndpointHealth {
  readonly status: (typeof endpointStatuses)[number];
  /** The queue that serves it. */
  readonly queue: 'prompt' | 'slow';
  /** The mean duration of its recent attempts. Absent before the first one. */
  readonly meanAnswerMs?: number;
}

/** The outcome of an attempt to send a message. */
export interface AttemptOutcome {
  /**
   * `delivered`: the receiver accepted the message. `refused`: it does not accept this message. `gone`: it wants no
   * more messages. `failed`: the attempt failed. `late`: it did not answer within the time of the prompt queue.
   */
  readonly verdict: 'delivered' | 'refused' | 'gone' | 'failed' | 'late';
  readonly durationMs: number;
}

/** The attributes of the state that a success clears; undefined removes an attribute. */
const cleared = { status: 'active', failures: 0, firstFailureAt: undefined, nextAttemptAt: undefined } as const;

/**
 * The mean duration of recent attempts after another one, an exponentially weighted mean. One attempt counts as no more
 * than the timeout of the prompt queue.
 */
export function meanAfter(
  { meanAnswerMs }: Pick<EndpointHealth, 'meanAnswerMs'>,
  { durationMs }: AttemptOutcome,
): number {
  const counted = Math.min(durationMs, exchangeTimeoutMs.prompt);
  const mean = meanAnswerMs ?? counted;
  return Math.round(mean + (counted - mean) * lastAttemptWeight);
}

/**
 * What an attempt changes in the state of an endpoint, whatever kind of message it sent: an event, a notice, a ping or
 * a challenge. A success ends the failures of an endpoint that messages are sent to.
 */
export function healthAfter(health: EndpointHealth, outcome: AttemptOutcome) {
  const isServed = health.status === 'active' || health.status === 'retrying';
  const meanAnswerMs = meanAfter(health, outcome);
  return { ...(outcome.verdict === 'delivered' && isServed && cleared), meanAnswerMs };
}

/**
 * The queue that serves an endpoint by the mean duration of its attempts. Between the two limits it stays where it is,
 * so that it does not change with each attempt.
 */
export function queueBy({
  queue,
  meanAnswerMs = 0,
}: Pick<EndpointHealth, 'queue' | 'meanAnswerMs'>): 'prompt' | 'slow' {
  if (meanAnswerMs > slowMeanMs) return 'slow';
  return meanAnswerMs < promptMeanMs ? 'prompt' : queue;
}
