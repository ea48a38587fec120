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

/** A stretch of time: epoch milliseconds, and days (`YYYY-MM-DD`) in the event's own zone. All are inclusive. */
export interface Stretch {
  readonly earliest: number;
  readonly latest: number;
  readonly civilEarliest: string;
  readonly civilLatest: string;
}

/** What time an event covers, or within what time it happened; null where that is unbounded. */
export interface Extent {
  /** Epoch milliseconds, inclusive. */
  readonly earliest: number | null;
  /** Epoch milliseconds, inclusive. */
  readonly latest: number | null;
  /** The day in the event's own zone, `YYYY-MM-DD`. */
  readonly civilEarliest: string | null;
  /** The day in the event's own zone, `YYYY-MM-DD`. */
  readonly civilLatest: string | null;
  /** A point happened once, somewhere between earliest and latest; a span went on all through. */
  readonly kind: 'point' | 'span';
  readonly precision: Precision;
  /** Only where the start or the end is not known: the date that is. */
  readonly known?: Stretch;
}

/** The first and the last day that a date can mean. */
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

function stretchOfDate(date: EdtfDate, zone: string): Stretch {
  const { first, last } = daysOf(date);
  const earliest = startOfDay(first, zone);
  const latest = endOfDay(last, zone) - 1;
  // Where a zone moved across the date line it left a day out: Pacific/Apia had no 2011-12-30.
  if (earliest > latest) throw new EdtfError(`Names ${isoDate(first)}, a day that ${zone} skipped.`);
  return { earliest, latest, civilEarliest: isoDate(first), civilLatest: isoDate(last) };
}

function civilDateIn(zone: string, epochMs: number): string {
  const date = civilDateAt(epochMs, zone);
  if (date.year < 1 || date.year > 9999) {
    throw new EdtfError(`Is in the year ${date.year} in ${zone}: years are 0001 to 9999.`);
  }
  return isoDate(date);
}

function stretchOfDateTime(time: EdtfDateTime, zone: string | null): Stretch {
  const earliest = epochMsOf({ ...time, second: time.second ?? 0 });
  const latest = earliest + (time.second === null ? minuteMs : secondMs) - 1;
  if (zone === null) return { earliest, latest, civilEarliest: isoDate(time), civilLatest: isoDate(time) };
  return { earliest, latest, civilEarliest: civilDateIn(zone, earliest), civilLatest: civilDateIn(zone, latest) };
}

const stretchOf = (date: EdtfMoment, zone: string | null): Stretch =>
  date.form === 'date' ? stretchOfDate(date, zone ?? utc) : stretchOfDateTime(date, zone);

function stretchBetween(start: Stretch, end: Stretch): Stretch {
  if (start.earliest > end.latest) throw new EdtfError('Ends before it begins: the earlier date comes first.');
  // Instants order an interval and offsets name its days: what begins earlier may do so on a later day.
  const swapped = start.civilEarliest > end.civilLatest;
  return {
    earliest: start.earliest,
    latest: end.latest,
    civilEarliest: swapped ? end.civilLatest : start.civilEarliest,
    civilLatest: swapped ? start.civilEarliest : end.civilLatest,
  };
}

const coarser = (one: Precision, other: Precision): Precision =>
  precisions.indexOf(one) > precisions.indexOf(other) ? one : other;

/**
 * What time a date covers.
 *
 * @param zone the event's own by its IANA name; null if it has none: its days then are those of UTC
 * @throws {EdtfError} for an interval that ends before it begins, and for a day that there was not in the zone
 */
export function extentIn(edtf: Edtf, zone: string | null): Omit<Extent, 'kind'> {
  if (edtf.form !== 'interval') return { ...stretchOf(edtf, zone), precision: precisionOf(edtf) };
  const { start, end } = edtf;
  if (typeof start === 'string') {
    const known = stretchOf(end, zone);
    const open = { ...known, earliest: null, civilEarliest: null, precision: precisionOf(end) };
    return start === 'unknown' ? { ...open, known } : open;
  }
  if (typeof end === 'string') {
    const known = stretchOf(start, zone);
    const open = { ...known, latest: null, civilLatest: null, precision: precisionOf(start) };
    return end === 'unknown' ? { ...open, known } : open;
  }
  const precision = coarser(precisionOf(start), precisionOf(end));
  return { ...stretchBetween(stretchOf(start, zone), stretchOf(end, zone)), precision };
}
