import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mergePatch, mergePatchBetween } from '../../events/decisions/merge-patch.ts';

// RFC 7396, appendix A: target, patch, result.
test.each([
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
  ],
  [{ a: 'b' }, ['c'], ['c']],
  [{ a: 'foo' }, null, null],
  [{ a: 'foo' }, 'bar', 'bar'],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
])('merging into %j the patch %j gives %j', (target, patch, result) => {
  expect(mergePatch(target, patch)).toEqual(result);
});

test('a merge patch changes neither the target nor the patch', () => {
  const target = Object.freeze({ a: Object.freeze({ b: 1 }) });
  const patch = Object.freeze({ a: Object.freeze({ c: 2 }) });
  expect(mergePatch(target, patch)).toEqual({ a: { b: 1, c: 2 } });
});

test('a merge patch treats a member called __proto__ like any other', () => {
  const merged = mergePatch(JSON.parse('{"a":1,"__proto__":{"b":1}}'), JSON.parse('{"__proto__":{"c":2}}'));
  expect(JSON.stringify(merged)).toBe('{"a":1,"__proto__":{"b":1,"c":2}}');
  expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
});

test('a merge patch keeps the order of members and appends new ones', () => {
  expect(JSON.stringify(mergePatch({ b: 1, a: 2 }, { c: 3, a: 4 }))).toBe('{"b":1,"a":4,"c":3}');
});

test('the patch between two values without null turns one into the other', () => {
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.integer({ min: 0, max: 2 }),
      fc.dictionary(fc.constantFrom('a', 'b', 'toString'), tie('value'), { noNullPrototype: true }),
      fc.array(tie('value'), { maxLength: 2 }),
    ),
  }));
  fc.assert(
    fc.property(value, value, (before, after) => {
      expect(mergePatch(before, mergePatchBetween(before, after))).toEqual(after);
    }),
  );
});
