import { civilDate, daysInMonth } from './civil.ts';

/** How fine a date is; later ones are coarser. */
export const precisions = ['second', 'minute', 'day', 'month', 'year', 'decade', 'century'] as const;
export type Precision = (typeof precisions)[number];

/** A date without time of day: all the days from `first` to `last`, as civil dates `YYYY-MM-DD`. */
export interface EdtfDate {
  readonly type: 'date';
  /** As written, without the qualifier. */
  readonly text: string;
  readonly qualifier: '' | '~' | '?' | '%';
  readonly first: string;
  readonly last: string;
  readonly precision: Precision;
}

/** A date and time with its offset: the milliseconds from `first` to `last`, and the civil date as written. */
export interface EdtfDateTime {
  readonly type: 'dateTime';
  readonly text: string;
  readonly qualifier: '' | '~' | '?' | '%';
  readonly first: number;
  readonly last: number;
  readonly civil: string;
  readonly precision: Precision;
}

/** One side of an interval: a date, or unbounded: `..` open (known to go on), empty unknown. */
export type EdtfSide = EdtfDate | EdtfDateTime | { readonly type: 'open' } | { readonly type: 'unknown' };

export interface EdtfInterval {
  readonly type: 'interval';
  readonly start: EdtfSide;
  readonly end: EdtfSide;
}

/** What an EDTF text says, before any zone makes instants of it. */
export type Edtf = EdtfDate | EdtfDateTime | EdtfInterval;

/** The text is not EDTF as it is taken here; the message says why, for a person. */
export class EdtfError extends Error {
  override readonly name = 'EdtfError';
}

const longestText = 64;
const firstUsualYear = 1000;
const dateForm = /^(\d{4}|\d{3}X|\d{2}XX)(?:-(\d{2}|XX)(?:-(\d{2}|XX))?)?([~?%])?$/;
const dateTimeForm = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2}))?(Z|[+-]\d{2}:\d{2})?([~?%])?$/;
const forms =
  'Write a day (2020-12-01), month (2020-12), year (2020), date-time with offset, or an interval of two of them.';

/** Minutes east of Greenwich; offsets in use go from -12:00 to +14:00. */
function offsetMinutes(offset: string, text: string): number {
  if (offset === 'Z') return 0;
  const [hours, minutes] = [Number(offset.slice(1, 3)), Number(offset.slice(4, 6))];
  const total = (offset[0] === '-' ? -1 : 1) * (hours * 60 + minutes);
  if (minutes > 59 || total < -720 || total > 840) {
    throw new EdtfError(`${text} has the offset ${offset}; offsets go from -12:00 to +14:00.`);
  }
  return total;
}

function assertYear(year: string, text: string, historical: boolean): void {
  if (Number(year.replaceAll('X', '9')) === 0) throw new EdtfError(`${text}: the first year is 0001.`);
  if (Number(year.replaceAll('X', '0')) < firstUsualYear && !historical) {
    throw new EdtfError(`${text} lies before the year 1000. If that is meant, set "historical": true.`);
  }
}

function assertDay(year: string, month: string, day: string, text: string): void {
  if (Number(month) < 1 || Number(month) > 12) throw new EdtfError(`${text}: there is no month ${month}.`);
  if (Number(day) < 1 || Number(day) > daysInMonth(Number(year), Number(month))) {
    throw new EdtfError(`${text}: there is no day ${day} in ${year}-${month}.`);
  }
}

function parseDate(text: string, historical: boolean): EdtfDate | null {
  const [match, year = '', month, day, qualifier = ''] = dateForm.exec(text) ?? [];
  if (match === undefined) return null;
  assertYear(year, text, historical);
  if (year.includes('X') && month !== undefined) {
    throw new EdtfError(`${text}: when digits of the year are not known, leave month and day away.`);
  }
  if (month === 'XX' && day !== undefined && day !== 'XX') {
    throw new EdtfError(`${text}: a day in an unknown month is not taken; write the year, or ${year}-XX-XX.`);
  }
  const date = {
    type: 'date',
    text: text.slice(0, text.length - qualifier.length),
    qualifier: qualifier as '',
  } as const;
  if (year.includes('X') || month === undefined || month === 'XX') {
    const first = year.replaceAll('X', '0');
    const precision = year.endsWith('XX') ? 'century' : year.endsWith('X') ? 'decade' : 'year';
    // The first century begins with the year 1: there is no year 0.
    return {
      ...date,
      first: `${first === '0000' ? '0001' : first}-01-01`,
      last: `${year.replaceAll('X', '9')}-12-31`,
      precision,
    };
  }
  assertDay(year, month, day === undefined || day === 'XX' ? '01' : day, text);
  if (day !== undefined && day !== 'XX')
    return { ...date, first: `${year}-${month}-${day}`, last: `${year}-${month}-${day}`, precision: 'day' };
  const lastDay = String(daysInMonth(Number(year), Number(month))).padStart(2, '0');
  return { ...date, first: `${year}-${month}-01`, last: `${year}-${month}-${lastDay}`, precision: 'month' };
}

