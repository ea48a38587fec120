import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { certaintyOf } from '../../../events/dates/certainty.ts';
import { keyBounds, parseRange } from '../../../events/dates/range.ts';
import type { RangeParameters } from '../../../events/dates/range-parameters.ts';
import { extentOf, type When, whenSchema } from '../../../events/dates/when.ts';
import { dateTimeTexts, edtfTexts, zones } from './arbitrary-dates.ts';
import { type OracleEvent, type OracleRange, oracleVerdict, oracleWhen } from './certainty-oracle.ts';

const verdict = (when: When | string, parameters: RangeParameters) =>
  certaintyOf(extentOf(typeof when === 'string' ? { edtf: when } : when), parseRange(parameters));

describe('a side on which the range is open excludes nothing:', () => {
  test.each<[When | string, RangeParameters, 'certain' | 'possible' | null]>([
    ['2020', {}, 'certain'],
    ['2020', { to: '2020' }, 'certain'],
    ['2020', { from: '2020' }, 'certain'],
    ['2020', { from: '2020-02' }, 'possible'],
    [{ edtf: '2020/..', kind: 'point' }, { from: '2020' }, 'certain'],
    [{ edtf: '2020/..', kind: 'point' }, { from: '2020', to: '2030' }, 'possible'],
    [{ edtf: '../2020', kind: 'point' }, { to: '2020' }, 'certain'],
    [{ edtf: '../2020', kind: 'point' }, { from: '2019' }, 'possible'],
    [{ edtf: '/2020', kind: 'point' }, { from: '2020', to: '2020' }, 'possible'],
    ['../2020', { to: '2020', match: 'within' }, 'certain'],
    ['../2020', { from: '0001', to: '2020', match: 'within' }, null],
    ['2020/', { from: '2020', match: 'within' }, 'certain'],
    ['2020/', { from: '2020', to: '9999', match: 'within' }, null],
    ['../2020', { to: '2000', match: 'starts' }, 'certain'],
    ['/2020', { to: '2000', match: 'starts' }, 'possible'],
    ['../2020', { from: '2000', match: 'starts' }, null],
    ['2020/', {}, 'certain'],
  ])('%j, %j: %j', (when, parameters, certainty) => {
    expect(verdict(when, parameters)).toBe(certainty);
  });
});

describe('an event with an unknown side is certain only within its known date:', () => {
  test.each<[When | string, RangeParameters, 'certain' | 'possible' | null]>([
    ['2020-11/', { from: '2020-11-30', to: '2020-12' }, 'certain'],
    ['2020-11/', { from: '2020-12-01', to: '2020-12' }, 'possible'],
    ['2020-11/', { from: '2020-12-01' }, 'possible'],
    ['2020-11/', { to: '2020-10' }, null],
    ['/2020-11', { from: '2020-11-01', to: '2020-11-01' }, 'certain'],
    ['/2020-11', { from: '2020-10', to: '2020-10-31' }, 'possible'],
    ['/2020-11', { from: '2020-12' }, null],
    [{ edtf: '2020-11-20/', tz: 'Asia/Baku' }, { from: '2020-11-20T20:00:00Z' }, 'possible'],
    [{ edtf: '2020-11-20/', tz: 'Asia/Baku' }, { from: '2020-11-20T19:59:59.9Z' }, 'certain'],
  ])('%j, %j: %j', (when, parameters, certainty) => {
    expect(verdict(when, parameters)).toBe(certainty);
  });
});

