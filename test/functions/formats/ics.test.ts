import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import ICAL from 'ical.js';
import { whenSchema } from '../../../events/dates/when.ts';
import { ics } from '../../../functions/lib/formats/calendar/ics.ts';
import { entriesOf } from '../../../functions/lib/formats/entry.ts';
import type { TimelineDocument } from '../../../functions/lib/formats/format.ts';
import { edtfTexts, zones } from '../../events/dates/arbitrary-dates.ts';
import { documentOf, documentWith, emptyDocument, hostileDocument, storyDocument, storyPlaces } from './documents.ts';
import { anyText, documentSaying } from './saying.ts';

// The reader leaves properties as they are that it does not know. By RFC 5545 §3.8.8.2 they are text.
for (const name of ['x-wr-calname', 'x-wr-caldesc', 'x-timeline-next']) {
  ICAL.design.icalendar.property[name] = { defaultType: 'text' };
}

const calendarOf = (document: TimelineDocument) => new ICAL.Component(ICAL.parse(ics.render(document)));
const eventsOf = (document: TimelineDocument) => calendarOf(document).getAllSubcomponents('vevent');
const onlyEventOf = (document: TimelineDocument) => eventsOf(document)[0] as ICAL.Component;
const textOf = (component: ICAL.Component, name: string) => component.getFirstPropertyValue(name)?.toString();

/** What TEXT can hold, with line breaks as readers have them (RFC 5545, 3.1 and 3.3.11). */
const asInCalendar = (text: string) =>
  [...text.toWellFormed().replaceAll('\r\n', '\n').replaceAll('\r', '\n')]
    .filter((character) => (character >= ' ' ? character !== '\u007f' : '\t\n'.includes(character)))
    .join('');

function timeOf(when: object) {
  const event = onlyEventOf(documentWith({ when }));
  // The reader writes early years without zeros.
  const inFull = (text: string | undefined) => text?.replace(/^\d+/, (year) => year.padStart(4, '0'));
  return [inFull(textOf(event, 'dtstart')), inFull(textOf(event, 'dtend') ?? textOf(event, 'duration'))];
}

