import * as z from 'zod';
import { dayMs, secondMs } from '../../../../events/dates/durations.ts';
import { permalink } from '../../http/links.ts';
import { wordsOf } from '../../words/words-of.ts';
import { certaintyIn, entriesOf, namesOf, placesOf, type ShownEntry, tagsOf } from '../entry.ts';
import { contentText } from '../entry-content.ts';
import { type Format, queryAddress, type TimelineDocument } from '../format.ts';
import { mediaTypeOf } from '../media-types.ts';
import { removalWords, type ShownRemoval } from '../removal.ts';
import { calendarTimeOf } from './calendar-time.ts';
import { contentLine, dateTimeValue, dateValue, textValue } from './content-line.ts';

/** A property with its parameters, and its escaped value. */
type Line = readonly [name: string, value: string];

/** RFC 5545 has three statuses. A disputed event is not `CANCELLED`: calendars would remove it. */
const statuses = {
  planned: 'TENTATIVE',
  reported: 'TENTATIVE',
  confirmed: 'CONFIRMED',
  disputed: 'TENTATIVE',
} as const;

/** A component for a calendar without events, since RFC 5545 §3.6 requires one. Calendars do not show it. */
const utcZone: readonly Line[] = [
  ['BEGIN', 'VTIMEZONE'],
  ['TZID', 'Etc/UTC'],
  ['BEGIN', 'STANDARD'],
  ['DTSTART', '19700101T000000'],
  ['TZOFFSETFROM', '+0000'],
  ['TZOFFSETTO', '+0000'],
  ['TZNAME', 'UTC'],
  ['END', 'STANDARD'],
  ['END', 'VTIMEZONE'],
];

function timeLines(when: ShownEntry['when']): Line[] {
  const { allDay, start, end } = calendarTimeOf(when);
  const parameters = allDay ? ';VALUE=DATE' : '';
  const write = allDay ? dateValue : dateTimeValue;
  const first: Line = [`DTSTART${parameters}`, write(start)];
  if (end.getUTCFullYear() <= 9999) return [first, [`DTEND${parameters}`, write(end)]];
  // The exclusive end of the year 9999 cannot be written. The duration can.
  const lengthMs = end.getTime() - start.getTime();
  return [first, ['DURATION', allDay ? `P${lengthMs / dayMs}D` : `PT${lengthMs / secondMs}S`]];
}

/** Six decimal places, a tenth of a metre, are enough (RFC 5545 §3.8.1.6). */
const degrees = (coordinate = 0) => String(Number(coordinate.toFixed(6)));

function placeLines(entry: ShownEntry): Line[] {
  const places = placesOf(entry);
  const names = namesOf(places);
  const point = places.map(({ geometry }) => geometry).find((geometry) => geometry?.type === 'Point');
  return [
    ...(names.length > 0 ? [['LOCATION', textValue(names.join(', '))] as const] : []),
    ...(point?.type === 'Point'
      ? [['GEO', `${degrees(point.coordinates[1])};${degrees(point.coordinates[0])}`] as const]
      : []),
  ];
}

function eventLines(entry: ShownEntry, document: TimelineDocument): Line[] {
  const { id, revision, when, data } = entry;
  const certainty = certaintyIn(entry, document);
  const publishedAt = dateTimeValue(new Date(entry.publishedAt));
  const categories = tagsOf(entry).map(({ name }) => textValue(name));
  return [
    ['BEGIN', 'VEVENT'],
    // Only the event id. With the host, as RFC 5545 recommended and RFC 7986 §5.3 no longer does, every event would
    // appear twice when a timeline moves to another host.
    ['UID', id],
    ['SEQUENCE', String(revision)],
    ['DTSTAMP', publishedAt],
    ['LAST-MODIFIED', publishedAt],
    ...timeLines(when),
    ['SUMMARY', textValue(data.headline)],
    ['DESCRIPTION', textValue(contentText(entry, document))],
    ...placeLines(entry),
    ['CATEGORIES', categories.join(',')],
    ['URL', permalink(document.origin, id)],
    ['STATUS', statuses[data.status]],
    // The event does not make the reader busy.
    ['TRANSP', 'TRANSPARENT'],
    ['X-TIMELINE-EDTF', textValue(when.edtf)],
    ...(certainty === null ? [] : [['X-TIMELINE-CERTAINTY', certainty] as const]),
    ['X-TIMELINE-STATUS', data.status],
    ['END', 'VEVENT'],
  ];
}