describe('the bounds of ranges and of events are compared exactly:', () => {
  test.each<[When | string, RangeParameters, 'certain' | 'possible' | null]>([
    // A range of instants ends before its end, an event covers its last second whole.
    ['2020-11-10T00:00:00Z', { from: '2020-11-10T00:00:00Z', to: '2020-11-10T00:00:01Z' }, 'certain'],
    ['2020-11-10T00:00:00Z', { from: '2020-11-10T00:00:00Z', to: '2020-11-10T00:00:00.5Z' }, 'possible'],
    ['2020-11-10T00:00:00Z', { from: '2020-11-10T00:00:00.999999Z' }, 'possible'],
    ['2020-11-10T00:00:00Z', { from: '2020-11-10T00:00:01Z' }, null],
    ['2020-11-10T00:00:01Z', { to: '2020-11-10T00:00:01Z' }, null],
    ['2020-11-10T00:00:01Z', { to: '2020-11-10T00:00:01.000001Z' }, 'possible'],
    ['2020-11-10T00:00:01Z', { from: '2020-11-10T00:00:01.000001Z', match: 'starts' }, null],
    ['2020-11-10T00:00Z', { from: '2020-11-10T00:00:59Z' }, 'possible'],
    [{ edtf: '2020-11-10', kind: 'span' }, { from: '2020-11-10T12:00:00Z', to: '2020-11-10T13:00:00Z' }, 'certain'],
    // The same day in the same zone, however long it was.
    [{ edtf: '2021-03-28', tz: 'Asia/Beirut' }, { date: '2021-03-28', tz: 'Asia/Beirut' }, 'certain'],
    [{ edtf: '2010-11-06', tz: 'America/St_Johns' }, { date: '2010-11-06', tz: 'America/St_Johns' }, 'certain'],
    [{ edtf: '2010-11-07', tz: 'America/St_Johns' }, { date: '2010-11-06', tz: 'America/St_Johns' }, null],
    // The last day there is, and the first.
    [{ edtf: '9999-12-31', tz: 'Etc/GMT+12' }, { from: '9999-12-31' }, 'certain'],
    [{ edtf: '9999-12-31', tz: 'Etc/GMT+12' }, { to: '9999-12-31', tz: 'UTC' }, 'possible'],
    [{ edtf: '0001-01-01', historical: true }, { to: '0001-01-01' }, 'certain'],
    // Found by the days that its offsets write, whichever comes first.
    ['2020-11-10T00:00:00+14:00/2020-11-09T23:00:00Z', { date: '2020-11-09' }, 'certain'],
    ['2020-11-10T00:00:00+14:00/2020-11-09T23:00:00Z', { date: '2020-11-10' }, 'certain'],
  ])('%j, %j: %j', (when, parameters, certainty) => {
    expect(verdict(when, parameters)).toBe(certainty);
  });
});