describe('A timeline as iCalendar', () => {
  it('is a calendar without events where nothing is found, but with the component that there must be', () => {
    const calendar = calendarOf(emptyDocument);
    expect(calendar.getAllSubcomponents().map(({ name }) => name)).toEqual(['vtimezone']);
    expect(['version', 'prodid', 'x-wr-calname'].map((name) => textOf(calendar, name))).toEqual([
      '2.0',
      '-//Timeline//Timeline//EN',
      'Timeline',
    ]);
  });

  it('has an event for each entry, in order', () => {
    const calendar = calendarOf(storyDocument);
    expect(textOf(calendar, 'x-wr-calname')).toBe(storyDocument.title);
    expect(textOf(calendar, 'x-wr-caldesc')).toBe(storyDocument.description);
    expect(textOf(calendar, 'x-timeline-next')).toBe(storyDocument.next);
    const events = calendar.getAllSubcomponents('vevent');
    expect(events.map((event) => ['uid', 'summary', 'sequence', 'url'].map((name) => textOf(event, name)))).toEqual(
      entriesOf(storyDocument).map(({ id, data, revision }) => [
        id,
        data.headline,
        String(revision),
        `https://timeline.example/events/${id}`,
      ]),
    );
  });

  it('says what it knows of an entry', () => {
    const event = onlyEventOf(documentOf(storyDocument.entries.slice(0, 1)));
    const told = event
      .getAllProperties()
      .map((property) => [property.name, property.getValues().map(String).join('|')]);
    expect(Object.fromEntries(told)).toEqual({
      uid: 'evt_htyqpzwxeacpp77uorupkeljp4',
      sequence: '0',
      dtstamp: '2020-12-02T09:30:00Z',
      'last-modified': '2020-12-02T09:30:00Z',
      dtstart: '1990-01-01',
      dtend: '2000-01-01',
      summary: 'Karabakh breaks away from Azerbaijan in a war',
      transp: 'TRANSPARENT',
      location: storyPlaces.join(', '),
      description: [
        'Nagorno-Karabakh, a region with an ethnic Armenian population, breaks away from Azerbaijan. Armenian forces seize seven districts around it as a buffer zone. The report says only that this was in the 1990s.',
        '',
        'Event: hostilities',
        'When: some time in the 1990s (Asia/Baku)',
        'Status: confirmed',
        'Parties: Armenia, Azerbaijan',
        'Outcome: Karabakh breaks away, and Armenian forces hold seven districts around it.',
        `Places: ${storyPlaces.join(', ')}`,
        'Source: AFP (2 December 2020), https://www.themoscowtimes.com/author/afp-2',
      ].join('\n'),
      categories: ['hostilities.reported', 'medtop:20000056', ...storyPlaces, 'Armenia', 'Azerbaijan'].join('|'),
      url: 'https://timeline.example/events/evt_htyqpzwxeacpp77uorupkeljp4',
      status: 'CONFIRMED',
      'x-timeline-edtf': '199X',
      'x-timeline-status': 'confirmed',
    });
  });

  it('puts the note of a correction first, as a later sequence of the same event', () => {
    const index = entriesOf(storyDocument).findIndex(({ correction }) => correction);
    const note = entriesOf(storyDocument)[index]?.correction?.note;
    const event = eventsOf(storyDocument)[index] as ICAL.Component;
    expect(textOf(event, 'sequence')).toBe('1');
    expect(textOf(event, 'description')?.startsWith(`Corrected on 2 December 2020: ${note}\n\n`)).toBe(true);
  });

  it.each([
    ['a day', { edtf: '2020-12-01', tz: 'Asia/Baku' }, '2020-12-01', '2020-12-02'],
    ['about a day', { edtf: '2020-11-09~' }, '2020-11-09', '2020-11-10'],
    ['a month', { edtf: '2020-11' }, '2020-11-01', '2020-12-01'],
    ['some day of a month', { edtf: '2020-02-XX' }, '2020-02-01', '2020-03-01'],
    ['a year', { edtf: '2020' }, '2020-01-01', '2021-01-01'],
    ['a decade', { edtf: '199X' }, '1990-01-01', '2000-01-01'],
    ['several days', { edtf: '2020-11-09/2020-11-10' }, '2020-11-09', '2020-11-11'],
    ['an open end', { edtf: '2020-11-10/..' }, '2020-11-10', '2020-11-11'],
    ['an unknown end', { edtf: '2020-11/' }, '2020-11-01', '2020-12-01'],
    ['an open start', { edtf: '../2020-11-10' }, '2020-11-10', '2020-11-11'],
    ['an unknown start', { edtf: '/2020' }, '2020-01-01', '2021-01-01'],
    ['a second', { edtf: '2020-11-10T00:00:00+03:00' }, '2020-11-09T21:00:00Z', '2020-11-09T21:00:01Z'],
    ['a minute', { edtf: '2020-11-10T00:00Z', tz: 'Asia/Baku' }, '2020-11-10T00:00:00Z', '2020-11-10T00:01:00Z'],
    ['two moments', { edtf: '2020-11-10T01:00Z/2020-11-10T02:00Z' }, '2020-11-10T01:00:00Z', '2020-11-10T02:01:00Z'],
    ['a moment, then an open end', { edtf: '2020-11-10T01:00Z/..' }, '2020-11-10T01:00:00Z', '2020-11-10T01:01:00Z'],
    ['a moment and a day', { edtf: '2020-11-10T23:00Z/2020-11-12', tz: 'Asia/Baku' }, '2020-11-11', '2020-11-13'],
    ['a moment and a day of no zone', { edtf: '2020-11-10T01:00+04:00/2020-11-12' }, '2020-11-10', '2020-11-13'],
    ['an early year', { edtf: '0202-11-10', historical: true }, '0202-11-10', '0202-11-11'],
    ['the first year', { edtf: '0001', historical: true }, '0001-01-01', '0002-01-01'],
    ['the first instants', { edtf: '0001-01-01T00:00:00+03:00', historical: true }, '0001-01-01', '0001-01-02'],
    ['the last year', { edtf: '9999' }, '9999-01-01', 'P365D'],
    ['the last year but a day', { edtf: '9999-01-01/9999-12-30' }, '9999-01-01', '9999-12-31'],
    ['the last day', { edtf: '9999-12-31' }, '9999-12-31', 'P1D'],
    ['the last day in the west', { edtf: '9999-12-31', tz: 'America/New_York' }, '9999-12-31', 'P1D'],
    ['the last hour', { edtf: '9999-12-31T23:00Z/9999-12-31T23:59Z' }, '9999-12-31T23:00:00Z', 'PT3600S'],
    ['the last second', { edtf: '9999-12-31T23:59:59Z' }, '9999-12-31T23:59:59Z', 'PT1S'],
    ['a moment beyond four digits', { edtf: '9999-12-31T23:00:00-05:00' }, '9999-12-31', 'P1D'],
  ])('shows %s', (_name, when, start, end) => {
    expect(timeOf(when)).toEqual([start, end]);
  });

  it('shows every date that the record takes, and ends it later than it starts', () => {
    const property = fc.property(edtfTexts, zones, (edtf, tz) => {
      const when = { edtf, tz, historical: true };
      fc.pre(whenSchema().safeParse(when).success);
      const [start = '', end = ''] = timeOf(when);
      expect(start).toMatch(/^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?$/);
      if (!/^P(T?\d+[DHMS])+$/.test(end)) expect([end.length, end > start]).toEqual([start.length, true]);
      expect(ics.render(documentWith({ when }))).toMatch(/\r\nDTSTART(;VALUE=DATE:\d{8}|:\d{8}T\d{6}Z)\r\n/);
    });
    fc.assert(property);
  });

  it('has the same events wherever it is answered from', () => {
    const uidsAt = (origin: string) => eventsOf({ ...storyDocument, origin }).map((event) => textOf(event, 'uid'));
    expect(uidsAt('https://elsewhere.example')).toEqual(uidsAt('http://127.0.0.1:3000'));
  });

  it('writes years in four digits', () => {
    const text = ics.render(documentWith({ when: { edtf: '0005-02', historical: true } }));
    expect(text.match(/^DT(START|END).*$/gm)).toEqual(['DTSTART;VALUE=DATE:00050201', 'DTEND;VALUE=DATE:00050301']);
  });

  it.each([
    ['planned', 'TENTATIVE'],
    ['reported', 'TENTATIVE'],
    ['confirmed', 'CONFIRMED'],
    ['disputed', 'TENTATIVE'],
  ])('takes what is %s for %s, and says in words what it is', (status, expected) => {
    const event = onlyEventOf(documentWith({ status }));
    expect([textOf(event, 'status'), textOf(event, 'x-timeline-status')]).toEqual([expected, status]);
  });

  it.each([
    [[46.5454, 39.6408], '39.6408;46.5454'],
    [[0, -0.0000001], '0;0'],
    [[-180, 90, 12], '90;-180'],
  ])('puts the point %j on the map', (coordinates, expected) => {
    const places = [{ name: 'Somewhere' }, { name: 'Lachin', geometry: { type: 'Point', coordinates } }];
    const text = ics.render(documentWith({ places }));
    expect(text).toContain(`\r\nGEO:${expected}\r\n`);
    expect(text).toContain('\r\nLOCATION:Somewhere\\, Lachin\r\n');
  });

  it('folds lines at 75 octets, at no place within a character', () => {
    const text = ics.render(documentWith({ headline: 'ə😀'.repeat(100), summary: 'Ə'.repeat(500) }));
    const lines = text.split('\r\n').map((line) => Buffer.from(line));
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(75);
    expect(lines.map(String).join('')).not.toContain('\ufffd');
    expect(text).not.toMatch(/[^\r]\n|\r[^\n]/);
    expect(text.endsWith('END:VCALENDAR\r\n')).toBe(true);
  });

  it('shows hostile text as text', () => {
    const events = eventsOf(hostileDocument);
    expect(events.map((event) => textOf(event, 'summary'))).toEqual(
      entriesOf(hostileDocument).map(({ data }) => asInCalendar(data.headline)),
    );
    const namesIn = (event: ICAL.Component) => event.getAllProperties().map(({ name }) => name);
    const tame = namesIn(onlyEventOf(documentSaying('a')));
    expect(events.map(namesIn)).toEqual(events.map(() => tame));
  });

  it('holds any text that a calendar can hold', () => {
    const property = fc.property(anyText, (text) => {
      const calendar = calendarOf(documentSaying(text));
      const [event, ...rest] = calendar.getAllSubcomponents() as [ICAL.Component];
      const expected = asInCalendar(text);
      expect(rest).toEqual([]);
      expect(['x-wr-calname', 'x-wr-caldesc'].map((name) => textOf(calendar, name))).toEqual([expected, expected]);
      expect(['summary', 'location'].map((name) => textOf(event, name))).toEqual([expected, expected]);
      expect(event.getFirstProperty('categories')?.getValues().slice(1)).toEqual([expected, expected]);
      expect(textOf(event, 'description')).toContain(`Corrected on 2 December 2020: ${expected}\n\n${expected}\n\n`);
    });
    fc.assert(property, { numRuns: 200 });
  });

  it('is the same whenever it is written', () => {
    expect(ics.render(storyDocument)).toBe(ics.render(structuredClone(storyDocument)));
  });
});
