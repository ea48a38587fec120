import { expect, test } from '@jest/globals';
import { certaintyOf } from '../../../events/dates/certainty.ts';
import { keyBounds, parseRange } from '../../../events/dates/range.ts';
import type { RangeParameters } from '../../../events/dates/range-parameters.ts';
import { spanClassOf } from '../../../events/dates/span-class.ts';
import { extentOf, type When, whenSchema } from '../../../events/dates/when.ts';
import { refusalOf } from '../refusal.ts';

// The cases of docs/date-ranges.md by their numbers, as far as they are a matter of dates alone.

const day = (date: string) => ({ from: date, to: date });
const midnightInMoscow: When = { edtf: '2020-11-10T00:00:00+03:00', tz: 'Europe/Moscow' };
const dayInBaku: When = { edtf: '2020-11-20', tz: 'Asia/Baku' };

test.each<[number, string | When, RangeParameters, 'certain' | 'possible' | null]>([
  [1, '2020-11-20', day('2020-11-20'), 'certain'],
  [2, '2020-11-30', { to: '2020-11-30' }, 'certain'],
  [3, '2020-12-01', { to: '2020-11' }, null],
  [4, '2020-11', { from: '2020-11-20', to: '2020-11-30' }, 'possible'],
  [5, '2020-11', { from: '2020-11-20', to: '2020-11-30', match: 'within' }, null],
  [6, '2020-11', day('2020-11'), 'certain'],
  [7, '2020', day('2020-11'), 'possible'],
  [8, '2020-11-01/2020-11-30', { from: '2020-11-20', to: '2020-11-25' }, 'certain'],
  [9, { edtf: '2020-11-09/2020-11-10', kind: 'point' }, day('2020-11-10'), 'possible'],
  [10, '2020-11-09~', { from: '2020-11-10', to: '2020-11-12' }, null],
  [11, '2020-11-10/2025-11-10', day('2023'), 'certain'],
  [11, '2020-11-10/2025-11-10', { ...day('2023'), match: 'starts' }, null],
  [12, '2020-11-10/..', { from: '2030' }, 'certain'],
  [13, '2020-11-10/', day('2021'), 'possible'],
  [14, '2020-11-XX', { from: '2020-11-05', to: '2020-11-06' }, 'possible'],
  [15, midnightInMoscow, day('2020-11-10'), 'certain'],
  [16, midnightInMoscow, { ...day('2020-11-10'), tz: 'UTC' }, null],
  [17, midnightInMoscow, { ...day('2020-11-09'), tz: 'America/New_York' }, 'certain'],
  [18, dayInBaku, { from: '2020-11-19T20:00:00Z', to: '2020-11-19T20:01:00Z' }, 'possible'],
  [19, dayInBaku, { to: '2020-11-19T20:00:00Z' }, null],
  [31, '2020-11-30T22:00:00-05:00', { to: '2020-11-30' }, 'certain'],
  [32, '/2020-11-10', day('2019'), 'possible'],
  [32, '/2020-11-10', day('2020-11-10'), 'certain'],
  [35, '1994-05-12', { date: '199X' }, 'certain'],
  [36, { edtf: '2020-12-02/', kind: 'point' }, day('2020-12-02'), 'possible'],
  [36, { edtf: '2020-12-02/', kind: 'point' }, day('2099'), 'possible'],
])('case %d: %j in the range %j is %j', (_number, event, parameters, certainty) => {
  const when = typeof event === 'string' ? { edtf: event } : event;
  expect(certaintyOf(extentOf(when), parseRange(parameters))).toBe(certainty);
});

test.each<[number, When, boolean]>([
  [20, { edtf: '2020-02-29' }, true],
  [20, { edtf: '2021-02-29' }, false],
  [21, { edtf: '2020-11-10T01:00' }, false],
  [23, { edtf: '0202-11-10' }, false],
  [23, { edtf: '0202-11-10', historical: true }, true],
])('case %d: whether %j is a valid date of an event is %j', (_number, when, taken) => {
  expect(whenSchema().safeParse(when).success).toBe(taken);
});

test.each<[number, RangeParameters, string]>([
  [21, { from: '2020-11-10T01:00' }, 'from'],
  [22, { from: '2020-12', to: '2020-11' }, 'to'],
])('case %d: the range %j has an error at %s', (_number, parameters, parameter) => {
  expect(refusalOf(() => parseRange(parameters))).toEqual([{ parameter, detail: expect.any(String) }]);
});

test('case 29: among 100,000 single days, a span that covers the requested year is found in its own span class', () => {
  const range = parseRange(day('1990'));
  const { from, to } = keyBounds(range) as { from: number; to: number };
  const firstDay = Date.UTC(1800, 0, 1);
  const dates = Array.from({ length: 100_000 }, (_, index) => new Date(firstDay + index * 86_400_000));
  const extents = dates.map((date) => extentOf({ edtf: date.toISOString().slice(0, 10) }));
  const span = extentOf({ edtf: '1988-02/1994-05-12' });
  expect(certaintyOf(span, range)).toBe('certain');
  expect(spanClassOf(span)).toBe('G');
  expect(new Set(extents.map(spanClassOf))).toEqual(new Set(['d']));
  const found = extents.filter((extent) => certaintyOf(extent, range) !== null);
  expect(found.length).toBe(365);
  // One more day on each side is all that is read in vain.
  expect(extents.filter(({ earliest }) => (earliest as number) >= from && (earliest as number) <= to).length).toBe(367);
});
