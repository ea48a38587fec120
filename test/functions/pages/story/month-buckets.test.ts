import { expect, test } from '@jest/globals';
import { parseRange } from '../../../../events/dates/range.ts';
import { extentOf } from '../../../../events/dates/when.ts';
import { bucketsOf } from '../../../../functions/lib/pages/story/month-buckets.ts';
import type { Match } from '../../../../functions/lib/read/cards/matches.ts';

const matchOf = ([edtf, kind]: readonly [string, 'point' | 'span']) =>
  ({ extent: extentOf({ edtf, tz: 'UTC', kind }) }) as unknown as Match;

const names = (...dates: readonly (readonly [string, 'point' | 'span'])[]) =>
  bucketsOf(dates.map(matchOf)).map(({ name }) => name);

test('An event is counted as exactly as it is known: by month, year, decade or century, each before what it contains', () => {
  expect(
    names(
      ['1990-01-05', 'point'],
      ['1990-02', 'point'],
      ['1991', 'point'],
      ['199X', 'point'],
      ['19XX', 'point'],
      ['1993-01/1993-03', 'point'],
      ['1994-11/1996-02', 'point'],
    ),
  ).toEqual(['19XX', '199X', '1990-01', '1990-02', '1991', '1993']);
});

test('A span is counted by its first day', () => {
  expect(names(['1993-04/1995-02', 'span'], ['1994/1996', 'span'])).toEqual(['1993-04', '1994']);
});

test('A decade and a century can be asked for by the names under which they are counted', () => {
  expect([parseRange({ from: '199X', to: '199X' }), parseRange({ from: '19XX', to: '19XX' })]).toMatchObject([
    { civilFrom: '1990-01-01', civilTo: '1999-12-31' },
    { civilFrom: '1900-01-01', civilTo: '1999-12-31' },
  ]);
});
