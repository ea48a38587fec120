import { dayMs } from '../../../events/dates/durations.ts';
import { extentOf } from '../../../events/dates/when.ts';
import { utc } from '../../../events/dates/zone.ts';
import type { ShownEntry } from './entry.ts';

/** RFC 5545 §3.3.4 writes a year in four digits. */
const firstInstant = Date.parse('0001-01-01T00:00:00.000Z');
const lastInstant = Date.parse('9999-12-31T23:59:59.999Z');

/** When a calendar shows something. Days are given by their midnight in UTC. */
export interface CalendarTime {
  readonly allDay: boolean;
  readonly start: Date;
  /** Exclusive, and so in the year 10000 for what ends with the year before. */
  readonly end: Date;
}

/**
 * What is known of a date. A calendar cannot show what has no start or no end, and one that ended today would have to be sent
 * anew every day: so there stands the date that is known, and the words beside it say what is not.
 */
function knownOf(edtf: string): string {
  const sides = edtf.split('/');
  return sides.find((_, index) => ['', '..'].includes(sides[1 - index] ?? 'none')) ?? edtf;
}

/**
 * When a calendar shows an event: at its instants in UTC if the minute is known, else on its days, as they are called where it
 * happened. What is known by month, year or less covers all the days that it can mean.
 */
export function calendarTimeOf({ edtf, tz, kind }: Pick<ShownEntry['when'], 'edtf' | 'tz' | 'kind'>): CalendarTime {
  // An entry says UTC where no zone was given: the days of a date-time then are those that are written.
  const zone = tz === utc ? {} : { tz };
  const extent = extentOf({ edtf: knownOf(edtf), kind, historical: true, ...zone });
  const { earliest, latest, civilEarliest, civilLatest, precision } = extent as Required<{
    [Name in keyof typeof extent]: NonNullable<(typeof extent)[Name]>;
  }>;
  const timed = precision === 'second' || precision === 'minute';
  if (timed && earliest >= firstInstant && latest <= lastInstant) {
    return { allDay: false, start: new Date(earliest), end: new Date(latest + 1) };
  }
  return { allDay: true, start: new Date(civilEarliest), end: new Date(Date.parse(civilLatest) + dayMs) };
}
