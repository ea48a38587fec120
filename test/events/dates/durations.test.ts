import { expect, test } from '@jest/globals';
import { dayMs, durationText, hourMs, minuteMs, secondMs } from '../../../events/dates/durations.ts';

test.each([
  [secondMs, '1 s'],
  [90 * secondMs, '90 s'],
  [minuteMs, '1 min'],
  [90 * minuteMs, '90 min'],
  [2 * hourMs, '2 h'],
  [dayMs, '24 h'],
  [36 * hourMs, '36 h'],
  [5 * dayMs, '5 days'],
  [1_500, '1.5 s'],
])('%d ms are %s', (durationMs, text) => {
  expect(durationText(durationMs)).toBe(text);
});
