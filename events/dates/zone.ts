import * as PlainDate from 'temporal-polyfill/fns/PlainDate';
import * as ZonedDateTime from 'temporal-polyfill/fns/ZonedDateTime';
import { maximumCodeLength } from '../input/limits.ts';
import type { CivilDate } from './civil-date.ts';
import { epochMsOf } from './clock-time.ts';
import { dayMs } from './durations.ts';

/** The default zone. */
export const utc = 'UTC';

const nanosecondsPerMillisecond = 1_000_000n;

/** Offsets are not zones, since they do not say when clocks change. `SystemV/…` are names of ICU and not of the tz database. */
const namePattern = /^(?!systemv\/)[a-z][a-z0-9_+-]*(\/[a-z0-9_+-]+)*$/i;

/**
 * The name of a zone of the tz database (IANA) in its usual capitals; null if the name is unknown.
 *
 * @example zoneNameOf('asia/baku') // 'Asia/Baku'
 */
export function zoneNameOf(name: string): string | null {
  if (name.length > maximumCodeLength || !namePattern.test(name)) return null;
  try {
    return ZonedDateTime.create(0n, name).timeZoneId;
  } catch {
    return null;
  }
}

/** Whether this is the name of a zone of the tz database (IANA), in upper or lower case. */
export const isZone = (name: string): boolean => zoneNameOf(name) !== null;

/** Most events have no zone, and this is ten times as fast for them. */
const startOfDayInUtc = (date: CivilDate): number => epochMsOf({ ...date, hour: 0, minute: 0, second: 0, offset: 'Z' });

/** The first instant of a day in a zone, in epoch milliseconds. It is not midnight if clocks skip midnight. */
export function startOfDay(date: CivilDate, zone: string): number {
  if (zone === utc) return startOfDayInUtc(date);
  return PlainDate.toZonedDateTime(PlainDate.create(date.year, date.month, date.day), zone).epochMilliseconds;
}

/** The first instant after a day in a zone, in epoch milliseconds. If the zone skipped the day, it is the start of the day too. */
export function endOfDay(date: CivilDate, zone: string): number {
  if (zone === utc) return startOfDayInUtc(date) + dayMs;
  const next = PlainDate.addDays(PlainDate.create(date.year, date.month, date.day), 1);
  return PlainDate.toZonedDateTime(next, zone).epochMilliseconds;
}

/** The day in a zone at an instant in epoch milliseconds. */
export const civilDateAt = (epochMs: number, zone: string): CivilDate =>
  ZonedDateTime.create(BigInt(epochMs) * nanosecondsPerMillisecond, zone);
