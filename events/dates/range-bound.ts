import type { CivilDate } from './civil-date.ts';
import { assertCivilDate, assertClockTime, epochMsOf } from './clock-time.ts';
import { secondMs } from './durations.ts';
import { EdtfError } from './edtf-error.ts';
import { daysOf } from './extent.ts';

const civilPattern = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/;
const instantPattern = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/;

/** What people write instead of an instant, and what to tell them. The first that fits is told. */
const reasons: readonly (readonly [RegExp, string])[] = [
  [/T[\d:.]+ \d\d:?\d\d$/, 'Has a space where the + of its offset was: write it as %2B.'],
  [/^\d{4}-\d\d-\d\d /, 'Must have a T between date and time, and no spaces.'],
  [
    /T\d\d:\d\d(:\d\d(\.\d+)?)?$/,
    'Has a time without offset, which is another instant to every reader. Add Z for UTC, or %2B03:00.',
  ],
  [/T\d\d:\d\d(Z|[+-]\d\d(:\d\d)?)$/, 'Must have seconds: 2020-11-10T00:00:00Z.'],
];

const elseReason =
  'Must be a day (2020-11-30), a month (2020-11), a year (2020), or an instant (2020-11-30T12:00:00Z).';

/** A day, month or year: all the days that it holds. */
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

/** A side of a range, and how it is written. */
export type RangeBound = CivilBound | InstantBound;

/**
 * Milliseconds of a fraction of a second. Events begin and end with whole seconds, so that any instant within a second
 * stands for all others in it: what is finer than a millisecond is rounded, but never to a whole second.
 */
function fractionMs(digits: string): number {
  const milliseconds = Number(digits.slice(0, 3).padEnd(3, '0'));
  return /[1-9]/.test(digits.slice(3)) ? Math.min(milliseconds + 1, secondMs - 1) : milliseconds;
}

function parseInstant(text: string): InstantBound {
  const match = instantPattern.exec(text);
  if (!match) throw new EdtfError(reasons.find(([pattern]) => pattern.test(text))?.[1] ?? elseReason);
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

function parseCivil(text: string): CivilBound {
  const match = civilPattern.exec(text);
  if (!match) throw new EdtfError(elseReason);
  const [, year, month, day] = match;
  const date = {
    year: Number(year),
    month: month === undefined ? null : Number(month),
    day: day === undefined ? null : Number(day),
  };
  assertCivilDate({ year: date.year, month: date.month ?? 1, day: date.day ?? 1 });
  return { form: 'civil', text, ...daysOf({ ...date, unspecifiedYearDigits: 0 }) };
}

/**
 * Reads a side of a range: a day, a month or a year, or an instant by RFC 3339.
 *
 * @throws {EdtfError} saying why not, in words for whoever asks
 */
export function parseRangeBound(text: string): RangeBound {
  // RFC 3339 takes the letters in lower case too.
  const normalised = text.toUpperCase();
  return /\d[T ]/.test(normalised) ? parseInstant(normalised) : parseCivil(text);
}
