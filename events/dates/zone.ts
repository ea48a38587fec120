import * as PlainDate from 'temporal-polyfill/fns/PlainDate';
import * as ZonedDateTime from 'temporal-polyfill/fns/ZonedDateTime';
import type { CivilDate } from './civil-date.ts';
import { epochMsOf } from './clock-time.ts';
import { dayMs } from './durations.ts';

/** The zone of days that are in no other. */
export const utc = 'UTC';

const nanosecondsPerMillisecond = 1_000_000n;

/** An offset is no zone: it does not know when clocks change. `SystemV/…` are names of ICU, not of the tz database. */
const namePattern = /^(?!systemv\/)[a-z][a-z0-9_+-]*(\/[a-z0-9_+-]+)*$/i;

/**
 * The name of a zone of the tz database (IANA) in its usual capitals; null if there is none of this name.
 *
 * @example zoneNameOf('asia/baku') // 'Asia/Baku'
 */
export function zoneNameOf(name: string): string | null {
  if (!namePattern.test(name)) return null;
  try {
    return ZonedDateTime.create(0n, name).timeZoneId;
  } catch {
    return null;
  }
}

/** Whether this is the name of a zone of the tz database (IANA), in capitals or not. */
export const isZone = (name: string): boolean => zoneNameOf(name) !== null;

/** Most days are in no zone at all; this is ten times as fast for them. */
const startOfDayInUtc = (date: CivilDate): number => epochMsOf({ ...date, hour: 0, minute: 0, second: 0, offset: 'Z' });

/** The first instant of a day in a zone, in epoch milliseconds: not midnight where clocks skip it. */
export function startOfDay(date: CivilDate, zone: string): number {
  if (zone === utc) return startOfDayInUtc(date);
  return PlainDate.toZonedDateTime(PlainDate.create(date.year, date.month, date.day), zone).epochMilliseconds;
}

/** The first instant after a day in a zone, in epoch milliseconds; the start of the day too, if the zone skipped it. */
export function endOfDay(date: CivilDate, zone: string): number {
  if (zone === utc) return startOfDayInUtc(date) + dayMs;
  const next = PlainDate.addDays(PlainDate.create(date.year, date.month, date.day), 1);
  return PlainDate.toZonedDateTime(next, zone).epochMilliseconds;
}

/** The day that it is in a zone at an instant given in epoch milliseconds. */
export const civilDateAt = (epochMs: number, zone: string): CivilDate =>
  ZonedDateTime.create(BigInt(epochMs) * nanosecondsPerMillisecond, zone);
