import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { whenSchema } from '../../../events/dates/when.ts';
import { entriesOf, type ShownEntry } from '../../../functions/lib/formats/entry.ts';
import { whenInWords } from '../../../functions/lib/formats/when-in-words.ts';
import { edtfTexts, zones } from '../../events/dates/arbitrary-dates.ts';
import { documentWith } from './documents.ts';

const entryWith = (when: object) => entriesOf(documentWith({ when }))[0] as ShownEntry;

it.each([
  [{ edtf: '2020-12-01' }, '1 December 2020'],
  [{ edtf: '2020-12-01', tz: 'Asia/Baku' }, '1 December 2020 (Asia/Baku)'],
  [{ edtf: '2020-11-09~', tz: 'asia/baku' }, 'about 9 November 2020 (asia/baku)'],
  [{ edtf: '2020-11?' }, 'perhaps November 2020'],
  [{ edtf: '2020%' }, 'perhaps about 2020'],
  [{ edtf: '2020-11-XX' }, 'an unknown day of November 2020'],
  [{ edtf: '2020-XX-XX' }, 'an unknown day of 2020'],
  [{ edtf: '2020-XX' }, 'an unknown month of 2020'],
  [{ edtf: '199X' }, 'the years 1990 to 1999'],
  [{ edtf: '00XX', historical: true }, 'the years 1 to 99'],
  [{ edtf: '2020-11', kind: 'span' }, 'all through November 2020'],
  [{ edtf: '2020-11-10T00:00:00+03:00', tz: 'Europe/Moscow' }, '10 November 2020, 00:00:00 UTC+03:00'],
  [{ edtf: '2020-11-10T05:07Z' }, '10 November 2020, 05:07 UTC'],
  [{ edtf: '2020-11-10T05:07-05:00' }, '10 November 2020, 05:07 UTC-05:00'],
  [{ edtf: '2020-11-10T10:00Z', tz: 'Pacific/Kiritimati' }, '11 November 2020, 00:00 UTC+14:00'],
  [{ edtf: '2020-11-10T10:00Z/..', tz: 'Pacific/Kiritimati' }, 'from 11 November 2020, 00:00 UTC+14:00 on (end open)'],
  [
    { edtf: '2020-10-25T00:30Z/2020-10-25T01:30Z', tz: 'Europe/Berlin' },
    'from 25 October 2020, 02:30 UTC+02:00 to 25 October 2020, 02:30 UTC+01:00',
  ],
  [{ edtf: '2020-12-01T13:00:00+01:00~', tz: 'Europe/London' }, 'about 1 December 2020, 12:00:00 UTC'],
  [{ edtf: '1960-01-01T00:00:00Z', tz: 'Africa/Monrovia' }, '31 December 1959, 23:15:30 UTC-00:44:30'],
  [
    { edtf: '2020-11-10T23:00Z/2020-11-12', tz: 'Asia/Baku' },
    'from 11 November 2020, 03:00 UTC+04:00 to 12 November 2020 (Asia/Baku)',
  ],
  [{ edtf: '2020-11-09/2020-11-10' }, 'from 9 November 2020 to 10 November 2020'],
  [{ edtf: '2020-11-09/2020-11-10', kind: 'point' }, 'at some time between 9 November 2020 and 10 November 2020'],
  [{ edtf: '2020-11-10/..' }, 'from 10 November 2020 on (end open)'],
  [{ edtf: '2020-11-10/', kind: 'point' }, 'at some time from 10 November 2020 on (end not known)'],
  [{ edtf: '../2020-11-10' }, 'until 10 November 2020 (start open)'],
  [{ edtf: '/2020-11' }, 'until November 2020 (start not known)'],
])('says %j as %j', (when, words) => {
  expect(whenInWords(entryWith(when).when)).toBe(words);
});

it('has words for every date that the record takes', () => {
  const property = fc.property(edtfTexts, zones, (edtf, tz) => {
    const when = { edtf, tz, historical: true };
    fc.pre(whenSchema.safeParse(when).success);
    expect(whenInWords(entryWith(when).when)).toMatch(/\d/);
  });
  fc.assert(property);
});
