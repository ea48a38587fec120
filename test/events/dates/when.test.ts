import { describe, expect, test } from '@jest/globals';
import edtf from 'edtf';
import fc from 'fast-check';
import { EdtfError } from '../../../events/dates/edtf-error.ts';
import type { Extent } from '../../../events/dates/extent.ts';
import { extentOf, type When, whenSchema } from '../../../events/dates/when.ts';
import { dateTexts, edtfTexts, zones } from './arbitrary-dates.ts';

/** An extent with its instants in a form that can be read. */
function shown({ earliest, latest, civilEarliest, civilLatest, kind, precision }: Extent) {
  const instant = (epochMs: number | null) => (epochMs === null ? null : new Date(epochMs).toISOString());
  return [instant(earliest), instant(latest), civilEarliest, civilLatest, kind, precision];
}

const problemsOf = (when: unknown) =>
  whenSchema()
    .safeParse(when)
    .error?.issues.map(({ path, message }) => [path.join('/'), message]) ?? [];

/** Whether the schema takes it. What it refuses has no extent, and the other way about. */
function isAccepted(when: When): boolean {
  const { success } = whenSchema().safeParse(when);
  if (!success) expect(() => extentOf(when)).toThrow(EdtfError);
  return success;
}

describe('the extent of a date', () => {
  test.each<[string, unknown[]]>([
    [
      '2020-12-01',
      ['2020-12-01T00:00:00.000Z', '2020-12-01T23:59:59.999Z', '2020-12-01', '2020-12-01', 'point', 'day'],
    ],
    ['2020-11', ['2020-11-01T00:00:00.000Z', '2020-11-30T23:59:59.999Z', '2020-11-01', '2020-11-30', 'point', 'month']],
    ['2020-02', ['2020-02-01T00:00:00.000Z', '2020-02-29T23:59:59.999Z', '2020-02-01', '2020-02-29', 'point', 'month']],
    ['2020', ['2020-01-01T00:00:00.000Z', '2020-12-31T23:59:59.999Z', '2020-01-01', '2020-12-31', 'point', 'year']],
    [
      '2020-11-XX',
      ['2020-11-01T00:00:00.000Z', '2020-11-30T23:59:59.999Z', '2020-11-01', '2020-11-30', 'point', 'month'],
    ],
    ['2020-XX', ['2020-01-01T00:00:00.000Z', '2020-12-31T23:59:59.999Z', '2020-01-01', '2020-12-31', 'point', 'year']],
    [
      '2020-XX-XX',
      ['2020-01-01T00:00:00.000Z', '2020-12-31T23:59:59.999Z', '2020-01-01', '2020-12-31', 'point', 'year'],
    ],
    ['199X', ['1990-01-01T00:00:00.000Z', '1999-12-31T23:59:59.999Z', '1990-01-01', '1999-12-31', 'point', 'decade']],
    ['19XX', ['1900-01-01T00:00:00.000Z', '1999-12-31T23:59:59.999Z', '1900-01-01', '1999-12-31', 'point', 'century']],
    ['00XX', ['0001-01-01T00:00:00.000Z', '0099-12-31T23:59:59.999Z', '0001-01-01', '0099-12-31', 'point', 'century']],
    ['0202', ['0202-01-01T00:00:00.000Z', '0202-12-31T23:59:59.999Z', '0202-01-01', '0202-12-31', 'point', 'year']],
    [
      '2020-11-09~',
      ['2020-11-09T00:00:00.000Z', '2020-11-09T23:59:59.999Z', '2020-11-09', '2020-11-09', 'point', 'day'],
    ],
    [
      '2020-11-10T00:00:00+03:00',
      ['2020-11-09T21:00:00.000Z', '2020-11-09T21:00:00.999Z', '2020-11-10', '2020-11-10', 'point', 'second'],
    ],
    [
      '2020-11-10T00:00+03',
      ['2020-11-09T21:00:00.000Z', '2020-11-09T21:00:59.999Z', '2020-11-10', '2020-11-10', 'point', 'minute'],
    ],
    [
      '2020-11-09/2020-11-10',
      ['2020-11-09T00:00:00.000Z', '2020-11-10T23:59:59.999Z', '2020-11-09', '2020-11-10', 'span', 'day'],
    ],
    [
      '1988-02/1994-05-12',
      ['1988-02-01T00:00:00.000Z', '1994-05-12T23:59:59.999Z', '1988-02-01', '1994-05-12', 'span', 'month'],
    ],
    ['2020-11-09T23:00Z/199X', []],
    [
      '2020-11-20/2020-11',
      ['2020-11-20T00:00:00.000Z', '2020-11-30T23:59:59.999Z', '2020-11-20', '2020-11-30', 'span', 'month'],
    ],
    [
      '2020-11/2020-11-10T01:00Z',
      ['2020-11-01T00:00:00.000Z', '2020-11-10T01:00:59.999Z', '2020-11-01', '2020-11-10', 'span', 'month'],
    ],
    [
      '2020-11-10/2020-11-10',
      ['2020-11-10T00:00:00.000Z', '2020-11-10T23:59:59.999Z', '2020-11-10', '2020-11-10', 'span', 'day'],
    ],
    ['../2020-11-10', [null, '2020-11-10T23:59:59.999Z', null, '2020-11-10', 'span', 'day']],
    ['2020-11/..', ['2020-11-01T00:00:00.000Z', null, '2020-11-01', null, 'span', 'month']],
    ['/199X', [null, '1999-12-31T23:59:59.999Z', null, '1999-12-31', 'span', 'decade']],
    ['2020-11-10T00:00:00Z/', ['2020-11-10T00:00:00.000Z', null, '2020-11-10', null, 'span', 'second']],
  ])('%s without a zone', (text, extent) => {
    const when = { edtf: text, historical: true };
    expect(isAccepted(when) ? shown(extentOf(when)) : []).toEqual(extent);
  });

  test.each<[string, string, unknown[]]>([
    ['2020-12-01', 'Asia/Baku', ['2020-11-30T20:00:00.000Z', '2020-12-01T19:59:59.999Z', '2020-12-01', '2020-12-01']],
    ['2020-12-01', 'asia/baku', ['2020-11-30T20:00:00.000Z', '2020-12-01T19:59:59.999Z', '2020-12-01', '2020-12-01']],
    // Clocks go forward and back within the month.
    ['2020-03', 'Europe/Berlin', ['2020-02-29T23:00:00.000Z', '2020-03-31T21:59:59.999Z', '2020-03-01', '2020-03-31']],
    // Clocks skip midnight, so that the day begins at one.
    ['2021-03-28', 'Asia/Beirut', ['2021-03-27T22:00:00.000Z', '2021-03-28T20:59:59.999Z', '2021-03-28', '2021-03-28']],
    // Midnight comes twice; the day is 25 hours long.
    [
      '2018-02-17',
      'America/Sao_Paulo',
      ['2018-02-17T02:00:00.000Z', '2018-02-18T02:59:59.999Z', '2018-02-17', '2018-02-17'],
    ],
    // Local mean time, to the second, before there were zones.
    ['1900-01-01', 'Asia/Baku', ['1899-12-31T20:40:36.000Z', '1900-01-01T20:40:35.999Z', '1900-01-01', '1900-01-01']],
    // The day before the one that was skipped, and the month that lacks it.
    [
      '2011-12-29',
      'Pacific/Apia',
      ['2011-12-29T10:00:00.000Z', '2011-12-30T09:59:59.999Z', '2011-12-29', '2011-12-29'],
    ],
    ['2011-12', 'Pacific/Apia', ['2011-12-01T10:00:00.000Z', '2011-12-31T09:59:59.999Z', '2011-12-01', '2011-12-31']],
    [
      '9999-12-31',
      'Etc/GMT+12',
      ['9999-12-31T12:00:00.000Z', '+010000-01-01T11:59:59.999Z', '9999-12-31', '9999-12-31'],
    ],
    ['0001-01-01', 'Etc/GMT-14', ['0000-12-31T10:00:00.000Z', '0001-01-01T09:59:59.999Z', '0001-01-01', '0001-01-01']],
    // The offset fixes the instant; the zone says which day it was there.
    [
      '2020-11-10T00:00:00+03:00',
      'Europe/Moscow',
      ['2020-11-09T21:00:00.000Z', '2020-11-09T21:00:00.999Z', '2020-11-10', '2020-11-10'],
    ],
    [
      '2020-11-10T00:00:00+03:00',
      'UTC',
      ['2020-11-09T21:00:00.000Z', '2020-11-09T21:00:00.999Z', '2020-11-09', '2020-11-09'],
    ],
    [
      '2020-11-10T00:00:00+03:00',
      'Pacific/Kiritimati',
      ['2020-11-09T21:00:00.000Z', '2020-11-09T21:00:00.999Z', '2020-11-10', '2020-11-10'],
    ],
    [
      '2020-11-09/2020-11-10T00:00Z',
      'Asia/Baku',
      ['2020-11-08T20:00:00.000Z', '2020-11-10T00:00:59.999Z', '2020-11-09', '2020-11-10'],
    ],
    // A minute on the face of a clock that is seconds off reaches into the next day there.
    [
      '1900-01-01T20:40Z',
      'Asia/Baku',
      ['1900-01-01T20:40:00.000Z', '1900-01-01T20:40:59.999Z', '1900-01-01', '1900-01-02'],
    ],
  ])('%s in %s', (text, tz, extent) => {
    const when = { edtf: text, tz, historical: true };
    expect(problemsOf(when)).toEqual([]);
    expect(shown(extentOf(when)).slice(0, 4)).toEqual(extent);
  });

  test('with an unknown side keeps the known date; with an open side it does not', () => {
    const known = {
      earliest: Date.parse('2020-11-09T20:00:00Z'),
      latest: Date.parse('2020-11-10T20:00:00Z') - 1,
      civilEarliest: '2020-11-10',
      civilLatest: '2020-11-10',
    };
    const tz = 'Asia/Baku';
    const rest = { kind: 'span', precision: 'day' };
    const start = { earliest: known.earliest, civilEarliest: known.civilEarliest };
    const end = { latest: known.latest, civilLatest: known.civilLatest };
    const noStart = { earliest: null, civilEarliest: null };
    const noEnd = { latest: null, civilLatest: null };
    expect(extentOf({ edtf: '2020-11-10/', tz })).toEqual({ ...start, ...noEnd, ...rest, known });
    expect(extentOf({ edtf: '/2020-11-10', tz })).toEqual({ ...noStart, ...end, ...rest, known });
    expect(extentOf({ edtf: '2020-11-10/..', tz })).toEqual({ ...start, ...noEnd, ...rest });
    expect(extentOf({ edtf: '../2020-11-10', tz })).toEqual({ ...noStart, ...end, ...rest });
  });

  test('of an interval with different offsets covers its days in either order', () => {
    const extent = extentOf({ edtf: '2020-11-10T00:00:00+14:00/2020-11-09T23:00:00Z' });
    expect(shown(extent)).toEqual([
      '2020-11-09T10:00:00.000Z',
      '2020-11-09T23:00:00.999Z',
      '2020-11-09',
      '2020-11-10',
      'span',
      'second',
    ]);
  });

  test('has the kind that was sent, whatever the form of the date', () => {
    expect(extentOf({ edtf: '2020-11-10', kind: 'span' }).kind).toBe('span');
    expect(extentOf({ edtf: '2020-11-09/2020-11-10', kind: 'point' }).kind).toBe('point');
    expect(extentOf({ edtf: '2020-11-10/', kind: 'point' }).kind).toBe('point');
  });
});

