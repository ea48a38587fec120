import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { exchangeTimeoutMs, promptMeanMs, slowMeanMs } from '../../../events/webhooks/delivery-timing.ts';
import {
  type AttemptOutcome,
  type EndpointHealth,
  healthAfter,
  meanAfter,
  queueBy,
} from '../../../events/webhooks/endpoint-health.ts';

const well: EndpointHealth = { status: 'active', queue: 'prompt', meanAnswerMs: 300 };
const failing: EndpointHealth = { status: 'retrying', queue: 'slow', meanAnswerMs: 300 };
const outcomeOf = (verdict: AttemptOutcome['verdict'], durationMs = 300): AttemptOutcome => ({ verdict, durationMs });

/** The health after attempts that take these times, each of which may move the endpoint to the other queue. */
function healthBy(durations: readonly number[], before: EndpointHealth = { status: 'active', queue: 'prompt' }) {
  let health = before;
  for (const durationMs of durations) {
    const { meanAnswerMs } = healthAfter(health, outcomeOf('delivered', durationMs));
    health = { status: 'active', queue: queueBy({ queue: health.queue, meanAnswerMs }), meanAnswerMs };
  }
  return health;
}

describe('an attempt', () => {
  test('that succeeds ends the failures of an endpoint that messages are sent to', () => {
    const cleared = { status: 'active', failures: 0, firstFailureAt: undefined, nextAttemptAt: undefined };
    expect(healthAfter(failing, outcomeOf('delivered'))).toEqual({ ...cleared, meanAnswerMs: 300 });
    expect(healthAfter(well, outcomeOf('delivered'))).toEqual({ ...cleared, meanAnswerMs: 300 });
  });

  test.each(['pending', 'disabled'] as const)('that succeeds makes no endpoint active that is %s', (status) => {
    expect(healthAfter({ ...well, status }, outcomeOf('delivered'))).toEqual({ meanAnswerMs: 300 });
  });

  test.each(['refused', 'gone', 'failed', 'late'] as const)('that is %s ends no failures', (verdict) => {
    expect(healthAfter(failing, outcomeOf(verdict))).toEqual({ meanAnswerMs: 300 });
  });
});

describe('the mean duration of recent attempts', () => {
  test('is that of the first attempt at first, and then moves half of the way to each', () => {
    expect(meanAfter({}, outcomeOf('failed', 900))).toBe(900);
    expect(meanAfter({ meanAnswerMs: 900 }, outcomeOf('delivered', 300))).toBe(600);
    expect(meanAfter({ meanAnswerMs: 300 }, outcomeOf('delivered', 900))).toBe(600);
  });

  test('counts one attempt as no more than the timeout of the prompt queue, so that one that took long is soon forgotten', () => {
    expect(meanAfter({}, outcomeOf('failed', exchangeTimeoutMs.slow))).toBe(exchangeTimeoutMs.prompt);
    expect(healthBy([exchangeTimeoutMs.slow, 100, 100, 100]).queue).toBe('prompt');
  });
});

describe('an endpoint', () => {
  test('that answers in 2.5 s is slow after a few messages, and one that answers in 1.5 s never is', () => {
    expect(healthBy([50, 2_500, 2_500]).queue).toBe('prompt');
    expect(healthBy([50, 2_500, 2_500, 2_500]).queue).toBe('slow');
    expect(healthBy(Array(100).fill(1_500)).queue).toBe('prompt');
  });

  test('is not slow because of one answer', () => {
    expect(healthBy([50, exchangeTimeoutMs.prompt]).queue).toBe('prompt');
  });

  test('returns to the prompt queue only when it answers well below the limit', () => {
    const slow = healthBy([2_500]);
    expect(slow.queue).toBe('slow');
    expect(healthBy(Array(100).fill(slowMeanMs - 100), slow).queue).toBe('slow');
    expect(healthBy(Array(100).fill(promptMeanMs - 100), slow).queue).toBe('prompt');
  });

  test('is served by the queue of its mean, whatever its answers were: what it costs others is bounded', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: exchangeTimeoutMs.slow }), { minLength: 1 }), (durations) => {
        const { queue, meanAnswerMs = 0 } = healthBy(durations);
        if (queue === 'prompt') expect(meanAnswerMs).toBeLessThanOrEqual(slowMeanMs);
        else expect(meanAnswerMs).toBeGreaterThanOrEqual(promptMeanMs);
        expect(Number.isInteger(meanAnswerMs)).toBe(true);
      }),
    );
  });
});
