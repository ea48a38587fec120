import { daysInMonth, padded } from './civil-date.ts';
import { assertClockTime } from './clock-time.ts';
import { defaultReason, EdtfError } from './edtf-error.ts';

/** A message, or one that is made from the text. */
type Reason = string | ((text: string) => string);

const monthNames = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');

const dashed = (...parts: readonly (string | number)[]): string =>
  parts.map((part, index) => padded(Number(part), index === 0 ? 4 : 2)).join('-');

const upTo = (most: number) => (part: string) => Number(part) >= 1 && Number(part) <= most;
const isMonth = upTo(12);
const isDay = (day: string, month: string, year: string) => upTo(daysInMonth(Number(year), Number(month)))(day);

/**
 * The message about a date in digits whose year comes last, or which has other signs than hyphens: `01/09/2015`,
 * `2015.09.01`. A time may follow. Undefined for any other text.
 */
export function numericDateReason(text: string): string | undefined {
  const [, year, , month = '', day = ''] = /^(\d{4})([/.])(\d{1,2})\2(\d{1,2})(?:[ T].*)?$/.exec(text) ?? [];
  if (year !== undefined) return `Must have hyphens between year, month and day: ${dashed(year, month, day)}.`;
  const [, one = '', , other = '', last] = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?:[ T].*)?$/.exec(text) ?? [];
  if (last === undefined) return undefined;
  const readings = [
    [other, one],
    [one, other],
  ].filter(([month = '', day = '']) => isMonth(month) && isDay(day, month, last));
  const dates = [...new Set(readings.map(([month = '', day = '']) => dashed(last, month, day)))];
  const written = dates.length > 0 ? dates.join(' or ') : 'the year, the month and the day, as in 2015-09-01';
  return `Must begin with its year. Write ${written}.`;
}

/** The message about a date in English words; undefined for any other text. */
function wordsReason(text: string): string | undefined {
  const [, first, name = '', second, year = ''] =
    /^(?:(\d{1,2})(?:st|nd|rd|th|\.)? )?([a-z]{3,9})\.?(?: (\d{1,2})(?:st|nd|rd|th)?)?,? (\d{4})$/i.exec(text) ?? [];
  const month = monthNames.indexOf(name.slice(0, 3).toLowerCase()) + 1;
  const day = first ?? second;
  if (month === 0 || (first && second)) return undefined;
  return `${defaultReason} For this date, write ${day ? dashed(year, month, day) : dashed(year, month)}.`;
}

const offsetReason =
  'Has a time without an offset, so it would be a different instant for each reader. Add Z for UTC, or the offset: +03:00.';

/** What can be wrong with a date and time, each with a message. All that match count. */
const timeFaults: readonly (readonly [RegExp, string])[] = [
  [/^\+/, 'Has a + before its year.'],
  [/^\+?[\d-]+[^\dT-]/, 'Must have a capital T between date and time.'],
  [/\dz[~?%]?$/, 'Must have a capital Z for UTC.'],
  [/:\d\d[.,]\d/, 'Has a fraction of a second: dates are precise to a whole second at most.'],
  [/[T ]\d\d(:\d\d){0,2}([.,]\d+)?[~?%]?$/i, offsetReason],
  [/:\d\d([.,]\d+)? ?[+-]\d{4}$/, 'Must have hours, minutes and offset divided by colons: +03:00.'],
];

const timedText =
  /^\+?(\d{4})-(\d\d)-(\d\d)[T _]+(\d\d):(\d\d)(?::(\d\d)(?:[.,]\d+)?)? ?(?:(Z)|([+-]\d\d):?(\d\d)?)?([~?%]?)$/i;

