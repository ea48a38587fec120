import { expect, test } from '@jest/globals';
import { largestPosition } from '../../../events/revision-fields.ts';
import { positionKey, positionOfKey } from '../../../functions/lib/runtime/position-key.ts';

test('keys sort by position up to the largest one, and no key is longer', () => {
  const positions = [0, 9, 10, 99_999_999_999, largestPosition];
  const keys = positions.map(positionKey);
  expect(keys).toEqual(['000000000000', '000000000009', '000000000010', '099999999999', '999999999999']);
  expect(keys.toSorted()).toEqual(keys);
  expect(positionKey(largestPosition + 1)).toHaveLength(13);
});

test('a position is read from the end of a sort key', () => {
  expect(['000000000042', 'OPEN#000000000042', '1#S#karabakh-2020#999999999999'].map(positionOfKey)).toEqual([
    42,
    42,
    largestPosition,
  ]);
});
