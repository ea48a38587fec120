import { expect, test } from '@jest/globals';
import { spanClassOf } from '../../../events/dates/span-class.ts';
import { extentOf } from '../../../events/dates/when.ts';

test.each([
  ['2020-12-01T10:00Z', 'd'],
  ['2020-12-01', 'd'],
  ['2020-11-09/2020-11-10', 'm'],
  ['2020-12', 'm'],
  ['2020-12-01/2020-12-31', 'm'],
  ['2020-12-01/2021-01-01', 'y'],
  ['2020', 'y'],
  ['2020-01-01/2021-01-01', 't'],
  ['199X', 't'],
  ['1990/1999', 't'],
  ['1990/2000-06', 'x'],
  ['19XX', 'x'],
  ['2020-11-10/..', 'x'],
  ['../2020-11-10', 'x'],
  ['2020-11-10/', 'x'],
  ['/2020-11-10', 'x'],
])('%s is of the class %s', (edtf, spanClass) => {
  expect(spanClassOf(extentOf({ edtf }))).toBe(spanClass);
});

test.each([
  ['a day of 25 hours', '2020-10-25', 'Europe/Berlin', 'd'],
  ['a month with a clock change', '2020-10', 'Europe/Berlin', 'm'],
  ['31 days around a clock change', '2020-10-01/2020-10-31', 'America/New_York', 'm'],
  ['a decade across a change of offset', '201X', 'Asia/Pyongyang', 't'],
])('%s stays in its class', (_, edtf, tz, spanClass) => {
  expect(spanClassOf(extentOf({ edtf, tz }))).toBe(spanClass);
});
