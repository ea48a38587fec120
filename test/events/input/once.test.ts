import { expect, test } from '@jest/globals';
import { once } from '../../../events/input/once.ts';

test('a value is made at the first call and not before, and is the same from then on', () => {
  let made = 0;
  const value = once(() => ({ number: ++made }));
  expect(made).toBe(0);
  const first = value();
  expect(first).toEqual({ number: 1 });
  expect(value()).toBe(first);
  expect(made).toBe(1);
});

test('undefined is made once too', () => {
  let made = 0;
  const nothing = once(() => {
    made++;
  });
  expect([nothing(), nothing(), made]).toEqual([undefined, undefined, 1]);
});

test('what fails is made again at the next call', () => {
  let calls = 0;
  const value = once(() => {
    if (++calls === 1) throw new Error('not yet');
    return calls;
  });
  expect(value).toThrow('not yet');
  expect([value(), value()]).toEqual([2, 2]);
});
