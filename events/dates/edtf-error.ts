import { maximumCodeLength } from '../input/limits.ts';

/** Common mistakes as patterns, each with an error message. The first pattern that matches counts. */
const reasons: readonly (readonly [RegExp, string])[] = [
  [/^$/, 'Is empty.'],
  [/^\s|\s$/, 'Has a space before or after it.'],
  [/^[-−]\d{4}/, 'Is before the year 1: years are 0001 to 9999.'],
  [/^\+\d|^\d{5,}-|^(\d{5,7}|\d{9,})$|^Y-?\d|^\d+[ES]\d/, 'Must have a year of four digits: years are 0001 to 9999.'],
  [/^\d{8}(T|$)/, 'Must have hyphens: 2020-12-01.'],
  [/^\d{4}-\d\d-\d\d([t ]|T.*z$)/, 'Must have a capital T between date and time, and a capital Z for UTC.'],
  [/^\d{4}-.*T\d\d:\d\d:\d\d[.,]/, 'Has a fraction of a second: dates are precise to a whole second at most.'],
  [
    /^\d{4}-.*T\d\d(:\d\d){0,2}[~?%]?$/,
    'Has a time without an offset, so it would be a different instant for each reader. Add Z for UTC, or the offset: +03:00.',
  ],
  [/^[~?%]?\d.*[~?%]|^[~?%]\d/, 'Must have at most one of ~, ? and %, at the end: 2020-11-09~.'],
  [/^[[{]|^\d{4}.*(,|\.\.)/, 'Is a set or a list of dates. Write one date, or an interval: 2020-11-09/2020-11-10.'],
  [/^\d{4}-.*T/, 'Must have its time with hours, minutes and offset: 2020-11-10T00:00+03:00.'],
  [/^\d[\dx]{3}(-[\dx]{2}){0,2}$/, 'Must have a capital X for each digit left unspecified: 2020-11-XX.'],
  [
    /^(?=.*X)[\dX]{4}(-[\dX]{2}){0,2}$/,
    'Must leave digits unspecified from the end: 2020-11-XX, 2020-XX, 2020-XX-XX, 199X, 19XX.',
  ],
  [/^\d{4}-\d{1,2}(-\d{1,2})?$/, 'Must have months and days of two digits: 2020-09-01.'],
];

const defaultReason =
  'Must be a day (2020-12-01), a month (2020-12), a year (2020), a time with its offset (2020-11-10T00:00:00+03:00) or ' +
  'an interval of two of them (2020-11-09/2020-11-10).';

/** The error message for a text that is not a date in EDTF. */
export const edtfErrorMessage = (text: string): string =>
  reasons.find(([pattern]) => pattern.test(text))?.[1] ?? defaultReason;

/** A date is invalid. The message says what its writer must change. */
export class EdtfError extends Error {
  override readonly name = 'EdtfError';
}

/** No date has half as many characters. What looks for mistakes in it takes time in proportion to its length. */
export function assertDateLength(text: string): void {
  if (text.length <= maximumCodeLength) return;
  throw new EdtfError(`Must have at most ${maximumCodeLength} characters, but has ${text.length}. ${defaultReason}`);
}
