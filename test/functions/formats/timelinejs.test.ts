import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { whenSchema } from '../../../events/dates/when.ts';
import { entriesOf } from '../../../functions/lib/formats/entry.ts';
import type { TimelineDocument } from '../../../functions/lib/formats/format.ts';
import { timelinejs } from '../../../functions/lib/formats/timelinejs/timelinejs.ts';
import { edtfTexts, zones } from '../../events/dates/arbitrary-dates.ts';
import { eventWith } from '../../events/given.ts';
import { documentOf, documentWith, emptyDocument, entryText, hostileDocument, storyDocument } from './documents.ts';
import { timelineJsPage } from './timelinejs-page.ts';

const midnight = [0, 0, 0];
const lastMinute = { hour: 23, minute: 59 };
const dayEnd = [23, 59, 0];
const ranged = (from: string | null, to: string | null): Partial<TimelineDocument> => ({
  range: { from, to, tz: null, match: 'overlap' },
});

const sentDates = (when: object, more?: Partial<TimelineDocument>) => {
  const [event] = JSON.parse(timelinejs.render(documentWith({ when: { historical: true, ...when } }, more))).events;
  const { start_date, end_date = null, display_date = null } = event;
  return [start_date, end_date, display_date];
};

describe('TimelineJS', () => {
  let story: Awaited<ReturnType<typeof timelineJsPage>>;

  beforeAll(async () => {
    story = await timelineJsPage(storyDocument);
  });

  test('is told what it is', () => {
    expect(timelinejs).toMatchObject({ name: 'timelinejs', mediaType: 'application/vnd.knightlab.timelinejs+json' });
  });

  test('shows a placeholder where there is nothing', async () => {
    expect(await timelineJsPage(emptyDocument)).toMatchObject({
      errors: [],
      slides: [
        { id: 'timeline', headline: 'Timeline' },
        {
          id: 'nothing',
          headline: 'No events',
          date: 'As of 2 December 2020',
          start: [2020, 12, 2, ...midnight],
          end: null,
        },
      ],
    });
  });

  test('shows the story: its title, and each event on the day it happened, with its date as far as it is known', () => {
    const { errors, slides } = story;
    expect(errors).toEqual([]);
    expect(slides[0]?.headline).toBe(storyDocument.title);
    expect(new Map(slides.slice(1).map(({ id, headline }) => [id, headline]))).toEqual(
      new Map(entriesOf(storyDocument).map(({ id, data }) => [id, data.headline])),
    );
    expect(slides[0]?.text).toBe(storyDocument.description);
    expect(slides.slice(1).map(({ date, start, end }) => [date, start?.slice(0, 3), end?.slice(0, 3)])).toEqual([
      ['some time in the 1990s (Asia/Baku)', [1990, 1, 1], [1999, 12, 31]],
      ['from the 1990s to 2 December 2020 (Asia/Baku)', [1990, 1, 1], [2020, 12, 2]],
      ['from 27 September 2020 to 10 November 2020 (Asia/Baku)', [2020, 9, 27], [2020, 11, 10]],
      ...new Array(4).fill([
        'at some time between 27 September 2020 and 10 November 2020 (Asia/Baku)',
        [2020, 9, 27],
        [2020, 11, 10],
      ]),
      ['from 27 September 2020 to 10 November 2020 (Asia/Baku)', [2020, 9, 27], [2020, 11, 10]],
      ['at some time between 27 September 2020 and 2 December 2020 (Asia/Baku)', [2020, 9, 27], [2020, 12, 2]],
      ['at some time between 9 November 2020 and 10 November 2020 (Asia/Baku)', [2020, 11, 9], [2020, 11, 10]],
      ['November 10, 2020', [2020, 11, 10], undefined],
      ['November 15, 2020', [2020, 11, 15], undefined],
      ...new Array(2).fill(['November 20, 2020', [2020, 11, 20], undefined]),
      ...new Array(3).fill(['November 25, 2020', [2020, 11, 25], undefined]),
      ['at some time between 25 November 2020 and 29 November 2020 (Asia/Baku)', [2020, 11, 25], [2020, 11, 29]],
      ...new Array(2).fill(['December 1, 2020', [2020, 12, 1], undefined]),
      ['from 1 December 2020 on (the end is not known) (Asia/Baku)', [2020, 12, 1], undefined],
      ...new Array(2).fill(['December 1, 2020', [2020, 12, 1], undefined]),
      ['December 2020', [2020, 12, 1], undefined],
      ['from 2 December 2020 on (the end is not known) (Asia/Baku)', [2020, 12, 2], undefined],
      ['at some time from 2 December 2020 on (the end is not known) (Asia/Baku)', [2020, 12, 2], undefined],
      ...new Array(2).fill(['from 2 December 2020 on (the end is not known) (Asia/Baku)', [2020, 12, 2], undefined]),
      ['about 2 December 2020 (Asia/Baku)', [2020, 12, 2], undefined],
      ...new Array(2).fill(['from 2 December 2020 on (the end is not known) (Asia/Baku)', [2020, 12, 2], undefined]),
      ['about 2 December 2020 (Asia/Baku)', [2020, 12, 2], undefined],
      ['November 10, 2025', [2025, 11, 10], undefined],
    ]);
  });

  test('tells what was corrected and how sure it is, and links to the sources and to the record', () => {
    const { slides } = story;
    expect(slides.find(({ headline }) => headline.startsWith('Russian peacekeepers'))).toMatchObject({
      text:
        'Corrected on 2 December 2020: The agreement says 1,960 peacekeepers; the first entry had "nearly 2,000".' +
        'Their mandate is for five years. It is renewed for five more unless a party objects six months before it ends.' +
        'Eventpeacekeepers deployedWhen10 November 2020 (Asia/Baku)StatusconfirmedSent byRussia' +
        'Strengthexactly 1,960 soldiersMandate5 yearsMandate renewable by5 yearsNotice to end the mandate6 months' +
        'PlacesNagorno-KarabakhUnderhttps://timeline.example/events/evt_xcz4po62fm6ivdihepoqa62kzz' +
        'SourcesAFP (2 December 2020)Wikipedia: 2020 Nagorno-Karabakh ceasefire agreementThe Kremlin: Statement by President of the Republic of Azerbaijan, Prime Minister of the Republic of Armenia and President of the Russian Federation (10 November 2020)Permanent link',
      links: [
        'https://timeline.example/events/evt_xcz4po62fm6ivdihepoqa62kzz',
        'https://www.themoscowtimes.com/author/afp-2',
        'https://en.wikipedia.org/wiki/2020_Nagorno-Karabakh_ceasefire_agreement',
        'http://en.kremlin.ru/events/president/news/64384',
        'https://timeline.example/events/evt_te73c6vbre67e74ncy75l2s54c',
      ],
    });
    expect(slides.find(({ headline }) => headline.startsWith('Kalbajar is to be'))?.text).toMatch(/Statusplanned/);
  });

  test('shows hostile text as the text that it is', async () => {
    const { errors, slides, acting, hurt } = await timelineJsPage(hostileDocument);
    // A browser takes NUL out, and makes LF of other line ends.
    const plain = (text: string) =>
      text
        .toWellFormed()
        .replaceAll('\0', '')
        .replace(/[\r\n]+/g, '\n');
    expect({ errors, acting, hurt }).toEqual({ errors: [], acting: [], hurt: undefined });
    expect(slides.slice(1).map(({ headline }) => plain(headline))).toEqual(
      entriesOf(hostileDocument).map(({ data }) => plain(data.headline)),
    );
    expect(new Set(slides.slice(1).map(({ links }) => links.length))).toEqual(new Set([2]));
    expect(new Set(slides.flatMap(({ links }) => links.map((link) => URL.parse(link ?? '')?.host)))).toEqual(
      new Set(['example.org', 'timeline.example']),
    );
  });

  test.each([
    ['2020-12-01', { year: 2020, month: 12, day: 1 }, null, null],
    ['2020-12', { year: 2020, month: 12 }, null, null],
    ['2020', { year: 2020 }, null, null],
    ['2020-11-XX', { year: 2020, month: 11 }, null, 'some day in November 2020'],
    ['2020-XX', { year: 2020 }, null, 'some month in 2020'],
    ['0044-03-15', { year: 44, month: 3, day: 15 }, null, null],
    ['199X', { year: 1990 }, { year: 1999, month: 12, day: 31, ...lastMinute }, 'some time in the 1990s'],
    ['00XX', { year: 1 }, { year: 99, month: 12, day: 31, ...lastMinute }, 'some time in the years 1 to 99'],
    ['2020-11-09?', { year: 2020, month: 11, day: 9 }, null, 'perhaps 9 November 2020'],
    [
      '2020-11-10/2020-11-10',
      { year: 2020, month: 11, day: 10, display_date: 'from 10 November 2020 to 10 November 2020' },
      { year: 2020, month: 11, day: 10, ...lastMinute },
      'from 10 November 2020 to 10 November 2020',
    ],
    ['1988/1994', { year: 1988 }, { year: 1994, month: 12, day: 31, ...lastMinute }, 'from 1988 to 1994'],
  ])('is given of %s only what is known', (edtf, start, end, display) => {
    expect(sentDates({ edtf })).toEqual([start, end, display]);
  });

  test.each([
    ['2020-11-10T10:00Z', 'Pacific/Kiritimati', [2020, 11, 11, 0, 0], '11 November 2020, 00:00 UTC+14:00'],
    ['2020-11-10T03:00+03:00', 'America/New_York', [2020, 11, 9, 19, 0], '9 November 2020, 19:00 UTC-05:00'],
    ['2020-11-10T03:00+03:00', undefined, [2020, 11, 10, 3, 0], '10 November 2020, 03:00 UTC+03:00'],
  ])('is told of %s in %s the place and the label of one and the same clock', (edtf, tz, place, label) => {
    const [year, month, day, hour, minute] = place;
    const sent = sentDates({ edtf, ...(tz !== undefined && { tz }) });
    expect(sent).toEqual([{ year, month, day, hour, minute }, null, label]);
  });

  test('draws each where the calendars and clocks of its place showed it, from the one side to the other', async () => {
    const cases: [string, string | undefined, number[], number[]?][] = [
      ['2020-11-10T00:00:00+03:00', 'Europe/Moscow', [2020, 11, 10, 0, 0, 0]],
      ['2020-11-10T00:00:00+03:00', 'America/New_York', [2020, 11, 9, 16, 0, 0]],
      ['2020-11-10T00:00:00+03:00', undefined, [2020, 11, 10, 0, 0, 0]],
      ['2020-11-30T22:00:05-05:00', undefined, [2020, 11, 30, 22, 0, 5]],
      ['0001-01-01', 'Asia/Baku', [1, 1, 1, ...midnight]],
      ['9999-12-31', 'Asia/Baku', [9999, 12, 31, ...midnight]],
      ['2020-11/2020-11-20', undefined, [2020, 11, 1, ...midnight], [2020, 11, 20, ...dayEnd]],
      ['2020-11-20/2020-11', undefined, [2020, 11, 20, ...midnight], [2020, 11, 30, ...dayEnd]],
      ['2020-11-20/2020', undefined, [2020, 11, 20, ...midnight], [2020, 12, 31, ...dayEnd]],
      ['2020-11-20T05:00Z/2020-11-20', undefined, [2020, 11, 20, 5, 0, 0], [2020, 11, 20, 23, 59, 0]],
      ['198X/199X', undefined, [1980, 1, 1, ...midnight], [1999, 12, 31, ...dayEnd]],
    ];
    const entries = cases.map(([edtf, tz], position) => {
      const when = { edtf, historical: true, ...(tz !== undefined && { tz }) };
      return entryText(eventWith({ when, headline: String(position) }, { id: String(position) }), position);
    });
    const { errors, slides } = await timelineJsPage(documentOf(entries));
    const drawn = slides.slice(1).toSorted((one, other) => Number(one.headline) - Number(other.headline));
    expect(errors).toEqual([]);
    expect(drawn.map(({ start, end }, index) => [cases[index]?.[0], start, end])).toEqual(
      cases.map(([edtf, , start, end = null]) => [edtf, start, end]),
    );
  });

  const day = (year: number, month: number, date: number) => ({ year, month, day: date });
  const begun = day(2020, 11, 10);

  test.each([
    ['what goes on as far as the record knows', '2020-11-10/..', {}, begun, day(2020, 12, 2)],
    ['what goes on as far as was asked', '2020-11-10/..', ranged(null, '2020-11'), begun, day(2020, 11, 30)],
    ['no further than the record knows', '2020-11-10/..', ranged(null, '2030'), begun, day(2020, 12, 2)],
    [
      'an instant asked for, which is not in the range',
      '2020-11-10/..',
      ranged(null, '2020-11-13T00:00:00Z'),
      begun,
      day(2020, 11, 12),
    ],
    ['what is to go on by its beginning', '2021-01-01/..', {}, day(2021, 1, 1), null],
    [
      'what had gone on before from where was asked',
      '../2020-11-10',
      ranged('2020-11', null),
      day(2020, 11, 1),
      { ...begun, ...lastMinute },
    ],
    ['what had gone on before by its end', '../2020-11-10', {}, begun, null],
    ['what began nobody knows when by its end', '/2020-11-10', ranged('2020-11', null), begun, null],
    ['what ended nobody knows when by its beginning', '2020-11-10/', {}, begun, null],
  ])('cuts %s', (_, edtf, more, start, end) => {
    expect(sentDates({ edtf }, more).slice(0, 2)).toEqual([start, end]);
  });

  test('draws what happened once after a day on that day', () => {
    expect(sentDates({ edtf: '2020-11-10/..', kind: 'point' }).slice(0, 2)).toEqual([begun, null]);
  });

  test('is given a start for every date that the record takes, no end before it, and no part that is not known', () => {
    const when = fc.record({
      edtf: edtfTexts,
      tz: fc.option(zones, { nil: undefined }),
      kind: fc.constantFrom('point', 'span'),
    });
    const bound = fc.constantFrom(null, '2020-11', '1999-12-31', '2020-11-10T00:00:00Z');
    const placeOf = ({ year, month = 1, day = 1, hour = 0, minute = 0, second = 0 }: Record<string, number>) =>
      [year, month, day, hour, minute, second].map((part) => String(part).padStart(4, '0')).join(' ');
    fc.assert(
      fc.property(when, bound, bound, ({ tz, ...rest }, from, to) => {
        const dated = { ...rest, historical: true, ...(tz !== undefined && { tz }) };
        fc.pre(whenSchema().safeParse(dated).success);
        const [start, end] = sentDates(dated, ranged(from, to));
        expect(start.year).toBeGreaterThanOrEqual(1);
        expect(placeOf(end ?? start) >= placeOf(start)).toBe(true);
        const [first = ''] = rest.edtf.split('/');
        if (/^\d{4}(-XX)*[~?%]?$/.test(first)) expect(Object.keys(start)).not.toContain('month');
        if (/^\d{4}-\d\d(-XX)?[~?%]?$/.test(first)) expect(Object.keys(start)).not.toContain('day');
      }),
    );
  });
});