function parseDateTime(text: string, historical: boolean): EdtfDateTime | null {
  const [match, year = '', month = '', day = '', hour = '', minute = '', second, offset, qualifier = ''] =
    dateTimeForm.exec(text) ?? [];
  if (match === undefined) return null;
  assertYear(year, text, historical);
  assertDay(year, month, day, text);
  if (Number(hour) > 23) throw new EdtfError(`${text}: hours go from 00 to 23.`);
  if (Number(minute) > 59 || Number(second ?? 0) > 59)
    throw new EdtfError(`${text}: minutes and seconds go from 00 to 59.`);
  if (offset === undefined) {
    throw new EdtfError(
      `${text} has no offset, so it means another instant to every reader. Add one: ${text}+03:00, or ${text}Z.`,
    );
  }
  const written = civilDate(Number(year), Number(month), Number(day)) + (Number(hour) * 60 + Number(minute)) * 60_000;
  const first = written + Number(second ?? 0) * 1000 - offsetMinutes(offset, text) * 60_000;
  return {
    type: 'dateTime',
    text: text.slice(0, text.length - qualifier.length),
    qualifier: qualifier as '',
    first,
    last: first + (second === undefined ? 60_000 : 1000) - 1,
    civil: `${year}-${month}-${day}`,
    precision: second === undefined ? 'minute' : 'second',
  };
}

function parseSide(text: string, historical: boolean): EdtfSide {
  if (text === '..') return { type: 'open' };
  if (text === '') return { type: 'unknown' };
  return parseOne(text, historical);
}

function parseOne(text: string, historical: boolean): EdtfDate | EdtfDateTime {
  const parsed = parseDate(text, historical) ?? parseDateTime(text, historical);
  if (parsed) return parsed;
  if (/T\d{2}:\d{2}:\d{2}\./.test(text))
    throw new EdtfError(`${text}: fractions of a second are not taken; leave them away.`);
  throw new EdtfError(`${text} is not a date in EDTF. ${forms}`);
}

/**
 * Reads an EDTF text: the forms of level 0 and 1 that news needs, and date-times in intervals.
 *
 * @see ISO 8601-2:2019, and the Library of Congress' EDTF specification
 * @param historical whether a year before 1000 is meant; a mistyped 0202 is refused otherwise
 * @throws EdtfError with a reason, and nothing else
 */
export function parseEdtf(text: string, { historical = false }: { historical?: boolean | undefined } = {}): Edtf {
  if (text.length > longestText) throw new EdtfError(`A date has at most ${longestText} characters. ${forms}`);
  if (text === '') throw new EdtfError(`The date is empty. ${forms}`);
  const sides = text.split('/');
  if (sides.length === 1) return parseOne(text, historical);
  if (sides.length > 2) throw new EdtfError(`${text}: an interval has two sides and one slash between them.`);
  const [start, end] = sides.map((side) => parseSide(side, historical)) as [EdtfSide, EdtfSide];
  if (!('text' in start) && !('text' in end)) throw new EdtfError(`${text}: one side of an interval must be a date.`);
  return { type: 'interval', start, end };
}

function printSide(side: EdtfSide): string {
  if (side.type === 'open') return '..';
  return side.type === 'unknown' ? '' : side.text + side.qualifier;
}

/** The text that parses to this. */
export function printEdtf(edtf: Edtf): string {
  return edtf.type === 'interval' ? `${printSide(edtf.start)}/${printSide(edtf.end)}` : printSide(edtf);
}
