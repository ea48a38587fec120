import { describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { typeColumns } from '../../../functions/lib/facts/columns.ts';
import { csv } from '../../../functions/lib/formats/csv.ts';
import { entriesOf } from '../../../functions/lib/formats/entry.ts';
import type { TimelineDocument } from '../../../functions/lib/formats/format.ts';
import { eventWith } from '../../events/given.ts';
import {
  documentOf,
  documentWith,
  emptyDocument,
  entryText,
  hostileDocument,
  hostileTexts,
  storyDocument,
} from './documents.ts';

type Row = Record<string, string>;

/** Refuses whatever RFC 4180 does: other line ends, rows of other lengths, quotes within what is not quoted. */
const rowsOf = (document: TimelineDocument): Row[] =>
  parse(csv.render(document), { bom: true, columns: true, record_delimiter: '\r\n' });

const headlineOf = (headline: string) => {
  const event = eventWith();
  return rowsOf(documentOf([entryText({ ...event, data: { ...event.data, headline } }, 0)]))[0]?.headline;
};

const header =
  'id,url,headline,summary,language,type,story,status,certainty,edtf,tz,kind,precision,first_day,last_day,earliest,latest,' +
  'actors,places,topics,publishers,sources,newsroom,revision,position,published_at,correction_note,corrected_at,' +
  `stories,related,latitude,longitude,${typeColumns.join()}\r\n`;

const nothing = Object.fromEntries(
  header
    .trimEnd()
    .split(',')
    .map((name) => [name, '']),
);

describe('CSV', () => {
  test('says what it is, and that it has a header', () => {
    expect(csv).toMatchObject({ name: 'csv', mediaType: 'text/csv; charset=utf-8; header=present' });
  });

  test('is a header where there is nothing', () => {
    expect(csv.render(emptyDocument)).toBe(`\ufeff${header}`);
  });

  test('has a row for each entry of the story, in order', () => {
    expect(rowsOf(storyDocument).map(({ id, headline }) => [id, headline])).toEqual(
      entriesOf(storyDocument).map(({ id, data }) => [id, data.headline]),
    );
  });

  test('tells what was corrected, how many there were, and where to find it', () => {
    expect(rowsOf(storyDocument).filter(({ correction_note }) => correction_note)).toEqual([
      {
        ...nothing,
        id: 'evt_te73c6vbre67e74ncy75l2s54c',
        url: 'https://timeline.example/events/evt_te73c6vbre67e74ncy75l2s54c',
        headline: 'Russian peacekeepers deploy under the truce',
        summary:
          'Their mandate is for five years. It is renewed for five more unless a party objects six months before it ends.',
        language: 'en',
        type: 'peacekeepers.deployed',
        story: 'karabakh-2020',
        status: 'confirmed',
        certainty: '',
        edtf: '2020-11-10',
        tz: 'Asia/Baku',
        kind: 'point',
        precision: 'day',
        first_day: '2020-11-10',
        last_day: '2020-11-10',
        earliest: '2020-11-09T20:00:00.000Z',
        latest: '2020-11-10T19:59:59.999Z',
        actors: 'Russia',
        places: 'Nagorno-Karabakh',
        from: 'Russia',
        related: 'under evt_xcz4po62fm6ivdihepoqa62kzz',
        mandate_duration: 'P5Y',
        mandate_renewable_by: 'P5Y',
        mandate_notice: 'P6M',
        quantity_best: '1960',
        quantity_qualifier: 'exact',
        quantity_unit: 'soldiers',
        topics: 'medtop:20000073',
        publishers: 'AFP; Wikipedia; The Kremlin',
        sources:
          'https://www.themoscowtimes.com/author/afp-2 https://en.wikipedia.org/wiki/2020_Nagorno-Karabakh_ceasefire_agreement http://en.kremlin.ru/events/president/news/64384',
        newsroom: 'example',
        revision: '1',
        position: '8',
        published_at: '2020-12-02T09:38:00.250Z',
        correction_note: 'The agreement says 1,960 peacekeepers; the first entry had "nearly 2,000".',
        corrected_at: '2020-12-02T09:38:00.250Z',
      },
    ]);
  });

  test.each([
    ['2020-12-01', 'Asia/Baku', '2020-12-01', '2020-12-01'],
    ['2020-11-XX', 'Asia/Baku', '2020-11-01', '2020-11-30'],
    ['199X', 'Asia/Baku', '1990-01-01', '1999-12-31'],
    ['2020-11-09~/2020-12', 'Asia/Baku', '2020-11-09', '2020-12-31'],
    ['2020-12/..', 'Asia/Baku', '2020-12-01', ''],
    ['/2020-11-10', 'Asia/Baku', '', '2020-11-10'],
    ['2020-11-30T22:00:00-05:00', undefined, '2020-11-30', '2020-11-30'],
    ['2020-11-09T22:00Z', 'Asia/Baku', '2020-11-10', '2020-11-10'],
  ])('gives the days of %s in %s as %s to %s', (edtf, tz, first, last) => {
    const [row] = rowsOf(documentWith({ when: { edtf, ...(tz !== undefined && { tz }) } }));
    expect([row?.first_day, row?.last_day]).toEqual([first, last]);
  });

  test('names the language of an entry, English where it names none, also in a story in another', () => {
    const languageIn = (data: object) => rowsOf(documentWith(data, { language: 'az' }))[0]?.language;
    expect([languageIn({}), languageIn({ language: 'az-Latn' })]).toEqual(['en', 'az-Latn']);
  });

  test('gives instants that RFC 3339 can write', () => {
    const [row] = rowsOf(documentWith({ when: { edtf: '9999-12-31', tz: 'America/New_York' } }));
    expect([row?.earliest, row?.latest]).toEqual(['9999-12-31T05:00:00.000Z', '9999-12-31T23:59:59.999Z']);
  });

  test('gives the first point among the places, south and west as numbers', () => {
    const line = {
      type: 'LineString',
      coordinates: [
        [0, 0],
        [1, 1],
      ],
    };
    const point = { type: 'Point', coordinates: [-58.4, -34.6, 25] };
    const places = [
      { name: 'A road', geometry: line },
      { name: 'Buenos Aires', geometry: point },
    ];
    const [row] = rowsOf(documentWith({ places }));
    expect([row?.places, row?.latitude, row?.longitude]).toEqual(['A road; Buenos Aires', '-34.6', '-58.4']);
  });

  test('keeps hostile text whole and in its cell', () => {
    const plain = (text: string | undefined) => text?.replaceAll("'", '').toWellFormed();
    const entries = entriesOf(hostileDocument);
    expect(
      rowsOf(hostileDocument).map(({ headline, correction_note }) => [headline, correction_note].map(plain)),
    ).toEqual(entries.map(({ data, correction }) => [data.headline, correction?.note].map(plain)));
  });

  test.each([
    [`=cmd|' /C calc'!A0`, `'=cmd|' /C calc'!A0`],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(1)', "'@SUM(1)"],
    ['\t1', "'\t1"],
    ['\r1', "'\r1"],
    ['\n1', "'\n1"],
    [' \u200b=1', " \u200b'=1"],
    ['＝1', "'＝1"],
    ['\t=1', "'\t'=1"],
    ['one;=1', "one;'=1"],
    ['two\n  -1\r\n+1', "two\n  '-1\r\n'+1"],
    ['1 = 1, 2-1 and a@b', '1 = 1, 2-1 and a@b'],
    ["'=1", "'=1"],
  ])('defuses what a spreadsheet could take for a formula: %j', (text, cell) => {
    expect(headlineOf(text)).toBe(cell);
  });

  test('takes no longer for text that is nothing but blanks and line ends', () => {
    const summary = ' \n;'.repeat(6_666);
    expect(rowsOf(documentWith({ summary }))[0]?.summary).toBe(summary);
  });

  test('gives a reader the text that was sent, but for apostrophes before what could be a formula', () => {
    const piece = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...hostileTexts, ...',;"\'=+-@\t\r\n '));
    const text = fc.array(piece, { minLength: 1 }).map((pieces) => pieces.join('').toWellFormed());
    fc.assert(
      fc.property(text, (headline) => {
        const cell = headlineOf(headline) ?? '';
        expect(cell.replaceAll("'", '')).toBe(headline.replaceAll("'", ''));
        expect(cell).not.toMatch(/(^|[;\t\r\n])[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠]|^[\t\r\n]/u);
      }),
    );
  });
});
