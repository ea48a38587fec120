import ical, { escape as escapedText, type ICalCalendar, ICalEventStatus, ICalEventTransparency } from 'ical-generator';
import { permalink } from '../permalink.ts';
import { calendarTimeOf } from './calendar-time.ts';
import { entriesOf, type ShownEntry } from './entry.ts';
import { contentText } from './entry-content.ts';
import type { Format } from './format.ts';
import { placesOf } from './named.ts';
import { tagsOf } from './tags.ts';

const product = '//Timeline//Timeline//EN';

/** What TEXT cannot hold (RFC 5545 §3.1, CONTROL), apart from the line breaks that it can. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be in a calendar
const controls = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/g;

/** RFC 5545 knows three. What is disputed is not cancelled: a calendar would take it away. */
const statuses = {
  planned: ICalEventStatus.TENTATIVE,
  reported: ICalEventStatus.TENTATIVE,
  confirmed: ICalEventStatus.CONFIRMED,
  disputed: ICalEventStatus.TENTATIVE,
} as const;

/** Six decimal places are a tenth of a metre (RFC 5545 §3.8.1.6). */
const smallestDegree = 0.000001;

/** Without this a calendar would have no component, which RFC 5545 §3.6 does not allow. It shows nothing. */
const utcZone = [
  'BEGIN:VTIMEZONE',
  'TZID:Etc/UTC',
  'BEGIN:STANDARD',
  'DTSTART:19700101T000000',
  'TZOFFSETFROM:+0000',
  'TZOFFSETTO:+0000',
  'TZNAME:UTC',
  'END:STANDARD',
  'END:VTIMEZONE',
].join('\r\n');

const calendarText = (text: string) => text.toWellFormed().replace(controls, '');

/** The library takes a zero for none and would write the smallest numbers with an exponent. */
const degrees = (coordinate: number) => Number(coordinate.toFixed(6)) || smallestDegree;

function locationOf(entry: ShownEntry) {
  const places = placesOf(entry);
  if (places.length === 0) return null;
  const title = calendarText([...new Set(places.map(({ name }) => name))].join(', '));
  const point = places.map(({ geometry }) => geometry).find((geometry) => geometry?.type === 'Point');
  if (point?.type !== 'Point') return { title };
  const [longitude = 0, latitude = 0] = point.coordinates;
  return { title, geo: { lat: degrees(latitude), lon: degrees(longitude) } };
}

function addEvent(calendar: ICalCalendar, entry: ShownEntry, origin: string): void {
  const { id, revision, publishedAt, when, certainty, data } = entry;
  calendar.createEvent({
    ...calendarTimeOf(when),
    id: `${id}@${new URL(origin).host}`,
    sequence: revision,
    stamp: publishedAt,
    lastModified: publishedAt,
    summary: calendarText(data.headline),
    description: calendarText(contentText(entry)),
    location: locationOf(entry),
    categories: tagsOf(entry).map(({ name }) => ({ name: calendarText(name) })),
    url: permalink(origin, id),
    status: statuses[data.status],
    // What happened somewhere takes nobody's time.
    transparency: ICalEventTransparency.TRANSPARENT,
    x: {
      'X-TIMELINE-EDTF': when.edtf,
      'X-TIMELINE-CERTAINTY': certainty,
      'X-TIMELINE-STATUS': data.status,
    },
  });
}

/** iCalendar, RFC 5545. */
export const ics: Format = {
  name: 'ics',
  mediaType: 'text/calendar; charset=utf-8',
  render(document) {
    const { title, description, next, origin } = document;
    const entries = entriesOf(document);
    // The library escapes what stands in events, but neither the name nor the description of the calendar.
    const calendar = ical({ prodId: product, name: escapedText(calendarText(title), false) });
    if (description) calendar.description(escapedText(calendarText(description), false));
    if (next !== null) calendar.x('X-TIMELINE-NEXT', next);
    if (entries.length === 0) calendar.timezone({ name: 'Etc/UTC', generator: () => utcZone });
    for (const entry of entries) addEvent(calendar, entry, origin);
    // Every line ends with a line break (RFC 5545 §3.1), the last one too.
    return `${calendar.toString()}\r\n`;
  },
};
