import type { CivilDate } from './civil-date.ts';
import { assertClockTime, epochMsOf } from './clock-time.ts';
import { numericDateReason } from './date-faults.ts';
import { secondMs } from './durations.ts';
import { parseEdtfDate } from './edtf-date.ts';
import { assertDateLength, EdtfError } from './edtf-error.ts';
import { daysOf } from './extent.ts';

const instantPattern = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/;

/** Common mistakes in instants as patterns, each with an error message. All that match count. */
const reasons: readonly (readonly [RegExp, string])[] = [
  [/T[\d:.]+ \d\d:?\d\d$/, 'Has a space instead of the + of its offset. Write + as %2B.'],
  [/^\d{4}-\d\d-\d\d /, 'Must have a T between date and time, and no spaces.'],
  [
    /[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$/,
    'Has a time without an offset, so it would be a different instant for each reader. Add Z for UTC, or %2B03:00.',
  ],
  [/[T ]\d\d:\d\d ?(Z|[+-]\d\d(:\d\d)?)?$/, 'Must have seconds: 2020-11-10T00:00:00Z.'],
];

const defaultReason =
  'Must be a day (2020-11-30), a month (2020-11), a year (2020), a decade (199X), or an instant (2020-11-30T12:00:00Z).';

/** A day, month, year, decade or century, with its first and last day. */
export interface CivilBound {
  readonly form: 'civil';
  readonly text: string;
  readonly first: CivilDate;
  readonly last: CivilDate;
}

/** An instant in epoch milliseconds. */
export interface InstantBound {
  readonly form: 'instant';
  readonly text: string;
  readonly epochMs: number;
}

/** A side of a range, with its text. */
export type RangeBound = CivilBound | InstantBound;

/**
 * The milliseconds of a fraction of a second. Digits beyond milliseconds are rounded up, but never to the next second:
 * events begin and end with whole seconds, so all instants strictly within one second select the same events.
 */
function fractionMs(digits: string): number {
  const milliseconds = Number(digits.slice(0, 3).padEnd(3, '0'));
  return /[1-9]/.test(digits.slice(3)) ? Math.min(milliseconds + 1, secondMs - 1) : milliseconds;
}

function parseInstant(text: string): InstantBound {
  const match = instantPattern.exec(text);
  if (!match) {
    const faults = reasons.filter(([pattern]) => pattern.test(text)).map(([, reason]) => reason);
    throw new EdtfError(faults.join(' ') || numericDateReason(text) || defaultReason);
  }
  const [, year, month, day, hour, minute, second, fraction = '', offset = ''] = match;
  const time = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    offset,
  };
  assertClockTime(time);
  return { form: 'instant', text, epochMs: epochMsOf(time) + fractionMs(fraction) };
}

/** A date is read as that of an event is. A qualifier does not widen it, and in a query no year is a typing error. */
function parseCivil(text: string): CivilBound {
  const date = parseEdtfDate(text, { historical: true, defaultReason });
  if (date.form !== 'date') throw new EdtfError(defaultReason);
  return { form: 'civil', text, ...daysOf(date) };
}

/**
 * Reads a side of a range: a date in EDTF without a time, or an instant (RFC 3339).
 *
 * @throws {EdtfError} when the text is none of them; the message says why
 */
export function parseRangeBound(text: string): RangeBound {
  assertDateLength(text);
  // RFC 3339 accepts lower-case letters too.
  const normalized = text.toUpperCase();
  return /\d[T ]/.test(normalized) ? parseInstant(normalized) : parseCivil(text);
}
