import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { whenSchema } from '../../../events/dates/when.ts';
import { entriesOf, type ShownEntry } from '../../../functions/lib/formats/entry.ts';
import { languages } from '../../../functions/lib/words/languages.ts';
import { whenInWords } from '../../../functions/lib/words/when-in-words.ts';
import { wordsOf } from '../../../functions/lib/words/words-of.ts';
import { edtfTexts, zones } from '../../events/dates/arbitrary-dates.ts';
import { documentWith } from '../formats/documents.ts';

const entryWith = (when: object) => entriesOf(documentWith({ when }))[0] as ShownEntry;

it.each([
  [{ edtf: '2020-12-01' }, '1 December 2020'],
  [{ edtf: '2020-12-01', tz: 'Asia/Baku' }, '1 December 2020 (Asia/Baku)'],
  [{ edtf: '2020-11-09~', tz: 'asia/baku' }, 'about 9 November 2020 (asia/baku)'],
  [{ edtf: '2020-11?' }, 'perhaps some time in November 2020'],
  [{ edtf: '2020%' }, 'perhaps about 2020'],
  [{ edtf: '2020-11-XX' }, 'some day in November 2020'],
  [{ edtf: '2020-XX-XX' }, 'some day in 2020'],
  [{ edtf: '2020-XX' }, 'some month in 2020'],
  [{ edtf: '199X' }, 'some time in the 1990s'],
  [{ edtf: '00XX', historical: true }, 'some time in the years 1 to 99'],
  [{ edtf: '2020-11', kind: 'span' }, 'all through November 2020'],
  [{ edtf: '2020-11-10T00:00:00+03:00', tz: 'Europe/Moscow' }, '10 November 2020, 00:00:00 UTC+03:00'],
  [{ edtf: '2020-11-10T05:07Z' }, '10 November 2020, 05:07 UTC'],
  [{ edtf: '2020-11-10T05:07-05:00' }, '10 November 2020, 05:07 UTC-05:00'],
  [{ edtf: '2020-11-10T10:00Z', tz: 'Pacific/Kiritimati' }, '11 November 2020, 00:00 UTC+14:00'],
  [
    { edtf: '2020-11-10T10:00Z/..', tz: 'Pacific/Kiritimati' },
    'from 11 November 2020, 00:00 UTC+14:00 on (no end is set)',
  ],
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
  [{ edtf: '2020-11-10/..' }, 'from 10 November 2020 on (no end is set)'],
  [{ edtf: '2020-11-10/', kind: 'point' }, 'at some time from 10 November 2020 on (the end is not known)'],
  [{ edtf: '../2020-11-10' }, 'until 10 November 2020 (no start is set)'],
  [{ edtf: '/2020-11' }, 'until November 2020 (the start is not known)'],
  [{ edtf: '2020-10' }, 'some time in October 2020'],
  [{ edtf: '2020' }, 'some time in 2020'],
  [{ edtf: '19XX' }, 'some time in the years 1900 to 1999'],
  [{ edtf: '199X/2020-12-02' }, 'from the 1990s to 2 December 2020'],
])('says %j as %j', (when, words) => {
  expect(whenInWords(entryWith(when).when, wordsOf('en'))).toBe(words);
});

it.each([
  [{ edtf: '2020-12-01' }, '1er décembre 2020'],
  [{ edtf: '2020-11-09~', tz: 'Asia/Baku' }, 'vers le 9 novembre 2020 (Asia/Baku)'],
  [{ edtf: '2020-11-09?' }, 'peut-être le 9 novembre 2020'],
  [{ edtf: '2020-11-09%' }, 'peut-être vers le 9 novembre 2020'],
  [{ edtf: '2020-10' }, 'courant octobre 2020'],
  [{ edtf: '2020-10?' }, 'peut-être en octobre 2020'],
  [{ edtf: '2020~' }, 'vers 2020'],
  [{ edtf: '2020' }, 'courant 2020'],
  [{ edtf: '2020-08-XX' }, 'un jour d’août 2020'],
  [{ edtf: '2020-XX-XX' }, 'un jour de 2020'],
  [{ edtf: '2020-XX' }, 'un mois de 2020'],
  [{ edtf: '199X' }, 'dans les années 1990'],
  [{ edtf: '19XX' }, 'dans les années 1900 à 1999'],
  [{ edtf: '199X', kind: 'span' }, 'pendant les années 1990'],
  [{ edtf: '2020-11', kind: 'span' }, 'tout le mois de novembre 2020'],
  [{ edtf: '2020-04', kind: 'span' }, 'tout le mois d’avril 2020'],
  [{ edtf: '2020', kind: 'span' }, 'toute l’année 2020'],
  [{ edtf: '2020-12-01', kind: 'span' }, 'toute la journée du 1er décembre 2020'],
  [{ edtf: '2020-12-01T10:00Z', kind: 'span' }, '1er décembre 2020 à 10:00 UTC'],
  [{ edtf: '2020-11-10T00:00:00+03:00', tz: 'Europe/Moscow' }, '10 novembre 2020 à 00:00:00 UTC+03:00'],
  [{ edtf: '1988/1994' }, 'de 1988 à 1994'],
  [{ edtf: '199X/2020-12-02' }, 'des années 1990 au 2 décembre 2020'],
  [{ edtf: '2020-09-27/2020-11-10' }, 'du 27 septembre 2020 au 10 novembre 2020'],
  [{ edtf: '2020-04~/2020-11-10?' }, 'd’avril 2020 (date approximative) au 10 novembre 2020 (date incertaine)'],
  [{ edtf: '2020-11-09/2020-11-10', kind: 'point' }, 'à un moment entre le 9 novembre 2020 et le 10 novembre 2020'],
  [{ edtf: '199X/2020', kind: 'point' }, 'à un moment entre les années 1990 et 2020'],
  [{ edtf: '2020-11-10/..' }, 'à partir du 10 novembre 2020 (sans fin fixée)'],
  [{ edtf: '2020-11-10/', kind: 'point' }, 'à un moment, à partir du 10 novembre 2020 (fin inconnue)'],
  [{ edtf: '../2020-11-10' }, 'jusqu’au 10 novembre 2020 (sans début fixé)'],
  [{ edtf: '/2020-11' }, 'jusqu’à novembre 2020 (début inconnu)'],
])('says %j in French as %j', (when, words) => {
  expect(whenInWords(entryWith(when).when, wordsOf('fr'))).toBe(words);
});

it('has words for every date that the record takes', () => {
  const property = fc.property(edtfTexts, zones, (edtf, tz) => {
    const when = { edtf, tz, historical: true };
    fc.pre(whenSchema().safeParse(when).success);
    for (const language of languages) expect(whenInWords(entryWith(when).when, wordsOf(language))).toMatch(/\d/);
  });
  fc.assert(property);
});