/** How a date and time would be written: as it should be, or why it cannot be. Empty if its parts are not known. */
function mendedTime(text: string): string {
  const match = timedText.exec(text);
  if (!match) return '';
  const [, year = '', month = '', day = '', hour = '', minute = '', second, zulu, hours, minutes = '00', qualifier] =
    match;
  const offset = hours === undefined ? 'Z' : `${hours}:${minutes}`;
  const time = `${year}-${month}-${day}T${hour}:${minute}${second === undefined ? '' : `:${second}`}`;
  try {
    const numbers = { year: Number(year), month: Number(month), day: Number(day), hour: Number(hour) };
    assertClockTime({ ...numbers, minute: Number(minute), second: Number(second ?? 0), offset });
  } catch (error) {
    if (error instanceof EdtfError) return error.message;
    throw error;
  }
  const isKnown = zulu !== undefined || hours !== undefined;
  return isKnown ? `Write ${time}${offset}${qualifier}.` : `In UTC it is ${time}Z${qualifier}.`;
}

function timeReason(text: string): string | undefined {
  if (!/^\+?\d{4}-\d\d-\d\d[Tt _]\s*\d/.test(text)) return undefined;
  const faults = timeFaults.filter(([pattern]) => pattern.test(text)).map(([, reason]) => reason);
  return faults.length > 0 ? [...faults, mendedTime(text)].filter(Boolean).join(' ') : undefined;
}

const padText = (text: string) => dashed(...text.split('-'));

/** Common mistakes as patterns, each with a message. The first pattern that matches counts. */
const reasons: readonly (readonly [RegExp, Reason])[] = [
  [/^$/, 'Is empty.'],
  [/^\s|\s$/, 'Has a space before or after it.'],
  [/^[-−]\d{4}/, 'Is before the year 1: years are 0001 to 9999.'],
  [/^\+\d{4}(-\d\d){0,2}$/, (text) => `Has a + before its year. Write ${text.slice(1)}.`],
  [/^\+\d|^\d{5,}-|^(\d{5,7}|\d{9,})$|^Y-?\d|^\d+[ES]\d/, 'Must have a year of four digits: years are 0001 to 9999.'],
  [/^\d{8}$/, (text) => `Must have hyphens: ${text.replace(/(....)(..)(..)/, '$1-$2-$3')}.`],
  [/^\d{8}T/, 'Must have hyphens: 2020-12-01.'],
  [/^\d{4}-.*T\d\d(:\d\d){0,2}[~?%]?$/, offsetReason],
  [/^[~?%]?\d.*[~?%]|^[~?%]\d/, 'Must have at most one of ~, ? and %, at the end: 2020-11-09~.'],
  [/^[[{]|^\d{4}.*(,|\.\.)/, 'Is a set or a list of dates. Write one date, or an interval: 2020-11-09/2020-11-10.'],
  [/^\d{4}-.*T/, 'Must have its time with hours, minutes and offset: 2020-11-10T00:00+03:00.'],
  [
    /^\d[\dx]{3}(-[\dx]{2}){0,2}$/,
    (text) => `Must have a capital X for each digit left unspecified: ${text.toUpperCase()}.`,
  ],
  [
    /^(?=.*X)[\dX]{4}(-[\dX]{2}){0,2}$/,
    'Must leave digits unspecified from the end: 2020-11-XX, 2020-XX, 2020-XX-XX, 199X, 19XX.',
  ],
  [/^\d{4}-\d{1,2}(-\d{1,2})?$/, (text) => `Must have months and days of two digits: ${padText(text)}.`],
];

/**
 * The error message for a text that is not a date in EDTF: all that is wrong, and how to write what was probably meant.
 *
 * @param otherwise the message about a text that resembles no date
 */
export function edtfErrorMessage(text: string, otherwise = defaultReason): string {
  const known = numericDateReason(text) ?? timeReason(text) ?? wordsReason(text);
  if (known !== undefined) return known;
  const reason = reasons.find(([pattern]) => pattern.test(text))?.[1] ?? otherwise;
  return typeof reason === 'function' ? reason(text) : reason;
}
