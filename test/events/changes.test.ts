import { expect, test } from '@jest/globals';
import { changesBetween, fieldsChanged } from '../../events/decisions/changes.ts';

test.each<[unknown, unknown, object[]]>([
  [{ a: 1 }, { a: 1 }, []],
  [{ a: 1 }, { a: 2 }, [{ pointer: '/data/a', before: 1, after: 2 }]],
  [{}, { a: 1 }, [{ pointer: '/data/a', after: 1 }]],
  [{ a: 1 }, {}, [{ pointer: '/data/a', before: 1 }]],
  [{ a: { b: 1, c: 2 } }, { a: { b: 3, c: 2 } }, [{ pointer: '/data/a/b', before: 1, after: 3 }]],
  [{ a: { b: 1 } }, { a: [1] }, [{ pointer: '/data/a', before: { b: 1 }, after: [1] }]],
  [{ a: [1, 2] }, { a: [1, 3] }, [{ pointer: '/data/a', before: [1, 2], after: [1, 3] }]],
  [{ a: [{ b: 1 }] }, { a: [{ b: 1 }] }, []],
  [{ 'a/b': { '~': 1 } }, { 'a/b': { '~': 2 } }, [{ pointer: '/data/a~1b/~0', before: 1, after: 2 }]],
])('the changes from %j to %j are %j', (before, after, changes) => {
  expect(changesBetween(before, after, '/data')).toEqual(changes);
});

test('changes are in the order in which their fields first appear, old fields first', () => {
  expect(fieldsChanged({ data: { b: 1, a: 1 } }, { data: { c: 1, a: 2, b: 2 } })).toEqual([
    '/data/b',
    '/data/a',
    '/data/c',
  ]);
});

test('has a field before only if it was there, whatever its name is', () => {
  const names = ['constructor', 'toString', '__proto__'];
  for (const name of names) {
    const after = JSON.parse(`{"${name}":"new"}`);
    expect(changesBetween({}, after, '/data')).toEqual([{ pointer: `/data/${name}`, after: 'new' }]);
  }
});
