import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Edtf, parseEdtf, printEdtf } from '../../../events/dates/edtf.ts';
import { EdtfError } from '../../../events/dates/edtf-error.ts';
import { edtfTexts, edtfTextsWithSlips } from './arbitrary-dates.ts';

const day = (year: number, month: number | 'XX' | null, of: number | 'XX' | null, more: object = {}) =>
  ({ form: 'date', year, unspecifiedYearDigits: 0, month, day: of, qualifier: null, ...more }) as Edtf;
const first = day(2020, 11, 9);
const second = day(2020, 11, 10);
const midnight = { form: 'date-time', year: 2020, month: 11, day: 10, hour: 0, minute: 0, second: 0, qualifier: null };

/** The reason for which a text is refused; undefined if it is not. */
function errorMessageOf(text: string, historical = false): string | undefined {
  try {
    parseEdtf(text, { historical });
  } catch (error) {
    if (error instanceof EdtfError) return error.message;
    throw error;
  }
  return undefined;
}

describe('reading a date', () => {
  test.each<[string, unknown]>([
    ['2020-12-01', day(2020, 12, 1)],
    ['2020-11', day(2020, 11, null)],
    ['2020', day(2020, null, null)],
    ['1000', day(1000, null, null)],
    ['2020-02-29', day(2020, 2, 29)],
    ['2000-02-29', day(2000, 2, 29)],
    ['9999-12-31', day(9999, 12, 31)],
    ['2020-11-XX', day(2020, 11, 'XX')],
    ['2020-XX', day(2020, 'XX', null)],
    ['2020-XX-XX', day(2020, 'XX', 'XX')],
    ['199X', day(1990, null, null, { unspecifiedYearDigits: 1 })],
    ['19XX', day(1900, null, null, { unspecifiedYearDigits: 2 })],
    ['2020-11-09~', day(2020, 11, 9, { qualifier: '~' })],
    ['2020-11?', day(2020, 11, null, { qualifier: '?' })],
    ['2020%', day(2020, null, null, { qualifier: '%' })],
    ['2020-11-XX?', day(2020, 11, 'XX', { qualifier: '?' })],
    ['199X~', day(1990, null, null, { unspecifiedYearDigits: 1, qualifier: '~' })],
    ['2020-11-10T00:00:00+03:00', { ...midnight, offset: '+03:00' }],
    ['2020-11-10T00:00:00Z', { ...midnight, offset: 'Z' }],
    ['2020-11-10T00:00:00-05', { ...midnight, offset: '-05' }],
    ['2020-11-10T00:00:00-12:00', { ...midnight, offset: '-12:00' }],
    ['2020-11-10T00:00:00+14:00', { ...midnight, offset: '+14:00' }],
    ['2020-11-10T00:00Z', { ...midnight, second: null, offset: 'Z' }],
    ['2020-11-10T00:00Z~', { ...midnight, second: null, offset: 'Z', qualifier: '~' }],
    ['2020-11-09/2020-11-10', { form: 'interval', start: first, end: second }],
    ['2020-11-09~/2020-11', { form: 'interval', start: { ...first, qualifier: '~' }, end: day(2020, 11, null) }],
    ['2020-11-09/2020-11-10T00:00:00Z', { form: 'interval', start: first, end: { ...midnight, offset: 'Z' } }],
    ['../2020-11-10', { form: 'interval', start: 'open', end: second }],
    ['2020-11-09/..', { form: 'interval', start: first, end: 'open' }],
    ['/2020-11-10', { form: 'interval', start: 'unknown', end: second }],
    ['2020-11-09/', { form: 'interval', start: first, end: 'unknown' }],
  ])('accepts %s', (text, edtf) => {
    expect(parseEdtf(text)).toEqual(edtf);
    expect(printEdtf(parseEdtf(text))).toBe(text);
  });

  test.each(['0202-11-10', '0999', '099X', '09XX', '0999-12-31T23:59:59Z', '0999/2020', '../0999', '0998-01/0999-XX'])(
    'takes %s only if years before 1000 are meant',
    (text) => {
      expect(errorMessageOf(text)).toMatch(
        /^Is in the year 0\d{3}\. If this is not a typing error, send "historical": true/,
      );
      expect(errorMessageOf(text, true)).toBeUndefined();
    },
  );

  test.each(['0001', '0001-01-01', '000X', '00XX'])('accepts %s as one of the first years', (text) => {
    expect(errorMessageOf(text, true)).toBeUndefined();
  });

  test.each<[string, RegExp]>([
    ['', /^Is empty/],
    [' 2020', /space before or after/],
    ['2020-11-10\n', /space before or after/],
    ['0000', /year 0000, which does not exist/],
    ['0000-01-01', /year 0000/],
    ['-0001', /before the year 1/],
    ['−2020-11-10', /before the year 1/],
    ['12020-01-01', /year of four digits/],
    ['+2020-01-01', /^Has a \+ before its year\. Write 2020-01-01\.$/],
    ['+12020-01-01', /year of four digits/],
    ['Y170000002', /year of four digits/],
    ['1950S2', /year of four digits/],
    ['99999', /year of four digits/],
    ['2020-00', /month 00: months are 01 to 12\. If the month is not known, write the year alone: 2020\.$/],
    ['2020-13', /month 13/],
    ['2020-13-01', /month 13/],
    ['2020-21', /season/],
    ['2020-41', /season/],
    ['2020-21-01', /month 21/],
    ['2020-11-00', /2020-11-00, but days begin with 01\. If the day is not known, write the month alone: 2020-11\.$/],
    ['01/09/2015', /^Must begin with its year\. Write 2015-09-01 or 2015-01-09\.$/],
    ['13.09.2015', /^Must begin with its year\. Write 2015-09-13\.$/],
    ['09-13-2015 10:00', /^Must begin with its year\. Write 2015-09-13\.$/],
    ['31/31/2015', /^Must begin with its year\. Write the year, the month and the day, as in 2015-09-01\.$/],
    ['2015/9/1', /^Must have hyphens between year, month and day: 2015-09-01\.$/],
    ['2015.09.01', /^Must have hyphens between year, month and day: 2015-09-01\.$/],
    ['+2015-09-01T00:00:00Z', /^Has a \+ before its year\. Write 2015-09-01T00:00:00Z\.$/],
    ['+2015-09-00T00:00:00Z', /^Has a \+ before its year\. Names 2015-09-00, but .* write the month alone: 2015-09\.$/],
    [
      '2015-09-01 00:00:00.000',
      /^Must have a capital T between date and time\. Has a fraction of a second: .* Has a time without an offset, .* In UTC it is 2015-09-01T00:00:00Z\.$/,
    ],
    ['2015-09-31 24:00:00.5z', /capital T .* capital Z .* fraction .* Names 2015-09-31, which does not exist/],
    [
      '2015-09-01 10:00 +0200',
      /^Must have a capital T .* divided by colons: \+03:00\. Write 2015-09-01T10:00\+02:00\.$/,
    ],
    ['2015-09-01T10:00:00z~', /^Must have a capital Z for UTC\. Write 2015-09-01T10:00:00Z~\.$/],
    ['2020-11-31', /2020-11-31, which does not exist: 2020-11 has 30 days/],
    ['2021-02-29', /2021-02-29, which does not exist: 2021-02 has 28 days/],
    ['1900-02-29', /1900-02-29, which does not exist/],
    ['2021-02-29T00:00:00Z', /2021-02-29, which does not exist/],
    ['2020-11-10T01:00', /without an offset/],
    ['2020-11-10T01:00:00', /without an offset/],
    ['2020-11-10T01', /without an offset/],
    ['2020-11-10T01Z', /hours, minutes and offset/],
    ['2020-11-10T01:00:00+0300', /hours, minutes and offset/],
    ['2020-11-10T24:00:00Z', /hour 24/],
    ['2020-11-10T23:60:00Z', /minute 60/],
    ['2020-11-10T23:59:60Z', /second 60/],
    ['2020-11-10T00:00:00.5Z', /fraction of a second/],
    ['2020-11-10T00:00:00,5Z', /fraction of a second/],
    ['2020-11-10T00:00:00-12:01', /offset -12:01: offsets are -12:00 to \+14:00/],
    ['2020-11-10T00:00:00+14:01', /offset \+14:01/],
    ['2020-11-10T00:00:00+15', /offset \+15/],
    ['2020-11-10T00:00:00+03:60', /offset \+03:60/],
    ['2020-11-10t00:00:00Z', /capital T/],
    ['2020-11-10T00:00:00z', /capital Z/],
    ['2020-11-10 00:00:00Z', /capital T/],
    ['2020-11T00:00:00Z', /hours, minutes and offset/],
    ['2020-XX-10', /month unspecified, but not the day/],
    ['199X-11', /the year unspecified, but not the month/],
    ['199X-XX', /the year unspecified, but not the month/],
    ['1XXX', /unspecified from the end/],
    ['XXXX', /unspecified from the end/],
    ['2020-1X', /unspecified from the end/],
    ['2020-11-xx', /capital X/],
    ['2020-11-09~?', /at most one of ~, \? and %/],
    ['~2020', /at most one of ~, \? and %/],
    ['2020?-11-09', /at most one of ~, \? and %/],
    ['2020-11-10T00:00:00~Z', /at most one of ~, \? and %/],
    ['[2020-11-09, 2020-11-10]', /set or a list/],
    ['2020-11-09..2020-11-10', /set or a list/],
    ['20201109', /hyphens: 2020-11-09\.$/],
    ['20201109T000000Z', /hyphens/],
    ['2020-1-9', /two digits: 2020-01-09\.$/],
    ['9 November 2020', /^Must be a day \(2020-12-01\).* For this date, write 2020-11-09\.$/],
    ['Sept. 1st, 2015', /For this date, write 2015-09-01\.$/],
    ['December 2020', /For this date, write 2020-12\.$/],
    ['Tuesday', /^Must be a day/],
    ['yesterday?', /^Must be a day/],
    ['next week', /^Must be a day/],
    ['٢٠٢٠', /^Must be a day/],
    ['2020\u0000', /^Must be a day/],
    ['/', /date on at least one side/],
    ['../..', /date on at least one side/],
    ['../', /date on at least one side/],
    ['/..', /date on at least one side/],
    ['2020/2021/2022', /at most one \//],
    ['2020-11-09/2020-11-31', /^Names 2020-11-31, which does not exist/],
    ['2020-13/2020-11-31', /^2020-13: Names the month 13: .* 2020-11-31: Names 2020-11-31, which does not exist/],
    ['2020-11-31T24:60:60+15:00', /2020-11-31, which .* hour 24: .* minute 60: .* second 60: .* offset \+15:00: /],
    ['2020-11-09/10', /^Must be a day/],
    ['2020-11-09--2020-11-10', /^Must be a day/],
  ])('throws for %j, and says why', (text, reason) => {
    expect(errorMessageOf(text)).toMatch(reason);
  });
});

test('a date is printed as it was written', () => {
  fc.assert(
    fc.property(edtfTexts, (text) => expect(printEdtf(parseEdtf(text, { historical: true }))).toBe(text)),
    { numRuns: 1000 },
  );
});

test('any date prints as itself, and any other text throws an EdtfError', () => {
  const texts = fc.oneof(fc.string({ unit: 'binary' }), edtfTextsWithSlips);
  fc.assert(
    fc.property(texts, fc.boolean(), (text, historical) => {
      if (errorMessageOf(text, historical) === undefined) {
        expect(printEdtf(parseEdtf(text, { historical }))).toBe(text);
      }
    }),
    { numRuns: 3000 },
  );
});

test('a text of a megabyte throws an EdtfError like any other', () => {
  for (const piece of ['2020-11-10', ' ', 'T11 ', '/', 'X', '~', 'TT:']) {
    expect(errorMessageOf(piece.repeat(100_000))).toEqual(expect.any(String));
  }
});
