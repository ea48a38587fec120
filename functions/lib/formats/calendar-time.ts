import { extentOf } from '../../../events/when.ts';
import { utc } from '../../../events/zone.ts';
import type { ShownEntry } from './entry.ts';

const dayMs = 86_400_000;

/** RFC 5545 §3.3.4 writes a year in four digits. */
const firstInstant = Date.parse('0001-01-01T00:00:00.000Z');
const lastDay = Date.parse('9999-12-31T00:00:00.000Z');

/** When a calendar shows something. Days are given by their midnight in UTC. */
export interface CalendarTime {
  readonly allDay: boolean;
  readonly start: Date;
  /** Exclusive; null for the one day or the moment that the start is. */
  readonly end: Date | null;
}

/**
 * What is known of a date. A calendar cannot show what has no start or no end, and one that ended today would have to be sent
 * anew every day: so there stands the date that is known, and the words beside it say what is not.
 */
function knownOf(edtf: string): string {
  const sides = edtf.split('/');
  return sides.find((_, index) => ['', '..'].includes(sides[1 - index] ?? 'none')) ?? edtf;
}

function until(start: number, end: number): CalendarTime['end'] {
  const last = Math.min(end, lastDay);
  return last > start ? new Date(last) : null;
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
  if (timed && earliest >= firstInstant && latest < lastDay + dayMs) {
    return {
      allDay: false,
      start: new Date(earliest),
      end: latest + 1 < lastDay + dayMs ? new Date(latest + 1) : null,
    };
  }
  const start = Date.parse(civilEarliest);
  return { allDay: true, start: new Date(start), end: until(start, Date.parse(civilLatest) + dayMs) };
}