/**
 * The event is cancelled: calendars that have it remove it, or strike it out (RFC 5545 §3.8.1.11). If its date was
 * taken down too, it has the day on which that was done.
 */
function cancelledLines(removal: ShownRemoval, { origin, language }: TimelineDocument): Line[] {
  const { title, note } = removalWords(removal, language);
  const at = new Date(removal.at);
  return [
    ['BEGIN', 'VEVENT'],
    ['UID', removal.id],
    ['SEQUENCE', String(removal.revision)],
    ['DTSTAMP', dateTimeValue(at)],
    ['LAST-MODIFIED', dateTimeValue(at)],
    ...(removal.when ? timeLines(removal.when) : [['DTSTART;VALUE=DATE', dateValue(at)] as const]),
    ['SUMMARY', textValue(title)],
    ['DESCRIPTION', textValue(note)],
    ['URL', permalink(origin, removal.id)],
    ['STATUS', 'CANCELLED'],
    ['TRANSP', 'TRANSPARENT'],
    ['END', 'VEVENT'],
  ];
}

/** An event on the day of the last entry, in a calendar that is cut. */
function cutLines(last: ShownEntry | undefined, document: TimelineDocument): Line[] {
  const { cutAfter, self, next, asOf, language } = document;
  if (cutAfter === undefined || next === null || !last) return [];
  const { cut, figures, labelled } = wordsOf(language);
  return [
    ['BEGIN', 'VEVENT'],
    ['UID', textValue(queryAddress(self))],
    ['DTSTAMP', dateTimeValue(new Date(asOf))],
    ['DTSTART;VALUE=DATE', dateValue(calendarTimeOf(last.when).start)],
    ['SUMMARY', textValue(cut.title)],
    ['DESCRIPTION', textValue(`${cut.note(figures.number(cutAfter))}\n${labelled(cut.link, next)}`)],
    ['URL', next],
    ['TRANSP', 'TRANSPARENT'],
    ['END', 'VEVENT'],
  ];
}

function nameOf({ title, cutAfter, language }: TimelineDocument): string {
  const { cut, figures } = wordsOf(language);
  return cutAfter === undefined ? title : cut.name(title, figures.number(cutAfter));
}

/** The head of the calendar. It has the name twice: by RFC 7986 §5.1, and as older calendars read it. */
function headLines(document: TimelineDocument): Line[] {
  const { description, next } = document;
  const name = textValue(nameOf(document));
  return [
    ['VERSION', '2.0'],
    ['PRODID', '-//Timeline//Timeline//EN'],
    ['NAME', name],
    ['X-WR-CALNAME', name],
    ...(description ? [['X-WR-CALDESC', textValue(description)] as const] : []),
    ...(next === null ? [] : [['X-TIMELINE-NEXT', textValue(next)] as const]),
  ];
}

/** iCalendar, RFC 5545. */
export const ics: Format = {
  name: 'ics',
  mediaType: mediaTypeOf.ics,
  schema: z.string().describe('iCalendar (RFC 5545). Events that have left the timeline are cancelled.'),
  reading: 'whole',
  showsRemovals: true,
  render(document) {
    const { removals = [] } = document;
    const entries = entriesOf(document);
    const components = [
      ...removals.flatMap((removal) => cancelledLines(removal, document)),
      ...entries.flatMap((entry) => eventLines(entry, document)),
      ...cutLines(entries.at(-1), document),
    ];
    const lines: Line[] = [
      ['BEGIN', 'VCALENDAR'],
      ...headLines(document),
      ...(components.length > 0 ? components : utcZone),
      ['END', 'VCALENDAR'],
    ];
    return lines.map(([name, value]) => contentLine(name, value)).join('');
  },
};
