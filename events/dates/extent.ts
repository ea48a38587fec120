import * as z from 'zod';
import { type CivilDate, daysInMonth, isoDate } from './civil-date.ts';
import { epochMsOf } from './clock-time.ts';
import { minuteMs, secondMs } from './durations.ts';
import type { Edtf } from './edtf.ts';
import {
  type EdtfDate,
  type EdtfDateTime,
  type EdtfMoment,
  type Precision,
  precisionOf,
  precisions,
} from './edtf-date.ts';
import { EdtfError } from './edtf-error.ts';
import { civilDateAt, endOfDay, startOfDay, utc } from './zone.ts';

const periodSchema = z.object({
  earliest: z.number(),
  latest: z.number(),
  civilEarliest: z.string(),
  civilLatest: z.string(),
});

/** The time that an event covers, or within which it happened. */
export const extentSchema = z.object({
  /** Epoch milliseconds, inclusive; null if unbounded. */
  earliest: z.number().nullable(),
  latest: z.number().nullable(),
  /** Days in the event's own zone, `YYYY-MM-DD`, inclusive; null if unbounded. */
  civilEarliest: z.string().nullable(),
  civilLatest: z.string().nullable(),
  /** A point happened at one time between earliest and latest. A span went on from earliest to latest. */
  kind: z.enum(['point', 'span']),
  precision: z.enum(precisions),
  /** Only if the start or the end is unknown: the side that is known. */
  known: periodSchema.exactOptional(),
});

export type Extent = Readonly<z.infer<typeof extentSchema>>;

/** A bounded period: epoch milliseconds, and days (`YYYY-MM-DD`) in the event's own zone. All are inclusive. */
export type Period = Readonly<z.infer<typeof periodSchema>>;

const reversed = 'Ends before it begins: the earlier date comes first.';

/** The first and the last possible day of a date. */
export function daysOf({
  year,
  unspecifiedYearDigits,
  month,
  day,
}: Pick<EdtfDate, 'year' | 'unspecifiedYearDigits' | 'month' | 'day'>): { first: CivilDate; last: CivilDate } {
  const lastYear = year + 10 ** unspecifiedYearDigits - 1;
  const lastMonth = typeof month === 'number' ? month : 12;
  return {
    first: {
      // The first decade and the first century begin with the year 1.
      year: Math.max(1, year),
      month: typeof month === 'number' ? month : 1,
      day: typeof day === 'number' ? day : 1,
    },
    last: {
      year: lastYear,
      month: lastMonth,
      day: typeof day === 'number' ? day : daysInMonth(lastYear, lastMonth),
    },
  };
}

function periodOfDate(date: EdtfDate, zone: string): Period {
  const { first, last } = daysOf(date);
  const earliest = startOfDay(first, zone);
  const latest = endOfDay(last, zone) - 1;
  // A zone that moves across the date line can skip a day: Pacific/Apia had no 2011-12-30.
  if (earliest > latest)
    throw new EdtfError(`Names ${isoDate(first)}, which ${zone} skipped when it moved across the date line.`);
  return { earliest, latest, civilEarliest: isoDate(first), civilLatest: isoDate(last) };
}

function civilDateIn(zone: string, epochMs: number): string {
  const date = civilDateAt(epochMs, zone);
  if (date.year < 1 || date.year > 9999) {
    throw new EdtfError(`Is in the year ${date.year} in ${zone}: years are 0001 to 9999.`);
  }
  return isoDate(date);
}

function periodOfDateTime(time: EdtfDateTime, zone: string | null): Period {
  const earliest = epochMsOf({ ...time, second: time.second ?? 0 });
  const latest = earliest + (time.second === null ? minuteMs : secondMs) - 1;
  if (zone === null) return { earliest, latest, civilEarliest: isoDate(time), civilLatest: isoDate(time) };
  return { earliest, latest, civilEarliest: civilDateIn(zone, earliest), civilLatest: civilDateIn(zone, latest) };
}

const periodOf = (date: EdtfMoment, zone: string | null): Period =>
  date.form === 'date' ? periodOfDate(date, zone ?? utc) : periodOfDateTime(date, zone);

function periodBetween(start: Period, end: Period): Period {
  if (start.earliest > end.latest) throw new EdtfError(reversed);
  // The sides are ordered by their instants. With different offsets, the earlier instant can be on the later day.
  const swapped = start.civilEarliest > end.civilLatest;
  return {
    earliest: start.earliest,
    latest: end.latest,
    civilEarliest: swapped ? end.civilLatest : start.civilEarliest,
    civilLatest: swapped ? start.civilEarliest : end.civilLatest,
  };
}

const coarser = (left: Precision, right: Precision): Precision =>
  precisions.indexOf(left) > precisions.indexOf(right) ? left : right;

/**
 * The time that a date covers.
 *
 * @param zone the IANA name of the event's zone; null if it has none, and then its days are days in UTC
 * @throws {EdtfError} when an interval ends before it begins, or when the zone skipped the day
 */
export function extentIn(edtf: Edtf, zone: string | null): Omit<Extent, 'kind'> {
  if (edtf.form !== 'interval') return { ...periodOf(edtf, zone), precision: precisionOf(edtf) };
  const { start, end } = edtf;
  if (typeof start === 'string') {
    const known = periodOf(end, zone);
    const open = { ...known, earliest: null, civilEarliest: null, precision: precisionOf(end) };
    return start === 'unknown' ? { ...open, known } : open;
  }
  if (typeof end === 'string') {
    const known = periodOf(start, zone);
    const open = { ...known, latest: null, civilLatest: null, precision: precisionOf(start) };
    return end === 'unknown' ? { ...open, known } : open;
  }
  const precision = coarser(precisionOf(start), precisionOf(end));
  const [first, last] = [periodOf(start, zone), periodOf(end, zone)];
  // A day that has two stretches can end after the next one has begun.
  const isReversed = start.form === 'date' && end.form === 'date' && first.civilEarliest > last.civilLatest;
  if (isReversed) throw new EdtfError(reversed);
  return { ...periodBetween(first, last), precision };
}
