import * as PlainDate from 'temporal-polyfill/fns/PlainDate';
import * as ZonedDateTime from 'temporal-polyfill/fns/ZonedDateTime';
import { maximumCodeLength } from '../input/limits.ts';
import type { CivilDate } from './civil-date.ts';
import { epochMsOf } from './clock-time.ts';
import { dayMs } from './durations.ts';

/** The default zone. */
export const utc = 'UTC';

const nanosecondsPerMillisecond = 1_000_000n;

/**
 * Offsets are not zones, since they do not say when clocks change. `SystemV/…` are names of ICU and not of the tz
 * database.
 */
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

/**
 * The first instant of a day in a zone, in epoch milliseconds. It is not midnight if clocks skip midnight. If they are
 * turned back over midnight, a day has two stretches, and this is the first instant of the first.
 */
export function startOfDay(date: CivilDate, zone: string): number {
  if (zone === utc) return startOfDayInUtc(date);
  return PlainDate.toZonedDateTime(PlainDate.create(date.year, date.month, date.day), zone).epochMilliseconds;
}

const zonedAt = (epochMs: number, zone: string) =>
  ZonedDateTime.create(BigInt(epochMs) * nanosecondsPerMillisecond, zone);

const offsetMsOf = (time: ZonedDateTime.Record) =>
  ZonedDateTime.offsetNanoseconds(time) / Number(nanosecondsPerMillisecond);

/**
 * When clocks are turned back after a day has begun, and show the day before again: from when, and until when. In epoch
 * milliseconds, `from` inclusive and `to` exclusive; null for nearly all days.
 *
 * @param start the first instant of the day
 * @example In St. John's, 7 November 2010 began with one minute, before the last 59 minutes of the day before came
 *   again.
 */
function repetitionFrom(start: number, zone: string): { from: number; to: number } | null {
  const before = offsetMsOf(zonedAt(start, zone));
  if (offsetMsOf(zonedAt(start + dayMs, zone)) >= before) return null;
  const change = ZonedDateTime.getTimeZoneTransition(zonedAt(start, zone), 'next');
  if (!change) return null;
  const from = change.epochMilliseconds;
  const to = start + before - offsetMsOf(change);
  return from < to ? { from, to } : null;
}

function startOfNextDay(date: CivilDate, zone: string): number {
  const next = PlainDate.addDays(PlainDate.create(date.year, date.month, date.day), 1);
  return PlainDate.toZonedDateTime(next, zone).epochMilliseconds;
}

/**
 * When clocks in a zone show a day or one before it again, though the next day has begun: from when, and until when;
 * null for nearly all days. `next` is the first instant of the next day.
 */
export function repetitionAfter(date: CivilDate, zone: string): { next: number; from: number; to: number } | null {
  if (zone === utc) return null;
  const next = startOfNextDay(date, zone);
  const repetition = repetitionFrom(next, zone);
  return repetition && { next, ...repetition };
}

/**
 * The first instant after a day in a zone, in epoch milliseconds; if clocks were turned back over midnight, after the
 * last of its two stretches. If the zone skipped the day, it is the start of the day too.
 */
export function endOfDay(date: CivilDate, zone: string): number {
  if (zone === utc) return startOfDayInUtc(date) + dayMs;
  const next = startOfNextDay(date, zone);
  return repetitionFrom(next, zone)?.to ?? next;
}

/** The day in a zone at an instant in epoch milliseconds. */
export const civilDateAt = (epochMs: number, zone: string): CivilDate => zonedAt(epochMs, zone);

/** The day before another. */
export const dayBefore = ({ year, month, day }: CivilDate): CivilDate =>
  PlainDate.addDays(PlainDate.create(year, month, day), -1);
