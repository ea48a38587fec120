import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hasFailedTooLong, parseRetryAfter, retryAfter } from '../../../events/webhooks/retry-schedule.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const stepsMs = [
  ...[5_000, minuteMs, 5 * minuteMs, 30 * minuteMs, 2 * hourMs, 5 * hourMs, 10 * hourMs, 14 * hourMs, 20 * hourMs],
  ...[dayMs, dayMs, dayMs],
];
const anyRandom = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('the time to the next try', () => {
  test('grows from five seconds to a day, and no further', () => {
    expect(stepsMs.map((_, index) => retryAfter(index + 1, 0.5))).toEqual(stepsMs);
    expect(retryAfter(1_000, 0.5)).toBe(dayMs);
  });

  test('is spread by a fifth to either side', () => {
    expect([retryAfter(1, 0), retryAfter(1, 1 - Number.EPSILON)]).toEqual([4_000, 6_000]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), anyRandom, (failures, random) => {
        const stepMs = stepsMs[Math.min(failures, stepsMs.length) - 1] as number;
        const waited = retryAfter(failures, random);
        expect(waited).toBeGreaterThanOrEqual(stepMs * 0.8);
        expect(waited).toBeLessThanOrEqual(stepMs * 1.2);
      }),
    );
  });

  test('is what the receiver asks for, if that is later, up to a day', () => {
    expect(retryAfter(1, 0.5, 90_000)).toBe(90_000);
    expect(retryAfter(1, 0.5, 30 * dayMs)).toBe(dayMs);
    expect(retryAfter(4, 0.5, 1_000)).toBe(30 * minuteMs);
    expect(retryAfter(20, 0.99, dayMs)).toBeGreaterThan(dayMs);
  });
});

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
    ['99999999999', undefined],
    ['soon', undefined],
    ['2026-11-22T10:01:00Z', undefined],
    ['Sun, 99 Nov 2026 10:01:00 GMT', undefined],
  ])('%j', (header, wish) => {
    expect(parseRetryAfter(header, now)).toBe(wish);
  });

  test('never makes anybody wait for longer than the step or a day, whatever it says', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 30 }), anyRandom, (header, failures, random) => {
        const waited = retryAfter(failures, random, parseRetryAfter(header, now));
        expect(waited).toBeLessThanOrEqual(1.2 * dayMs);
        expect(waited).toBeGreaterThanOrEqual(4_000);
      }),
    );
  });
});

test('an endpoint has failed for too long after five days', () => {
  expect(hasFailedTooLong(0, 5 * dayMs - 1)).toBe(false);
  expect(hasFailedTooLong(0, 5 * dayMs)).toBe(true);
});
