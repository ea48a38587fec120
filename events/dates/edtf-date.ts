import { padded } from './civil-date.ts';
import { assertCivilDate, assertClockTime, type ClockTime } from './clock-time.ts';
import { edtfErrorMessage } from './date-faults.ts';
import { EdtfError } from './edtf-error.ts';

const datePattern = /^(\d{4}|\d{3}X|\d{2}XX)(?:-(\d\d|XX)(?:-(\d\d|XX))?)?([~?%])?$/;
const dateTimePattern = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d))?(Z|[+-]\d\d(?::\d\d)?)([~?%])?$/;

/** An earlier year is more often a typing error than intended. */
const firstUsualYear = 1000;

/** EDTF writes seasons, quarters and halves of a year as months from 21 to 41. */
const firstSeason = 21;
const lastSeason = 41;

/** The precisions of dates, from the finest to the coarsest. */
export const precisions = ['second', 'minute', 'day', 'month', 'year', 'decade', 'century'] as const;

export type Precision = (typeof precisions)[number];

/** `~` is approximate, `?` is uncertain, `%` is both. */
export type Qualifier = '~' | '?' | '%';

/** A day, a month, a year, or one of them with unspecified digits (`X`). */
export interface EdtfDate {
  readonly form: 'date';
  /** If digits are unspecified, the first year that is possible: 1990 for `199X`. */
  readonly year: number;
  readonly unspecifiedYearDigits: 0 | 1 | 2;
  readonly month: number | 'XX' | null;
  readonly day: number | 'XX' | null;
  readonly qualifier: Qualifier | null;
}

/** A date and time, precise to the second or to the minute. */
export interface EdtfDateTime extends Omit<ClockTime, 'second'> {
  readonly form: 'date-time';
  readonly second: number | null;
  readonly qualifier: Qualifier | null;
}

/** One date, with or without a time. */
export type EdtfMoment = EdtfDate | EdtfDateTime;

const numberOrUnspecified = (digits: string | undefined) => {
  if (digits === undefined) return null;
  return digits === 'XX' ? 'XX' : Number(digits);
};

const qualifierOf = (sign: string | undefined) => (sign === undefined ? null : (sign as Qualifier));

function assertParts({ unspecifiedYearDigits, month, day }: EdtfDate): void {
  if (unspecifiedYearDigits > 0 && month !== null) {
    throw new EdtfError(
      'Leaves digits of the year unspecified, but not the month. Write the decade or century alone: 199X.',
    );
  }
  if (typeof month === 'number' && month >= firstSeason && month <= lastSeason && day === null) {
    throw new EdtfError('Is a season or a part of a year. Write its months as an interval: 2020-06/2020-08.');
  }
  if (month === 'XX' && typeof day === 'number') {
    throw new EdtfError('Leaves the month unspecified, but not the day. Write the year alone, or 2020-XX-XX.');
  }
}

function dateOf(match: RegExpExecArray): EdtfDate {
  const [, year = '', month, day, qualifier] = match;
  const date: EdtfDate = {
    form: 'date',
    year: Number(year.replaceAll('X', '0')),
    unspecifiedYearDigits: year.endsWith('XX') ? 2 : year.endsWith('X') ? 1 : 0,
    month: numberOrUnspecified(month),
    day: numberOrUnspecified(day),
    qualifier: qualifierOf(qualifier),
  };
  assertParts(date);
  assertCivilDate({
    // The first decade and the first century exist, although they begin with the year 0.
    year: date.unspecifiedYearDigits > 0 ? Math.max(1, date.year) : date.year,
    month: typeof date.month === 'number' ? date.month : 1,
    day: typeof date.day === 'number' ? date.day : 1,
  });
  return date;
}

function dateTimeOf(match: RegExpExecArray): EdtfDateTime {
  const [, year, month, day, hour, minute, second, offset = '', qualifier] = match;
  const time = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    offset,
  };
  assertClockTime({ ...time, second: Number(second ?? 0) });
  return {
    form: 'date-time',
    ...time,
    second: second === undefined ? null : Number(second),
    qualifier: qualifierOf(qualifier),
  };
}

/** @throws {EdtfError} when the year of a date is before 1000, and years are not said to be that early */
export function assertUsualYear({ year }: EdtfMoment, historical: boolean): void {
  if (historical || year >= firstUsualYear) return;
  throw new EdtfError(
    `Is in the year ${padded(year, 4)}. If this is not a typing error, send "historical": true with the date.`,
  );
}

/** The precision of a date. */
export function precisionOf(date: EdtfMoment): Precision {
  if (date.form === 'date-time') return date.second === null ? 'minute' : 'second';
  if (date.unspecifiedYearDigits > 0) return date.unspecifiedYearDigits === 1 ? 'decade' : 'century';
  if (typeof date.day === 'number') return 'day';
  return typeof date.month === 'number' ? 'month' : 'year';
}

/**
 * Reads one date, with or without a time.
 *
 * @param options `historical`: whether years before 1000 are accepted; `defaultReason`: the message about a text that
 *   resembles no date, which lists what is accepted
 * @throws {EdtfError} when it is not a date; the message says why
 */
export function parseEdtfDate(
  text: string,
  { historical, defaultReason }: { historical: boolean; defaultReason?: string },
): EdtfMoment {
  const dateMatch = datePattern.exec(text);
  const dateTimeMatch = dateMatch ? null : dateTimePattern.exec(text);
  const date = (dateMatch && dateOf(dateMatch)) ?? (dateTimeMatch && dateTimeOf(dateTimeMatch));
  if (!date) throw new EdtfError(edtfErrorMessage(text, defaultReason));
  assertUsualYear(date, historical);
  return date;
}

function printTime({ hour, minute, second, offset }: EdtfDateTime): string {
  const seconds = second === null ? '' : `:${padded(second, 2)}`;
  return `T${padded(hour, 2)}:${padded(minute, 2)}${seconds}${offset}`;
}

/** A date in EDTF. */
export function printEdtfDate(date: EdtfMoment): string {
  const unspecified = date.form === 'date' ? date.unspecifiedYearDigits : 0;
  const year = padded(date.year, 4).slice(0, 4 - unspecified) + 'X'.repeat(unspecified);
  const parts = [date.month, date.day].map((part) => {
    if (part === null) return '';
    return part === 'XX' ? '-XX' : `-${padded(part, 2)}`;
  });
  return [year, ...parts, date.form === 'date' ? '' : printTime(date), date.qualifier ?? ''].join('');
}
