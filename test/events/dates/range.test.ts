import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { keyBounds, parseRange } from '../../../events/dates/range.ts';
import { refusalOf } from '../refusal.ts';
import { dateTimeTexts, edtfTextsWithSlips, zones } from './arbitrary-dates.ts';

const everything = { from: null, to: null, tz: null, match: 'overlap' };
const at = (instant: string) => Date.parse(instant);

describe('a range of days is compared with the days of each event in its own zone:', () => {
  const civil = (from: string | null, to: string | null, civilFrom: string | null, civilTo: string | null) => ({
    ...everything,
    from,
    to,
    compare: 'civil',
    civilFrom,
    civilTo,
  });

  test.each<[object, object]>([
    [{}, civil(null, null, null, null)],
    [{ from: '2020-11-20' }, civil('2020-11-20', null, '2020-11-20', null)],
    [{ to: '2020-11-20' }, civil(null, '2020-11-20', null, '2020-11-20')],
    [{ from: '2020-02', to: '2020-02' }, civil('2020-02', '2020-02', '2020-02-01', '2020-02-29')],
    [{ from: '2019', to: '2020' }, civil('2019', '2020', '2019-01-01', '2020-12-31')],
    [{ from: '2020-11-20', to: '2020-11' }, civil('2020-11-20', '2020-11', '2020-11-20', '2020-11-30')],
    [{ from: '2020-11', to: '2020-11-01' }, civil('2020-11', '2020-11-01', '2020-11-01', '2020-11-01')],
    [{ from: '0001', to: '0202-02' }, civil('0001', '0202-02', '0001-01-01', '0202-02-28')],
    [{ to: '9999' }, civil(null, '9999', null, '9999-12-31')],
    [{ date: '2020-11' }, civil('2020-11', '2020-11', '2020-11-01', '2020-11-30')],
    [{ date: '2020-11-20/2020-12' }, civil('2020-11-20', '2020-12', '2020-11-20', '2020-12-31')],
    [{ date: '../2020' }, civil(null, '2020', null, '2020-12-31')],
    [{ date: '2020/..' }, civil('2020', null, '2020-01-01', null)],
    [{ from: '..', to: '2020' }, civil(null, '2020', null, '2020-12-31')],
    [{ from: '2020', to: '..' }, civil('2020', null, '2020-01-01', null)],
    [{ date: '/2020' }, civil(null, '2020', null, '2020-12-31')],
    [{ date: '2020/' }, civil('2020', null, '2020-01-01', null)],
    [{ date: '199X' }, civil('199X', '199X', '1990-01-01', '1999-12-31')],
    [{ date: '19XX/200X' }, civil('19XX', '200X', '1900-01-01', '2009-12-31')],
    [{ date: '00XX' }, civil('00XX', '00XX', '0001-01-01', '0099-12-31')],
    [{ from: '2020-11-XX', to: '2020-XX' }, civil('2020-11-XX', '2020-XX', '2020-11-01', '2020-12-31')],
    [{ date: '2020-XX-XX' }, civil('2020-XX-XX', '2020-XX-XX', '2020-01-01', '2020-12-31')],
    [{ date: '2020-11-09~' }, civil('2020-11-09~', '2020-11-09~', '2020-11-09', '2020-11-09')],
    [{ from: '2020?', to: '2020-11%' }, civil('2020?', '2020-11%', '2020-01-01', '2020-11-30')],
    [{ from: '199X~' }, civil('199X~', null, '1990-01-01', null)],
    [{ match: 'within' }, { ...civil(null, null, null, null), match: 'within' }],
    [{ match: 'starts' }, { ...civil(null, null, null, null), match: 'starts' }],
    [{ match: 'overlap' }, civil(null, null, null, null)],
    [{ tz: 'asia/baku' }, { ...civil(null, null, null, null), tz: 'Asia/Baku' }],
    [{ from: undefined, to: '2020' }, civil(null, '2020', null, '2020-12-31')],
  ])('%j', (parameters, range) => {
    expect(parseRange(parameters)).toEqual(range);
  });
});

