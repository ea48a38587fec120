import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dayMs, minuteMs, secondMs } from '../../../events/dates/durations.ts';
import {
  clockDifferenceMs,
  disabledAfterMs,
  longestRetryAfterMs,
  retryWaitsMs,
  waitJitter,
} from '../../../events/webhooks/delivery-timing.ts';
import {
  hasFailedTooLong,
  parseRetryAfter,
  remainingWaitMs,
  retryAfter,
} from '../../../events/webhooks/retry-schedule.ts';

const lastWaitMs = retryWaitsMs.at(-1) as number;
const waitsMs = [...retryWaitsMs, lastWaitMs, lastWaitMs];
const shortestMs = (waitMs: number) => Math.round(waitMs * (1 - waitJitter));
const longestMs = (waitMs: number) => Math.round(waitMs * (1 + waitJitter));
const anyRandom = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('the wait before the next attempt', () => {
  test('grows with each failure in a row up to the last wait', () => {
    expect(waitsMs.map((_, index) => retryAfter(index + 1, 0.5))).toEqual(waitsMs);
    expect(retryAfter(1_000, 0.5)).toBe(lastWaitMs);
  });

  test('is longer or shorter by the jitter', () => {
    const [firstWaitMs] = retryWaitsMs;
    expect([retryAfter(1, 0), retryAfter(1, 1 - Number.EPSILON)]).toEqual([
      shortestMs(firstWaitMs),
      longestMs(firstWaitMs),
    ]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), anyRandom, (failures, random) => {
        const waitMs = waitsMs[Math.min(failures, waitsMs.length) - 1] as number;
        const waitedMs = retryAfter(failures, random);
        expect(waitedMs).toBeGreaterThanOrEqual(shortestMs(waitMs));
        expect(waitedMs).toBeLessThanOrEqual(longestMs(waitMs));
      }),
    );
  });

  test('is what the receiver requests if that is longer, up to a limit', () => {
    const askedMs = 2 * longestMs(retryWaitsMs[0]);
    expect(retryAfter(1, 0.5, askedMs)).toBe(askedMs);
    expect(retryAfter(1, 0.5, 30 * longestRetryAfterMs)).toBe(longestRetryAfterMs);
    expect(retryAfter(4, 0.5, secondMs)).toBe(retryWaitsMs[3]);
    expect(retryAfter(20, 0.99, lastWaitMs)).toBeGreaterThan(lastWaitMs);
  });
});

const httpDate =
  /^[A-Z][a-z]{2,8},? (\d{2}|[A-Z][a-z]{2})[ -]([ \d]\d|[A-Z][a-z]{2})[ -]\d{2,4} \d{2}:\d{2}:\d{2} GMT$/;

describe('Retry-After', () => {
  const now = Date.parse('2026-11-22T10:00:00Z');

  test.each<[string | undefined, number | undefined]>([
    ['120', 120_000],
    [' 0 ', 0],
    ['9999999999', 9_999_999_999_000],
    ['Sun, 22 Nov 2026 10:01:00 GMT', minuteMs],
    ['Sun, 22 Nov 2026 09:59:00 GMT', 0],
    [undefined, undefined],
    ['', undefined],
    ['-5', undefined],
    ['1.5', undefined],
    ['1e3', undefined],
    ['0x10', undefined],
    ['99999999999', 99_999_999_999_000],
    ['9'.repeat(400), Number.POSITIVE_INFINITY],
    ['Sunday, 22-Nov-26 10:01:00 GMT', minuteMs],
    ['Sun Nov 22 10:01:00 2026', minuteMs],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 0],
    ['soon', undefined],
    ['2026-11-22T10:01:00Z', undefined],
    ['Sun, 99 Nov 2026 10:01:00 GMT', undefined],
  ])('%j', (header, askedMs) => {
    expect(parseRetryAfter(header, now)).toBe(askedMs);
  });

  test('that asks for more than the limit waits for the limit, however long the number is', () => {
    for (const header of ['9'.repeat(11), '9'.repeat(400), 'Fri, 31 Dec 9999 23:59:59 GMT'])
      expect(retryAfter(1, 0.5, parseRetryAfter(header, now))).toBe(longestRetryAfterMs);
  });

  test('never makes a wait longer than the last one or the limit, nor shorter than the first, whatever its value', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(httpDate)),
        fc.integer({ min: 1, max: 30 }),
        anyRandom,
        (header, failures, random) => {
          const waitedMs = retryAfter(failures, random, parseRetryAfter(header, now));
          expect(waitedMs).toBeLessThanOrEqual(Math.max(longestMs(lastWaitMs), longestRetryAfterMs));
          expect(waitedMs).toBeGreaterThanOrEqual(shortestMs(retryWaitsMs[0]));
        },
      ),
    );
  });
});

describe('what remains of a wait', () => {
  const now = Date.parse('2026-11-22T10:00:00Z');
  const iso = (ms: number) => new Date(now + ms).toISOString();

  test.each<[string, { nextAttemptAt?: string; waitingSince?: string }, number]>([
    ['is nothing if there is no wait', { waitingSince: iso(-secondMs) }, 0],
    ['is the time to its end', { nextAttemptAt: iso(dayMs), waitingSince: iso(-secondMs) }, dayMs],
    ['is the time to its end if nothing says when it began', { nextAttemptAt: iso(dayMs) }, dayMs],
    ['is nothing after its end', { nextAttemptAt: iso(-1), waitingSince: iso(-minuteMs) }, 0],
    [
      'allows for the difference of two clocks',
      { nextAttemptAt: iso(minuteMs), waitingSince: iso(clockDifferenceMs) },
      minuteMs,
    ],
    [
      'is nothing if it began in the future',
      { nextAttemptAt: iso(minuteMs), waitingSince: iso(clockDifferenceMs + 1) },
      0,
    ],
  ])('%s', (_, wait, ms) => {
    expect(remainingWaitMs(wait, now)).toBe(ms);
  });
});

test('an endpoint that has failed for days has failed for too long', () => {
  expect(hasFailedTooLong(0, disabledAfterMs - 1)).toBe(false);
  expect(hasFailedTooLong(0, disabledAfterMs)).toBe(true);
  expect(disabledAfterMs).toBeGreaterThan(dayMs);
});
