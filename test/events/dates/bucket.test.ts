import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bucketOf, type Interval, intervals } from '../../../events/dates/bucket.ts';
import { certaintyOf } from '../../../events/dates/certainty.ts';
import { parseRange } from '../../../events/dates/range.ts';
import type { RangeParameters } from '../../../events/dates/range-parameters.ts';
import { extentOf } from '../../../events/dates/when.ts';

const bucket = (when: object, range: RangeParameters, interval: Interval = 'day') =>
  bucketOf(extentOf(when as Parameters<typeof extentOf>[0]), parseRange(range), interval);

describe('the bucket of an event', () => {
  test.each<[Interval, string]>([
    ['day', '2020-11-20'],
    ['month', '2020-11'],
    ['year', '2020'],
  ])('has the name by which a query would ask for it: the %s %s', (interval, name) => {
    expect(bucket({ edtf: '2020-11-20' }, {}, interval)).toBe(name);
    expect(bucket({ edtf: '2020-11-20' }, { from: name, to: name }, interval)).toBe(name);
  });

  test.each<[string, object, RangeParameters, string | null]>([
    ['its first day', { edtf: '2020-11-09/2020-12-10' }, {}, '2020-11-09'],
    ['the first day of an imprecise date', { edtf: '2020-XX' }, {}, '2020-01-01'],
    ['the first day of a decade', { edtf: '199X' }, {}, '1990-01-01'],
    ['the first day of the range, if it began before', { edtf: '1988/1994' }, { from: '1990-06' }, '1990-06-01'],
    ['its first day, if that is later than the range begins', { edtf: '1992/..' }, { from: '1990' }, '1992-01-01'],
    ['the first day of the range, if it has no beginning', { edtf: '../1994' }, { from: '1990' }, '1990-01-01'],
    ['the same, if its beginning is not known', { edtf: '/1994' }, { from: '1990' }, '1990-01-01'],
    ['none, if neither has a beginning', { edtf: '../1994' }, { to: '1990' }, null],
    ['none, if neither has a beginning, by instants', { edtf: '/1994' }, { to: '1990-01-01T00:00:00Z' }, null],
    ['its own day, wherever it was', { edtf: '2020-11-20', tz: 'Asia/Baku' }, {}, '2020-11-20'],
    ['its own day, by its offset', { edtf: '2020-11-30T22:00:00-05:00' }, { to: '2020-11-30' }, '2020-11-30'],
    [
      'the day in the zone of the range',
      { edtf: '2020-11-20', tz: 'Asia/Baku' },
      { from: '2020', tz: 'UTC' },
      '2020-11-19',
    ],
    [
      'the day in the zone of a query without range',
      { edtf: '2020-11-20', tz: 'Asia/Baku' },
      { tz: 'UTC' },
      '2020-11-19',
    ],
    [
      'the first day of the range in its zone',
      { edtf: '2020' },
      { from: '2020-11-20', tz: 'Pacific/Kiritimati' },
      '2020-11-20',
    ],
    [
      'the day in UTC of instants',
      { edtf: '2020-11-20', tz: 'Asia/Baku' },
      { from: '2020-11-01T00:00:00Z' },
      '2020-11-19',
    ],
    ['the day in UTC of the first instant', { edtf: '2020' }, { from: '2020-11-20T23:00:00-05:00' }, '2020-11-21'],
    [
      'the day in the zone beside instants',
      { edtf: '2020' },
      { from: '2020-11-20T23:00:00-05:00', tz: 'America/New_York' },
      '2020-11-20',
    ],
  ])('is %s', (_, when, range, name) => {
    expect(bucket(when, range)).toBe(name);
  });

  test.each<[string, object, RangeParameters, Interval, string]>([
    ['a new year in the east', { edtf: '2021-01-01', tz: 'Asia/Baku' }, { from: '2020', tz: 'UTC' }, 'year', '2020'],
    ['a new year where it happened', { edtf: '2021-01-01', tz: 'Asia/Baku' }, { from: '2020' }, 'year', '2021'],
    ['a leap day in the west', { edtf: '2020-03-01', tz: 'UTC' }, { tz: 'Pacific/Niue' }, 'month', '2020-02'],
    [
      'the end of all years in the west',
      { edtf: '9999-12-31T23:00:00-05:00' },
      { from: '9999-01-01T00:00:00Z' },
      'day',
      '9999-12-31',
    ],
    [
      'the beginning of all years in the east',
      { edtf: '0001', tz: 'Asia/Baku', historical: true },
      { to: '2020-01-01T00:00:00Z' },
      'year',
      '0001',
    ],
  ])('is correct at %s', (_, when, range, interval, name) => {
    expect(bucket(when, range, interval)).toBe(name);
  });

  test('is a range of dates that finds the event', () => {
    const zones = fc.constantFrom('UTC', 'Asia/Baku', 'America/New_York', 'Pacific/Kiritimati', 'Pacific/Niue');
    const edtf = fc.constantFrom(
      ...['2019-12-31', '2020-01-01', '2020-02-29', '2020-11', '2020', '2020-XX', '201X', '20XX', '2019-12-31~'],
      ...['2019-12-30/2020-01-02', '2019/2021', '2020-01-01T00:00:00+14:00', '2019-12-31T23:59:59-12:00'],
      ...['2020-01-01/..', '../2020-01-01', '/2020-02', '2019-12/'],
    );
    const when = fc.record({ edtf, tz: zones }, { requiredKeys: ['edtf'] });
    const civil = fc.record(
      { from: fc.constantFrom('2019-12-31', '2020-01-01', '2020-02', '2019'), tz: zones },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(when, civil, fc.constantFrom(...intervals), (event, query, interval) => {
        const extent = extentOf({ ...event });
        const range = parseRange({ ...query });
        if (certaintyOf(extent, range) === null) return;
        const name = bucketOf(extent, range, interval);
        if (name === null) return expect([extent.earliest, range.from]).toEqual([null, null]);
        const { tz } = query;
        expect(certaintyOf(extent, parseRange({ date: name, ...(tz && { tz }) }))).not.toBeNull();
      }),
      { numRuns: 500 },
    );
  });
});