describe('a range of instants is compared with the instants of each event:', () => {
  const instants = (from: string | null, to: string | null, first: string | null, end: string | null) => ({
    ...everything,
    from,
    to,
    compare: 'instant',
    instantFrom: first && at(first),
    instantTo: end && at(end),
  });

  test.each<[object, object]>([
    [
      { from: '2020-11-19T20:00:00Z', to: '2020-11-19T20:01:00Z' },
      instants('2020-11-19T20:00:00Z', '2020-11-19T20:01:00Z', '2020-11-19T20:00:00Z', '2020-11-19T20:01:00Z'),
    ],
    [{ from: '2020-11-10t00:00:00z' }, instants('2020-11-10T00:00:00Z', null, '2020-11-10T00:00:00Z', null)],
    [{ to: '2020-11-10T00:00:00+03:00' }, instants(null, '2020-11-10T00:00:00+03:00', null, '2020-11-09T21:00:00Z')],
    [{ to: '2020-11-10T00:00:00-00:00' }, instants(null, '2020-11-10T00:00:00-00:00', null, '2020-11-10T00:00:00Z')],
    [{ from: '0001-01-01T00:00:00+14:00' }, instants('0001-01-01T00:00:00+14:00', null, '0000-12-31T10:00:00Z', null)],
    [{ to: '9999-12-31T23:59:59-12:00' }, instants(null, '9999-12-31T23:59:59-12:00', null, '+010000-01-01T11:59:59Z')],
    [
      { date: '2020-11-10T00:00:00.5Z/2020-11-10T00:00:00.625Z' },
      instants(
        '2020-11-10T00:00:00.5Z',
        '2020-11-10T00:00:00.625Z',
        '2020-11-10T00:00:00.500Z',
        '2020-11-10T00:00:00.625Z',
      ),
    ],
    // What is finer than a millisecond never makes a whole second: there an event might begin or end.
    [
      { from: '2020-11-10T00:00:00.0000001Z', to: '2020-11-10T00:00:00.99999999Z' },
      instants(
        '2020-11-10T00:00:00.0000001Z',
        '2020-11-10T00:00:00.99999999Z',
        '2020-11-10T00:00:00.001Z',
        '2020-11-10T00:00:00.999Z',
      ),
    ],
    [
      { from: '2020-11-10T00:00:00.000000Z', tz: 'UTC' },
      { ...instants('2020-11-10T00:00:00.000000Z', null, '2020-11-10T00:00:00Z', null), tz: 'UTC' },
    ],
    // Days in a zone are as long as they are there.
    [
      { from: '2020-11-20', to: '2020-11', tz: 'Asia/Baku' },
      { ...instants('2020-11-20', '2020-11', '2020-11-19T20:00:00Z', '2020-11-30T20:00:00Z'), tz: 'Asia/Baku' },
    ],
    [
      { date: '2021-03-28', tz: 'Asia/Beirut' },
      { ...instants('2021-03-28', '2021-03-28', '2021-03-27T22:00:00Z', '2021-03-28T21:00:00Z'), tz: 'Asia/Beirut' },
    ],
    [
      { to: '9999', tz: 'america/new_york', match: 'within' },
      { ...instants(null, '9999', null, '+010000-01-01T05:00:00Z'), tz: 'America/New_York', match: 'within' },
    ],
    [
      { from: '2011-12-30', to: '2011-12-31', tz: 'Pacific/Apia' },
      { ...instants('2011-12-30', '2011-12-31', '2011-12-30T10:00:00Z', '2011-12-31T10:00:00Z'), tz: 'Pacific/Apia' },
    ],
  ])('%j', (parameters, range) => {
    expect(parseRange(parameters)).toEqual(range);
  });
});

