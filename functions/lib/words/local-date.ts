import * as ZonedDateTime from 'temporal-polyfill/fns/ZonedDateTime';
import { isoDate, padded } from '../../../events/dates/civil-date.ts';
import { epochMsOf } from '../../../events/dates/clock-time.ts';
import { type EdtfInterval, parseEdtf } from '../../../events/dates/edtf.ts';
import type { EdtfDateTime, EdtfMoment } from '../../../events/dates/edtf-date.ts';
import { daysOf } from '../../../events/dates/extent.ts';
import { utc } from '../../../events/dates/zone.ts';
import type { Entry } from '../../../events/timeline/entry-schema.ts';

type When = Pick<Entry['when'], 'edtf' | 'tz'>;

/** The start or the end of an event. */
export type Side = EdtfInterval['start'] | EdtfInterval['end'];

const nanosecondsPerMillisecond = 1_000_000n;

/**
 * The local time and the offset in a zone. An entry has the zone `UTC` also if its event names none: then it is the
 * time as written, as for ranges.
 */
function timeInZone(time: EdtfDateTime, zone: string): EdtfDateTime {
  if (zone === utc) return time;
  const epochMs = epochMsOf({ ...time, second: time.second ?? 0 });
  const zoned = ZonedDateTime.create(BigInt(epochMs) * nanosecondsPerMillisecond, zone);
  const { year, month, day, hour, minute } = zoned;
  // Before standard time, zones differed from UTC by seconds too.
  const second = time.second === null ? null : zoned.second;
  const offset = ZonedDateTime.offsetNanoseconds(zoned) === 0 ? 'Z' : ZonedDateTime.offset(zoned);
  return { ...time, year, month, day, hour, minute, second, offset };
}

const inZone = (side: Side, zone: string): Side =>
  typeof side === 'object' && side.form === 'date-time' ? timeInZone(side, zone) : side;

/** The start and the end of an event in local time where it happened; the same object twice if it is no interval. */
export function sidesOf({ edtf, tz }: When): { start: Side; end: Side } {
  const parsed = parseEdtf(edtf, { historical: true });
  if (parsed.form === 'interval') return { start: inZone(parsed.start, tz), end: inZone(parsed.end, tz) };
  const moment = inZone(parsed, tz);
  return { start: moment, end: moment };
}

const firstAndLast = (moment: EdtfMoment) =>
  moment.form === 'date' ? daysOf(moment) : { first: moment, last: moment };

/** The first day of a side, `YYYY-MM-DD`; null if it is open or unknown. */
export const firstDayOf = (side: Side): string | null =>
  typeof side === 'object' ? isoDate(firstAndLast(side).first) : null;

/** The last day of a side, `YYYY-MM-DD`; null if it is open or unknown. */
export const lastDayOf = (side: Side): string | null =>
  typeof side === 'object' ? isoDate(firstAndLast(side).last) : null;

/** An instant, RFC 3339 in UTC, in local time with its offset, to the minute. */
export function instantInZone(instant: string, zone: string): string {
  const zoned = ZonedDateTime.create(BigInt(Date.parse(instant)) * nanosecondsPerMillisecond, zone);
  const { year, month, day, hour, minute } = zoned;
  const offset = ZonedDateTime.offsetNanoseconds(zoned) === 0 ? 'Z' : ZonedDateTime.offset(zoned);
  return `${isoDate({ year, month, day })}T${padded(hour, 2)}:${padded(minute, 2)}${offset}`;
}
