import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseHttpDate } from '../../../events/webhooks/http-date.ts';

const now = Date.parse('2026-11-22T10:00:00Z');
const at = (text: string) => Date.parse(text);

describe('an HTTP date', () => {
  test.each<[string, string]>([
    ['Sun, 06 Nov 1994 08:49:37 GMT', '1994-11-06T08:49:37Z'],
    ['Sunday, 06-Nov-94 08:49:37 GMT', '1994-11-06T08:49:37Z'],
    ['Sun Nov  6 08:49:37 1994', '1994-11-06T08:49:37Z'],
    ['Sun Nov 16 08:49:37 1994', '1994-11-16T08:49:37Z'],
    ['Thu, 29 Feb 2024 00:00:00 GMT', '2024-02-29T00:00:00Z'],
    ['Sat, 31 Dec 2016 23:59:60 GMT', '2017-01-01T00:00:00Z'],
    ['Sat, 01 Jan 0094 00:00:00 GMT', '0094-01-01T00:00:00Z'],
    ['Fri, 31 Dec 9999 23:59:59 GMT', '9999-12-31T23:59:59Z'],
    // The day of the week is wrong.
    ['Mon, 06 Nov 1994 08:49:37 GMT', '1994-11-06T08:49:37Z'],
  ])('%s', (text, instant) => {
    expect(parseHttpDate(text, now)).toBe(at(instant));
  });

  test.each([
    '',
    'Sun, 6 Nov 1994 08:49:37 GMT',
    'Sun, 06 Nov 94 08:49:37 GMT',
    'Sun, 06-Nov-94 08:49:37 GMT',
    'Sunday, 06-Nov-1994 08:49:37 GMT',
    'Sun Nov 6 08:49:37 1994',
    'Sun Nov 06 08:49:37 1994 GMT',
    'sun, 06 nov 1994 08:49:37 gmt',
    'Sun, 06 Nov 1994 08:49:37 UTC',
    'Sun, 06 Nov 1994 08:49:37 +0000',
    'Sun, 06 Nov 1994 24:00:00 GMT',
    'Sun, 06 Nov 1994 08:60:00 GMT',
    'Sun, 06 Nov 1994 08:49:61 GMT',
    'Wed, 30 Feb 2022 08:49:37 GMT',
    'Wed, 00 Mar 2022 08:49:37 GMT',
    'Monday, 29-Feb-27 08:49:37 GMT',
    'Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT',
    '1994-11-06T08:49:37Z',
  ])('%j is none', (text) => {
    expect(parseHttpDate(text, now)).toBeUndefined();
  });

  test.each<[string, string, string]>([
    ['2026-11-22T10:00:00Z', 'Sunday, 22-Nov-76 10:00:00 GMT', '2076-11-22T10:00:00Z'],
    ['2026-11-22T10:00:00Z', 'Sunday, 22-Nov-76 10:00:01 GMT', '1976-11-22T10:00:01Z'],
    ['2026-11-22T10:00:00Z', 'Monday, 23-Nov-26 10:00:00 GMT', '2026-11-23T10:00:00Z'],
    ['1994-11-06T08:00:00Z', 'Tuesday, 01-Jan-30 00:00:00 GMT', '2030-01-01T00:00:00Z'],
    ['1994-11-06T08:00:00Z', 'Sunday, 01-Jan-50 00:00:00 GMT', '1950-01-01T00:00:00Z'],
    ['2099-12-31T23:59:00Z', 'Friday, 01-Jan-00 00:00:00 GMT', '2100-01-01T00:00:00Z'],
    ['2026-11-22T10:00:00Z', 'Tuesday, 29-Feb-00 00:00:00 GMT', '2000-02-29T00:00:00Z'],
  ])('in %s, %s is at most fifty years ahead', (today, text, instant) => {
    expect(parseHttpDate(text, at(today))).toBe(at(instant));
  });

  test('means the same in all three forms, at any instant within fifty years', () => {
    const seconds = fc.integer({ min: at('1977-01-01T00:00:00Z') / 1_000, max: at('2076-11-22T10:00:00Z') / 1_000 });
    fc.assert(
      fc.property(seconds, (second) => {
        const instant = second * 1_000;
        const imf = new Date(instant).toUTCString();
        const [, name = '', day = '', month = '', year = '', time = ''] =
          /^(\w+), (\d+) (\w+) (\d+) (\S+) GMT$/.exec(imf) ?? [];
        const longName = new Intl.DateTimeFormat('en', { weekday: 'long', timeZone: 'UTC' }).format(instant);
        const rfc850 = `${longName}, ${day}-${month}-${year.slice(2)} ${time} GMT`;
        const asctime = `${name} ${month} ${day.replace(/^0/, ' ')} ${time} ${year}`;
        expect([imf, rfc850, asctime].map((text) => parseHttpDate(text, now))).toEqual([instant, instant, instant]);
      }),
    );
  });
});
