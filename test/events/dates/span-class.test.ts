import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { boundaryFrom, cellMs, longestSpanMs, spanClassOf } from '../../../events/dates/span-class.ts';
import { extentOf } from '../../../events/dates/when.ts';

test.each([
  ['2020-12-01T10:00Z', 'd'],
  ['2020-12-01', 'd'],
  ['2020-11-09/2020-11-10', 'm'],
  ['2020-12', 'm'],
  ['2020-12-01/2020-12-31', 'm'],
  ['2020-12-01/2021-01-01', 'A'],
  ['2020', 'D'],
  ['2020-01-01/2021-01-01', 'D'],
  ['199X', 'G'],
  ['1990/1999', 'G'],
  ['1990/2000-06', 'G'],
  ['19XX', 'K'],
  ['1000/9999', 'Q'],
  ['2020-11-10/..', 'z'],
  ['../2020-11-10', 'y'],
  ['2020-11-10/', 'z'],
  ['/2020-11-10', 'y'],
])('%s is of the class %s', (edtf, spanClass) => {
  expect(spanClassOf(extentOf({ edtf }))).toBe(spanClass);
});

test.each([
  ['a day of 25 hours', '2020-10-25', 'Europe/Berlin', 'd'],
  ['a month with a clock change', '2020-10', 'Europe/Berlin', 'm'],
  ['31 days around a clock change', '2020-10-01/2020-10-31', 'America/New_York', 'm'],
  ['a decade across a change of offset', '201X', 'Asia/Pyongyang', 'G'],
])('%s stays in its class', (_, edtf, tz, spanClass) => {
  expect(spanClassOf(extentOf({ edtf, tz }))).toBe(spanClass);
});

test('every long span holds the first boundary of cells after its start, and is longer than a cell', () => {
  const instant = fc.integer({ min: Date.parse('0001-01-01'), max: Date.parse('9999-12-31') });
  fc.assert(
    fc.property(instant, instant, (one, other) => {
      const [earliest, latest] = one < other ? [one, other] : [other, one];
      const extent = {
        earliest,
        latest,
        civilEarliest: 'a',
        civilLatest: 'b',
        kind: 'span',
        precision: 'day',
      } as const;
      const spanClass = spanClassOf(extent);
      const cell = cellMs(spanClass);
      expect(latest - earliest).toBeLessThanOrEqual(longestSpanMs[spanClass]);
      if (cell === null) return;
      const boundary = boundaryFrom(earliest, cell);
      expect([earliest <= boundary, boundary <= latest, latest - earliest > cell]).toEqual([true, true, true]);
    }),
  );
});
