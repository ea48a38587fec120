import { describe, expect, test } from '@jest/globals';
import { pointerOf, pointerPattern, valueAt } from '../../../events/input/pointer.ts';

const value = { data: { 'a/b': ['first', { 'm~n': 1 }], '': 'blank', none: null } };

describe('a JSON pointer', () => {
  test.each<[string, unknown]>([
    ['/data/a~1b/0', 'first'],
    ['/data/a~1b/1/m~0n', 1],
    ['/data/', 'blank'],
    ['/data/none', null],
    ['/data/none/deeper', undefined],
    ['/data/a~1b/2', undefined],
    ['/data/toString', undefined],
    ['/data/a~1b/0/length', undefined],
  ])('%s finds %j', (pointer, expected) => {
    expect(pointerPattern.test(pointer)).toBe(true);
    expect(valueAt(value, pointer)).toBe(expected);
  });

  test.each(['', 'data', '/a~', '/a~2', 'data/a'])('is not %j', (text) => {
    expect(pointerPattern.test(text)).toBe(false);
  });

  test('made of a path finds what is at its end', () => {
    expect(valueAt(value, pointerOf(['data', 'a/b', 1, 'm~n']))).toBe(1);
  });
});
