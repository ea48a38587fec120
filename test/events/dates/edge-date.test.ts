import { expect, test } from '@jest/globals';
import { commonDateOf, compareExactness, edgeDateOf } from '../../../events/dates/edge-date.ts';

test.each([
  ['2020-11-09', null, null],
  ['2020-11-09T18:00Z', null, null],
  ['2020-11-09~', '2020-11-09~', '2020-11-09~'],
  ['2020-11', '2020-11', '2020-11'],
  ['199X', '199X', '199X'],
  ['19XX/1990-01-05', '19XX', null],
  ['1990?/..', '1990?', '..'],
  ['/2020-11-10', '..', null],
])('%s begins on %s and ends on %s, or on days', (edtf, first, last) => {
  expect([edgeDateOf(edtf, 'first'), edgeDateOf(edtf, 'last')]).toEqual([first, last]);
});

test('Of dates of the same day, a day is the most exact, and what has no bound the least', () => {
  const dates = ['..', '19XX', '199X', '1990%', '1990?', '1990~', '1990', '1990-01', '1990-01-01?', null];
  expect(dates.toSorted(compareExactness)).toEqual([
    ...[null, '1990-01-01?', '1990-01', '1990', '1990%', '1990?', '1990~', '199X', '19XX', '..'],
  ]);
});

test.each([
  ['point', '1990-01-01', '1999-12-31', '199X'],
  ['point', '1900-01-01', '1999-12-31', '19XX'],
  ['point', '1990-01-05', '1990-03-01', '1990'],
  ['point', '1990-01-05', '1990-01-06', '1990-01'],
  ['point', '1990-01-05', '1990-01-05', null],
  ['point', '1990-01-05', '2020-01-05', null],
  ['span', '1990-01-01', '1999-12-31', null],
  ['span', '1990-01-01', null, null],
] as const)('A %s from %s to %s is of %s', (kind, civilEarliest, civilLatest, date) => {
  expect(commonDateOf({ kind, civilEarliest, civilLatest })).toBe(date);
});