describe('compared with an oracle that tries every relevant instant', () => {
  const two = (number: number) => String(number).padStart(2, '0');
  const days = fc
    .integer({ min: 0, max: 9 })
    .map((day) => new Date(Date.UTC(2020, 1, 25 + day)).toISOString().slice(0, 10));
  const units = fc.oneof(
    { weight: 4, arbitrary: days },
    { weight: 1, arbitrary: fc.constantFrom('2020-02', '2020-03', '2020') },
  );
  const offsetHours = fc.constantFrom(-12, -5, 0, 0, 3, 14);
  const times = fc.tuple(days, fc.integer({ min: 0, max: 23 }), fc.constantFrom(':00', ':59', ':00:00', ':59:59'));
  const sides = fc.oneof(
    { weight: 3, arbitrary: units.map((text) => ({ text, offsetHours: null })) },
    {
      weight: 2,
      arbitrary: fc.record({
        text: times.map(([day, hour, rest]) => `${day}T${two(hour)}${rest}`),
        offsetHours,
      }),
    },
  );
  const events: fc.Arbitrary<OracleEvent> = fc.record({
    start: fc.oneof({ weight: 6, arbitrary: sides }, { weight: 1, arbitrary: fc.constantFrom('open', 'unknown') }),
    end: fc.oneof(
      { weight: 4, arbitrary: fc.constant(null) },
      { weight: 6, arbitrary: sides },
      { weight: 2, arbitrary: fc.constantFrom('open', 'unknown') },
    ),
    zoneHours: fc.option(fc.constantFrom(-12, -5, 0, 4, 14)),
    kind: fc.constantFrom(undefined, undefined, 'point', 'span'),
  }) as fc.Arbitrary<OracleEvent>;
  const unspecified = fc.constantFrom('2020-02-XX', '2020-03-XX', '2020-XX', '2020-XX-XX');
  const boundTexts = fc
    .tuple(
      fc.oneof({ weight: 5, arbitrary: units }, { weight: 1, arbitrary: unspecified }),
      fc.constantFrom('', '', '~', '?', '%'),
    )
    .map((parts) => parts.join(''));
  const civilBounds = fc.record({
    from: fc.option(boundTexts),
    to: fc.option(boundTexts),
    zoneHours: fc.option(fc.constantFrom(-12, -5, 0, 4, 14)),
  });
  const instants = fc
    .tuple(days, fc.integer({ min: 0, max: 23 }), fc.constantFrom('00:00', '59:59', '59:59.5', '00:01'))
    .map(([day, hour, rest]) => `${day}T${two(hour)}:${rest}Z`);
  const instantBounds = fc.record({ from: fc.option(instants), to: fc.option(instants), zoneHours: fc.constant(null) });
  const ranges: fc.Arbitrary<OracleRange> = fc
    .tuple(fc.oneof(civilBounds, instantBounds), fc.constantFrom('overlap', 'within', 'starts'))
    .map(([bounds, match]) => ({ ...bounds, match }) as OracleRange);
  const zoneName = (hours: number) => `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`;

  const parametersOf = ({ from, to, zoneHours, match }: OracleRange): RangeParameters => ({
    from: from ?? undefined,
    to: to ?? undefined,
    tz: zoneHours === null ? undefined : zoneName(zoneHours),
    match,
  });

  test('the same events are found, with the same certainty', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(events, ranges, (event, range) => {
        const when = oracleWhen(event, zoneName);
        const expected = oracleVerdict(event, range);
        fc.pre(expected !== 'no range');
        seen.add(String(expected));
        const accepted = whenSchema().safeParse(when).success;
        expect(accepted ? verdict(when, parametersOf(range)) : 'no event').toBe(expected);
      }),
      { numRuns: 1500 },
    );
    expect(seen).toEqual(new Set(['certain', 'possible', 'null', 'no event']));
  });
});

test('events that a range finds lie within its key bounds, whatever the zones', () => {
  const bound = fc.oneof(
    fc.integer({ min: 2018, max: 2022 }).map(String),
    fc.tuple(fc.integer({ min: 2018, max: 2022 }), fc.integer({ min: 1, max: 12 })).map(([year, month]) => {
      return `${year}-${String(month).padStart(2, '0')}`;
    }),
  );
  const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
  const parameters = fc.record({ from: maybe(bound), to: maybe(bound), tz: maybe(zones) });
  fc.assert(
    fc.property(edtfTexts, maybe(zones), parameters, (edtf, tz, { from, to, ...rest }) => {
      const when = { edtf, tz, historical: true };
      if (!whenSchema().safeParse(when).success) return;
      const range = parseRange(
        from && to && from.slice(0, 4) >= to.slice(0, 4) ? { from, ...rest } : { from, to, ...rest },
      );
      const extent = extentOf(when);
      if (certaintyOf(extent, range) === null) return;
      const bounds = keyBounds(range);
      expect((extent.earliest ?? -Infinity) <= (bounds.to ?? Infinity)).toBe(true);
      expect((extent.latest ?? Infinity) >= (bounds.from ?? -Infinity)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test('an event is certain in the day, month or minute of its own date, in its own zone', () => {
  fc.assert(
    fc.property(dateTimeTexts, zones, (text, tz) => {
      const when = { edtf: text, tz, historical: true };
      if (!whenSchema().safeParse(when).success) return;
      const { civilEarliest, civilLatest } = extentOf(when);
      const date = `${civilEarliest}/${civilLatest}`;
      expect([verdict(when, { date }), verdict(when, { date, match: 'within' })]).toEqual(['certain', 'certain']);
      expect(verdict({ edtf: text, historical: true }, { date: text.slice(0, 10) })).toBe('certain');
    }),
    { numRuns: 500 },
  );
});
