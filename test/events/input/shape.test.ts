import { describe, expect, test } from '@jest/globals';
import { TooLarge } from '../../../events/input/errors.ts';
import { assertShape } from '../../../events/input/shape.ts';
import { refusal, thrownBy } from '../../support/expectations/refusal.ts';

const objectOf = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${index}`, 1]));
function fail(): never {
  throw new Error('It was looked at.');
}

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

describe('what any request may have', () => {
  test.each<[string, unknown]>([
    ['a text of any length', 'x'.repeat(1_000_000)],
    ['a hundred items', Array(100).fill('a')],
    ['two thousand positions', { coordinates: Array(2_000).fill([1, 2]) }],
    ['a hundred members', objectOf(100)],
    ['64 levels', nested(64)],
    ['fifty thousand values', Array.from({ length: 25 }, () => Array(1_999).fill(1))],
  ])('is %s', (_, value) => {
    expect(assertShape(value)).toBeUndefined();
  });
});

describe('what no request may have', () => {
  test.each<[string, unknown, string, string]>([
    [
      '101 items',
      { 'a/b': [Array(101).fill('a')] },
      '/a~1b/0',
      'Has 101 items; no list has more than 100. Send fewer.',
    ],
    [
      'half a million items',
      { places: Array(400_000).fill({}) },
      '/places',
      'Has 400000 items; no list has more than 100. Send fewer.',
    ],
    ['2,001 positions', [Array(2_001).fill([1])], '/0', 'Has 2001 items; no list has more than 2000. Send fewer.'],
    [
      '101 members',
      [objectOf(101)],
      '/0',
      'Has 101 members; no object has more than 100. Send the documented fields alone.',
    ],
    ['65 levels', nested(65), '/0'.repeat(64), 'Is nested too deeply; at most 64 levels are accepted.'],
  ])('is %s', (_, value, pointer, detail) => {
    expect(refusal(() => assertShape(value))).toEqual([{ pointer, detail }]);
  });

  test('is more than fifty thousand values in all', () => {
    const detail =
      'A request holds at most 50000 values: the members of all objects and the items of all lists. Send less at once.';
    const value = Array.from({ length: 26 }, () => Array(1_999).fill(1));
    expect(thrownBy(() => assertShape(value))).toEqual(new TooLarge(detail, [{ pointer: '', detail }]));
  });

  test('is looked at no further than its first list or object that is too long', () => {
    const never = new Proxy({}, { ownKeys: () => fail() });
    const detail = 'Has 101 items; no list has more than 100. Send fewer.';
    expect(refusal(() => assertShape([Array(101).fill(never)]))).toEqual([{ pointer: '/0', detail }]);
  });
});
