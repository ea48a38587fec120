import { describe, expect, test } from '@jest/globals';
import { TooLarge } from '../../../events/input/errors.ts';
import { assertEventSize, bytesText, maximumEventBytes } from '../../../events/input/limits.ts';

/** An event of so many bytes as JSON. */
const eventOf = (bytes: number) => ({ a: 'x'.repeat(bytes - JSON.stringify({ a: '' }).length) });

describe('an event that is too large', () => {
  test('is an error with its place in the request', () => {
    const detail = 'An event holds at most 65536 bytes as JSON; this one has 65537.';
    expect(() => assertEventSize(eventOf(maximumEventBytes), { pointer: '/1' })).not.toThrow();
    expect(() => assertEventSize(eventOf(maximumEventBytes + 1), { pointer: '/1' })).toThrow(
      new TooLarge(detail, [{ pointer: '/1', detail }]),
    );
  });

  test('is an error without a place if it is the result of a change', () => {
    expect(() => assertEventSize(eventOf(maximumEventBytes + 1))).toThrow(
      new TooLarge('An event holds at most 65536 bytes as JSON; this one would have 65537.'),
    );
  });
});

test.each([
  [1_000, '1000 bytes'],
  [65_536, '64 KiB'],
  [1_048_576, '1 MiB'],
  [1_073_741_824, '1 GiB'],
])('a size of %d bytes is written %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});
