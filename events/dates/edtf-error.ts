import { maximumCodeLength } from '../input/limits.ts';

/** The message about a text that resembles no date. */
export const defaultReason =
  'Must be a day (2020-12-01), a month (2020-12), a year (2020), a time with its offset (2020-11-10T00:00:00+03:00) or ' +
  'an interval of two of them (2020-11-09/2020-11-10).';

/** A date is invalid. The message says what its writer must change. */
export class EdtfError extends Error {
  override readonly name = 'EdtfError';
}

/** No date has half as many characters. What looks for mistakes in it takes time in proportion to its length. */
export function assertDateLength(text: string): void {
  if (text.length <= maximumCodeLength) return;
  throw new EdtfError(`Must have at most ${maximumCodeLength} characters, but has ${text.length}. ${defaultReason}`);
}