describe('a date with an error is invalid:', () => {
  const badZone = ['tz', 'Must be a zone of the tz database, such as Asia/Baku, or UTC.'];

  test.each([
    '',
    ' ',
    'Mars/Olympus',
    'Asia/Bakuu',
    '+04:00',
    '-0500',
    'Z',
    'UTC+3',
    'GMT+4',
    'Etc/Unknown',
    'PST',
    'SystemV/PST8PDT',
    'Asia/Baku ',
    'Asia//Baku',
    '../etc/passwd',
    'constructor',
  ])('the zone %j', (tz) => {
    expect(problemsOf({ edtf: '2020-12-01', tz })).toEqual([badZone]);
    expect(() => extentOf({ edtf: '2020-12-01', tz })).toThrow(EdtfError);
  });

  test('a zone whose name is a megabyte long', () => {
    expect(problemsOf({ edtf: '2020-12-01', tz: 'x'.repeat(1_000_000) })).toEqual([badZone]);
  });

  test.each(['UTC', 'utc', 'GMT', 'EST', 'Etc/GMT+4', 'Asia/Calcutta', 'Asia/Kolkata', 'Europe/Kyiv', 'US/Pacific'])(
    'but not the zone %s',
    (tz) => expect(problemsOf({ edtf: '2020-12-01', tz })).toEqual([]),
  );

  test.each<[When, string]>([
    [{ edtf: '2021-02-29' }, 'Names 2021-02-29, which does not exist: 2021-02 has 28 days.'],
    [{ edtf: '2020-11-10/2020-11-09' }, 'Ends before it begins: the earlier date comes first.'],
    [{ edtf: '2020-11-10T00:00:01Z/2020-11-10T00:00:00Z' }, 'Ends before it begins: the earlier date comes first.'],
    [
      { edtf: '2020-11-10T03:00:00Z/2020-11-10T04:00:00+03:00' },
      'Ends before it begins: the earlier date comes first.',
    ],
    [
      { edtf: '2020-11-10/2020-11-09T20:00Z', tz: 'America/New_York' },
      'Ends before it begins: the earlier date comes first.',
    ],
    [
      { edtf: '2011-12-30', tz: 'Pacific/Apia' },
      'Names 2011-12-30, which Pacific/Apia skipped when it moved across the date line.',
    ],
    [
      { edtf: '2011-12-30/2012', tz: 'pacific/apia' },
      'Names 2011-12-30, which Pacific/Apia skipped when it moved across the date line.',
    ],
    [
      { edtf: '1844-12-31', tz: 'Asia/Manila' },
      'Names 1844-12-31, which Asia/Manila skipped when it moved across the date line.',
    ],
    [{ edtf: '9999-12-31T20:00:00-12:00', tz: 'UTC' }, 'Is in the year 10000 in UTC: years are 0001 to 9999.'],
    [
      { edtf: '0001-01-01T00:00Z', tz: 'Etc/GMT+1', historical: true },
      'Is in the year 0 in Etc/GMT+1: years are 0001 to 9999.',
    ],
  ])('%j', (when, reason) => {
    expect(problemsOf(when)).toEqual([['edtf', reason]]);
    expect(() => extentOf(when)).toThrow(new EdtfError(reason));
  });

  test('an invalid date in an unknown zone reports both errors at once', () => {
    expect(problemsOf({ edtf: '2020-13', tz: 'Mars' })).toEqual([
      badZone,
      ['edtf', 'Names the month 13: months are 01 to 12.'],
    ]);
  });

  test.each([null, '2020-12-01', {}, { edtf: 2020 }, { edtf: '2020', tz: 3 }, { edtf: '2020', kind: 'moment' }])(
    'the shape %j',
    (when) => expect(whenSchema().safeParse(when).success).toBe(false),
  );

  test('unknown fields and a historical that is not a boolean', () => {
    expect(whenSchema().safeParse({ edtf: '2020', zone: 'UTC' }).success).toBe(false);
    expect(whenSchema().safeParse({ edtf: '0202', historical: 'true' }).success).toBe(false);
  });
});

