import { dayMs } from '../../../../events/dates/durations.ts';
import { extentOf } from '../../../../events/dates/when.ts';
import { utc } from '../../../../events/dates/zone.ts';
import type { ShownEntry } from '../entry.ts';

/** RFC 5545 §3.3.4 writes a year in four digits. */
const firstInstant = Date.parse('0001-01-01T00:00:00.000Z');
const lastInstant = Date.parse('9999-12-31T23:59:59.999Z');

/** The time at which a calendar shows an event. Days are given by their midnight in UTC. */
export interface CalendarTime {
  readonly allDay: boolean;
  readonly start: Date;
  /** Exclusive: for what ends with the year 9999, it is in the year 10000. */
  readonly end: Date;
}

/**
 * The known side of a date. A calendar cannot show an event without a start or an end, and one that ended today would
 * have to be sent again every day. So the calendar shows the date that is known, and the description says which is not.
 */
function knownOf(edtf: string): string {
  const sides = edtf.split('/');
  return sides.find((_, index) => ['', '..'].includes(sides[1 - index] ?? 'none')) ?? edtf;
}

/**
 * The time at which a calendar shows an event: its instants in UTC if the minute is known, else its civil dates where
 * it happened. A month, a year or a longer period covers all its days.
 */
export function calendarTimeOf({ edtf, tz, kind }: Pick<ShownEntry['when'], 'edtf' | 'tz' | 'kind'>): CalendarTime {
  // An entry has the zone UTC if its event names none. Then the days of a date-time are those that were written.
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
