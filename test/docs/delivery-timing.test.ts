import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { filledIn, withTiming } from '../../docs/delivery-timing.ts';

const guide = readFileSync(new URL('../../docs/webhooks.md', import.meta.url), 'utf8');

/** Durations of the guide that are no part of delivery timing: the age of a signature, and how long deliveries are kept. */
const otherDurations = ['five minutes', '90 days', '90 days'];

describe('the webhook guide', () => {
  test('says what delivery timing is; if this fails, run `npm run guides`', () => {
    expect(guide).toBe(withTiming(guide));
  });

  test('writes no duration and no number of attempts by hand that follows from delivery timing', () => {
    const prose = guide.replace(filledIn, '').replace(/^```.*?^```$/gms, '');
    const unit = '(?:ms|milliseconds?|s|seconds?|min|minutes?|h|hours?|days?|times|attempts|tries)';
    const number = '(?:\\d[\\d.,]*|two|three|four|five|six|seven|eight|nine|ten|fifteen|thirty)';
    expect(prose.match(new RegExp(`\\b${number}\\s+${unit}\\b`, 'g'))).toEqual(otherDurations);
  });

  test('has its numbers within lines: a comment that begins a line would end the paragraph', () => {
    const places = [...guide.matchAll(new RegExp(`\n${filledIn.source}`, 'gs'))].map(([, , name]) => name);
    expect(places).toEqual(['retry table']);
  });
});

test('a name that delivery timing does not know is refused', () => {
  expect(() => withTiming('Wait <!-- timing: forever --><!-- end -->.')).toThrow('docs/webhooks.md asks for "forever"');
});