test('a date that the schema accepts begins before it ends, in any zone; a date that it does not accept has no extent', () => {
  fc.assert(
    fc.property(edtfTexts, fc.option(zones, { nil: undefined }), (text, tz) => {
      const when = { edtf: text, tz, historical: true };
      if (!isAccepted(when)) return;
      const { earliest, latest, civilEarliest, civilLatest, known } = extentOf(when);
      expect((earliest ?? -Infinity) <= (latest ?? Infinity)).toBe(true);
      expect((civilEarliest ?? '0001-01-01') <= (civilLatest ?? '9999-12-31')).toBe(true);
      expect(`${civilEarliest ?? civilLatest}${civilLatest ?? civilEarliest}`).toMatch(/^(\d{4}-\d\d-\d\d){2}$/);
      expect(known === undefined || known.earliest <= known.latest).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test('a day in a zone contains exactly the instants that clocks there show as that day', () => {
  const clockOf = new Map<string, Intl.DateTimeFormat>();
  const shownDay = (epochMs: number, timeZone: string) => {
    const clock = clockOf.get(timeZone) ?? new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
    clockOf.set(timeZone, clock);
    return clock.format(epochMs);
  };
  const recentDays = fc.integer({ min: 0, max: 150 * 365 }).map((day) => {
    return new Date(Date.UTC(1890, 0, 1 + day)).toISOString().slice(0, 10);
  });
  fc.assert(
    fc.property(recentDays, zones, (day, tz) => {
      const when = { edtf: day, tz };
      if (!isAccepted(when)) return;
      const { earliest, latest } = extentOf(when) as Extent & { earliest: number; latest: number };
      expect([shownDay(earliest, tz), shownDay(latest, tz)]).toEqual([day, day]);
      expect(shownDay(earliest - 1, tz) < day).toBe(true);
      expect(shownDay(latest + 1, tz) > day).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test('in UTC, dates and intervals cover the same time as by the edtf package', () => {
  // That package has a year 0, and takes no qualifier beside unspecified digits.
  const dates = fc
    .tuple(dateTexts, fc.constantFrom('', '', '~', '?', '%'))
    .map(([text, qualifier]) => (text.includes('X') ? text : text + qualifier))
    .filter((text) => !text.startsWith('000X'));
  const sides = fc.oneof({ weight: 5, arbitrary: dates }, fc.constantFrom('', '..'));
  const extentAs = (text: string) => {
    const when = { edtf: text, historical: true };
    if (!isAccepted(when)) return 'refused';
    const { earliest, latest } = extentOf(when);
    return [earliest, latest];
  };
  const peer = (side: string) => (/\d/.test(side) ? edtf(side) : { min: null, max: null });
  fc.assert(
    fc.property(dates, sides, sides, (date, start, end) => {
      expect(extentAs(date)).toEqual([edtf(date).min, edtf(date).max]);
      const { min } = peer(start);
      const { max } = peer(end);
      const refused = min === null || max === null ? min === max : min > max;
      expect(extentAs(`${start}/${end}`)).toEqual(refused ? 'refused' : [min, max]);
    }),
    { numRuns: 300 },
  );
});
