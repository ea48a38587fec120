import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { filledIn, filledInGuides, withNumbers } from '../../docs/numbers.ts';

const guideOf = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
const guides = [
  ...readdirSync(new URL('../../docs', import.meta.url)).filter((name) => name.endsWith('.md')),
  '../README.md',
];
const guide = guideOf('webhooks.md');

/**
 * Durations of the guide that are no part of delivery timing: the age of a signature, and how long deliveries are kept.
 */
const otherDurations = ['five minutes', '90 days', '90 days'];

test('the guides whose numbers are filled in are those that are written', () => {
  expect(guides.filter((name) => guideOf(name).match(filledIn))).toEqual(filledInGuides);
});

describe.each(filledInGuides)('%s', (name) => {
  test('says what delivery timing and the limits are; if this fails, run `npm run guides`', () => {
    expect(guideOf(name)).toBe(withNumbers(guideOf(name)));
  });

  test('has its numbers within lines: a comment that begins a line would end the paragraph', () => {
    const places = [...guideOf(name).matchAll(new RegExp(`\n${filledIn.source}`, 'gs'))].map(([, , , place]) => place);
    expect(places).toEqual(name === 'webhooks.md' ? ['retry table'] : []);
  });
});

describe('the webhook guide', () => {
  test('writes no duration and no number of attempts by hand that follows from delivery timing', () => {
    const prose = guide.replace(filledIn, '').replace(/^```.*?^```$/gms, '');
    const unit = '(?:ms|milliseconds?|s|seconds?|min|minutes?|h|hours?|days?|times|attempts|tries)';
    const number = '(?:\\d[\\d.,]*|two|three|four|five|six|seven|eight|nine|ten|fifteen|thirty)';
    expect(prose.match(new RegExp(`\\b${number}\\s+${unit}\\b`, 'g'))).toEqual(otherDurations);
  });
});

test('a name that there is not is refused', () => {
  expect(() => withNumbers('Wait <!-- timing: forever --><!-- end -->.')).toThrow(
    'A guide asks for the timing "forever".',
  );
  expect(() => withNumbers('At most <!-- limit: all --><!-- end -->.')).toThrow('A guide asks for the limit "all".');
});