describe('an invalid range reports an error at its parameter:', () => {
  test.each<[object, string, RegExp]>([
    [{ from: '' }, 'from', /^Is empty/],
    [{ to: '' }, 'to', /^Is empty/],
    [{ date: '' }, 'date', /^Is empty/],
    [{ date: ' ' }, 'date', /^Is empty/],
    [{ tz: '', from: '2020' }, 'tz', /^Is empty/],
    [{ match: '' }, 'match', /^Is empty/],
    [{ date: '2020', from: '2020' }, 'date', /Send it without them/],
    [{ date: '2020', to: '2020' }, 'date', /Send it without them/],
    [{ date: '2020/2021/2022' }, 'date', /at most one \//],
    [{ date: '/' }, 'date', /Must have a date/],
    [{ date: '../' }, 'date', /Must have a date/],
    [{ date: '01/09/2015' }, 'date', /^Must begin with its year\. Write 2015-09-01 or 2015-01-09\.$/],
    [{ date: '2015/09/01' }, 'date', /^Must have hyphens between year, month and day: 2015-09-01\.$/],
    [{ date: '..' }, 'date', /Must have a date/],
    [{ date: '../..' }, 'date', /Must have a date/],
    [{ date: '2020-12/2020-11' }, 'date', /^Ends before it begins: 2020-12 is later than 2020-11\.$/],
    [{ date: '2020-11-10T00:00:00Z' }, 'date', /empty range/],
    [{ date: '2020/2020-11-10T00:00:00Z' }, 'date', /Mixes dates and instants/],
    [{ date: '2020-13' }, 'date', /month 13/],
    [{ from: '..' }, 'from', /^Must have a date on at least one side\. Leave it out to get all events\.$/],
    [{ to: '..' }, 'to', /^Must have a date/],
    [{ from: '..', to: '..' }, 'from', /^Must have a date/],
    [{ from: '../2020' }, 'from', /^Must be a day/],
    [{ from: '...' }, 'from', /^Must be a day/],
    [{ from: '2020/2021' }, 'from', /^Must be a day/],
    [{ from: '2020-11-09~?' }, 'from', /at most one of ~, \? and %/],
    [{ from: '2020-XX-10' }, 'from', /month unspecified, but not the day/],
    [{ from: '199X-11' }, 'from', /the year unspecified, but not the month/],
    [{ from: '199x' }, 'from', /capital X .*: 199X\./],
    [{ from: '2020-1' }, 'from', /two digits: 2020-01\.$/],
    [{ from: '20201110' }, 'from', /^Must have hyphens: 2020-11-10\.$/],
    [{ from: 'today' }, 'from', /^Must be a day/],
    [{ from: ' 2020' }, 'from', /space before or after/],
    [{ from: '01/09/2015' }, 'from', /^Must begin with its year\. Write 2015-09-01 or 2015-01-09\.$/],
    [{ from: '2015-09-00' }, 'from', /days begin with 01\. If the day is not known, write the month alone: 2015-09\.$/],
    [
      { from: '2015-09-01 00:00' },
      'from',
      /^Must have a T between date and time, and no spaces\. Has a time without an offset, .* Must have seconds: /,
    ],
    [{ from: '0000' }, 'from', /year 0000/],
    [{ from: '2021-02-29' }, 'from', /2021-02-29, which does not exist/],
    [{ to: '2020-11-31T00:00:00Z' }, 'to', /2020-11-31, which does not exist/],
    [{ from: '2020-11-10T01:00' }, 'from', /time without an offset/],
    [{ from: '2020-11-10T01:00:00' }, 'from', /time without an offset/],
    [{ from: '2020-11-10T01:00:00.5' }, 'from', /time without an offset/],
    [{ from: '2020-11-10T01:00Z' }, 'from', /Must have seconds/],
    [{ from: '2020-11-10T01:00:00 03:00' }, 'from', /Write \+ as %2B/],
    [{ from: '2020-11-10 01:00:00Z' }, 'from', /Must have a T/],
    [{ from: '2020-11-10T01:00:00+03' }, 'from', /^Must be a day/],
    [{ from: '2020-11-10T24:00:00Z' }, 'from', /hour 24/],
    [{ from: '2020-11-10T23:59:60Z' }, 'from', /second 60/],
    [{ from: '2020-11-10T00:00:00+14:30' }, 'from', /offset \+14:30/],
    [{ from: '2020-11-10T00:00:00.Z' }, 'from', /^Must be a day/],
    [{ from: '2020-12', to: '2020-11' }, 'to', /^Ends before it begins: 2020-12 is later than 2020-11\.$/],
    [{ from: '2020-11-11', to: '2020-11-10' }, 'to', /^Ends before it begins/],
    [{ from: '2020-12', to: '2020-11', tz: 'Asia/Baku' }, 'to', /^Ends before it begins/],
    [{ from: '2020-11-10T00:00:00Z', to: '2020-11-10T02:00:00+03:00' }, 'to', /^Ends before it begins/],
    [{ from: '2020-11-10T00:00:00Z', to: '2020-11-10T03:00:00+03:00' }, 'to', /empty range/],
    [{ from: '2020-11-10', to: '2020-11-11T00:00:00Z' }, 'to', /Mixes dates and instants/],
    [{ from: '2020-11-10T00:00:00Z', to: '2020-11-11' }, 'to', /Mixes dates and instants/],
    [{ date: '2011-12-30', tz: 'Pacific/Apia' }, 'date', /a day that Pacific\/Apia skipped/],
    [{ tz: 'Mars/Olympus' }, 'tz', /^Must be a zone of the tz database/],
    [{ tz: '+04:00' }, 'tz', /^Must be a zone of the tz database/],
    [{ match: 'Within' }, 'match', /^Must be one of overlap, within, starts\.$/],
    [{ match: 'toString' }, 'match', /^Must be one of overlap, within, starts\.$/],
  ])('%j', (parameters, parameter, detail) => {
    expect(refusalOf(() => parseRange(parameters))).toEqual([{ parameter, detail: expect.stringMatching(detail) }]);
  });

  test('all invalid parameters are reported at once', () => {
    const faults = refusalOf(() => parseRange({ from: '2020-13', to: 'now', tz: 'Mars', match: 'any' }));
    expect(faults).toEqual(
      ['from', 'to', 'tz', 'match'].map((parameter) => ({ parameter, detail: expect.any(String) })),
    );
  });

  test('nothing but InvalidInput is ever thrown', () => {
    const texts = fc.option(fc.oneof(edtfTextsWithSlips, dateTimeTexts, fc.string({ unit: 'binary' })), {
      nil: undefined,
    });
    const parameters = fc.record({ from: texts, to: texts, date: texts, tz: fc.oneof(zones, texts), match: texts });
    fc.assert(
      fc.property(parameters, ({ from, to, date, tz, match }) => {
        refusalOf(() => parseRange({ from, to, tz }));
        refusalOf(() => parseRange({ date, tz }));
        refusalOf(() => parseRange({ from, to, date, tz, match }));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the key bounds of a range', () => {
  test('are a day wider than the requested days, since each event has its own zone', () => {
    expect(keyBounds(parseRange({ from: '2020-11-20', to: '2020-11' }))).toEqual({
      from: at('2020-11-19T00:00:00Z'),
      to: at('2020-12-02T00:00:00Z') - 1,
    });
  });

  test('are the bounds of a range of instants, without its end', () => {
    expect(keyBounds(parseRange({ from: '2020-11-20T00:00:00Z', to: '2020-11-21T00:00:00Z' }))).toEqual({
      from: at('2020-11-20T00:00:00Z'),
      to: at('2020-11-21T00:00:00Z') - 1,
    });
  });

  test('are open on the sides where the range is open', () => {
    expect(keyBounds(parseRange({}))).toEqual({ from: null, to: null });
    expect(keyBounds(parseRange({ from: '0001' }))).toEqual({ from: at('0000-12-31T00:00:00Z'), to: null });
    expect(keyBounds(parseRange({ to: '9999', tz: 'UTC' }))).toEqual({
      from: null,
      to: at('+010000-01-01T00:00:00Z') - 1,
    });
  });
});
