import { daysInMonth, padded } from '../../../events/dates/civil-date.ts';
import { parseEdtf } from '../../../events/dates/edtf.ts';
import { EdtfError } from '../../../events/dates/edtf-error.ts';
import { offsetAt } from '../../../events/dates/local-time.ts';
import type { DateOrder } from './mapping.ts';

/** How the dates of a table are read. */
export interface DateReading {
  readonly dateOrder?: DateOrder | undefined;
  /** The zone of times that have no offset. */
  readonly zone?: string | undefined;
}

/** The parts of a date as cells have them; a part is empty if it is not known. */
export interface DateTexts {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  readonly time: string;
}

interface Parts {
  readonly year: number;
  readonly month?: number | undefined;
  readonly day?: number | undefined;
}

/**
 * The months in English and French, by their first letters without marks. Each is also found by a shorter beginning of
 * three letters or more.
 */
const monthNames = [
  ['january', 'janvier'],
  ['february', 'fevrier'],
  ['march', 'mars'],
  ['april', 'avril'],
  ['may', 'mai'],
  ['june', 'juin'],
  ['july', 'juillet'],
  ['august', 'aout'],
  ['september', 'septembre'],
  ['october', 'octobre'],
  ['november', 'novembre'],
  ['december', 'decembre'],
] as const;

const example = 'Write it as 2020-11-09, 2020-11, 2020 or 9 November 2020.';
const largestSerialNumber = 99_999;

const plain = (text: string) => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase().replace(/\.$/, '');

/** The number of a month that a word names. "jui" may be June or July in French, so it names none. */
function monthOf(word: string): number | undefined {
  const name = plain(word);
  if (name.length < 3) return undefined;
  const shortened = name === 'sept' ? 'sep' : name;
  const found = monthNames.flatMap((names, index) =>
    names.some((full) => full.startsWith(shortened)) ? [index + 1] : [],
  );
  return found.length === 1 ? found[0] : undefined;
}

function isoOf({ year, month, day }: Parts): string {
  if (month === undefined) return padded(year, 4);
  if (month < 1 || month > 12) throw new EdtfError(`Has the month ${month}: months are 1 to 12. ${example}`);
  if (day === undefined) return `${padded(year, 4)}-${padded(month, 2)}`;
  if (day < 1 || day > daysInMonth(year, month)) {
    throw new EdtfError(`Has the day ${day}, which the month ${padded(year, 4)}-${padded(month, 2)} does not have.`);
  }
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
}

/** A date of three numbers with the year at the end. */
function withYearLast(
  text: string,
  first: number,
  second: number,
  year: number,
  separator: string,
  order?: DateOrder,
): Parts {
  const dmy = { year, month: second, day: first };
  const mdy = { year, month: first, day: second };
  if (order === 'dmy') return dmy;
  if (order === 'mdy') return mdy;
  if (order === 'ymd')
    throw new EdtfError(`Does not begin with the year, but the mapping says "dateOrder": "ymd". ${example}`);
  // Dots separate days, months and years where the day comes first.
  if (separator === '.' || first > 12 || first === second) return dmy;
  if (second > 12) return mdy;
  throw new EdtfError(
    `Is ambiguous: "${text}" is ${isoOf(dmy)} or ${isoOf(mdy)}. Say which in the mapping, with "dateOrder": "dmy" or "dateOrder": "mdy".`,
  );
}

/** A date of numbers, such as 09.11.2020, 2020/11/9 or 11/2020; null if the text is none. */
function ofNumbers(text: string, order?: DateOrder): Parts | null {
  const yearFirst = /^(\d{4})([/.-])(\d{1,2})(?:\2(\d{1,2}))?$/.exec(text);
  if (yearFirst) {
    const [, year, , month, day] = yearFirst;
    return { year: Number(year), month: Number(month), day: day === undefined ? undefined : Number(day) };
  }
  const [, first, separator = '', second, year] = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4})$/.exec(text) ?? [];
  if (year !== undefined) return withYearLast(text, Number(first), Number(second), Number(year), separator, order);
  const [, month, yearOfMonth] = /^(\d{1,2})[/.-](\d{4})$/.exec(text) ?? [];
  if (yearOfMonth !== undefined) return { year: Number(yearOfMonth), month: Number(month) };
  if (/^\d{1,2}[/.-]\d{1,2}[/.-]\d{2}$/.test(text)) throw new EdtfError(`Has a year of two digits. ${example}`);
  return null;
}

/**
 * A date with the name of its month, such as 9 November 2020, Nov 9, 2020 or 1er mars 2020; null if the text is none.
 */
function ofWords(text: string): Parts | null {
  const [, dayFirst, month, year] =
    /^(?:(\d{1,2})(?:st|nd|rd|th|er|\.)? (?:of )?)?(\p{L}{3,12}\.?),? (\d{4})$/iu.exec(text) ?? [];
  const [, monthFirst, day, yearLast] = /^(\p{L}{3,12}\.?) (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$/iu.exec(text) ?? [];
  const number = monthOf(month ?? monthFirst ?? '');
  if (number === undefined) return null;
  const givenDay = dayFirst ?? day;
  return { year: Number(year ?? yearLast), month: number, day: givenDay === undefined ? undefined : Number(givenDay) };
}

function isEdtf(text: string): boolean {
  try {
    // A year before 1000 is the concern of the event, which says whether it accepts one.
    parseEdtf(text, { historical: true });
    return true;
  } catch (error) {
    if (error instanceof EdtfError) return false;
    throw error;
  }
}

/** Hours, minutes and seconds of a clock with 24 or 12 hours. */
function clockOf(text: string) {
  const [, hours = '', minute = '0', second = '0', half = ''] =
    /^(\d{1,2})(?:[:h](\d{2}))?(?::(\d{2})(?:\.\d+)?)?(?: ?([ap])\.?m\.?)?$/i.exec(text.trim()) ?? [];
  const given = Number(hours);
  const isTwelve = half !== '';
  if (
    hours === '' ||
    (isTwelve && (given < 1 || given > 12)) ||
    given > 23 ||
    Number(minute) > 59 ||
    Number(second) > 59
  ) {
    throw new EdtfError(`Has the time "${text.trim()}", which is none. Write it as 14:30, 14:30:05 or 2:30 PM.`);
  }
  const hour = isTwelve ? (given % 12) + (half.toLowerCase() === 'p' ? 12 : 0) : given;
  return { hour, minute: Number(minute), second: Number(second), hasSeconds: Number(second) > 0 };
}

/** A day with a time as an instant in EDTF. */
function withTime(date: string, time: string, zone: string | undefined): string {
  if (!/^\d{4}-\d\d-\d\d$/.test(date)) throw new EdtfError(`Has a time, but no day: "${date}".`);
  if (zone === undefined) {
    throw new EdtfError('Has a time without an offset. Say in the mapping in which zone it is: "tz": "Europe/Paris".');
  }
  const { hasSeconds, ...clock } = clockOf(time);
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  const offset = offsetAt({ year, month, day, ...clock }, zone);
  const seconds = hasSeconds ? `:${padded(clock.second, 2)}` : '';
  return `${date}T${padded(clock.hour, 2)}:${padded(clock.minute, 2)}${seconds}${offset}`;
}

/**
 * The date in EDTF that a text of a table names: EDTF itself, numbers, or words in English or French.
 *
 * @throws {EdtfError} when it names none, or may name two
 * @example dateOfText('Nov 9, 2020', {}) // '2020-11-09'
 */
export function dateOfText(text: string, { dateOrder, zone }: DateReading): string {
  const given = text.trim().replaceAll(/\s+/g, ' ');
  if (isEdtf(given)) return given;
  const parts = ofNumbers(given, dateOrder) ?? ofWords(given);
  if (parts) return isoOf(parts);
  const [, date, time] = /^(\S.*?)(?:T|,? )(\d{1,2}[:h]\d{2}\S*(?: ?[ap]\.?m\.?)?)$/i.exec(given) ?? [];
  if (date !== undefined && time !== undefined && !/[+-]\d\d|Z$/i.test(time)) {
    return withTime(dateOfText(date, { dateOrder }), time, zone);
  }
  if (/^\d{5}$/.test(given) && Number(given) <= largestSerialNumber) {
    throw new EdtfError(
      `Looks like the number by which a spreadsheet stores a date: ${given}. Format the column as dates, and save it again.`,
    );
  }
  parseEdtf(given, { historical: true });
  return given;
}

/**
 * The date in EDTF of texts in columns of their own; undefined if all are empty.
 *
 * @throws {EdtfError} when they are no date
 */
export function dateOfTexts({ year, month, day, time }: DateTexts, { zone }: DateReading): string | undefined {
  const texts = { year: year.trim(), month: month.trim(), day: day.trim(), time: time.trim() };
  if (Object.values(texts).every((text) => text === '')) return undefined;
  if (texts.year === '') throw new EdtfError('Has no year.');
  if (texts.day !== '' && texts.month === '') throw new EdtfError('Has a day, but no month.');
  if (!/^\d{1,4}$/.test(texts.year)) throw new EdtfError(`Has the year "${texts.year}": years are 1 to 9999.`);
  const number = /^\d{1,2}$/.test(texts.month) ? Number(texts.month) : monthOf(texts.month);
  if (texts.month !== '' && number === undefined) {
    throw new EdtfError(`Has the month "${texts.month}", which is neither 1 to 12 nor the name of one month.`);
  }
  if (texts.day !== '' && !/^\d{1,2}$/.test(texts.day))
    throw new EdtfError(`Has the day "${texts.day}": write a number.`);
  const date = isoOf({
    year: Number(texts.year),
    month: number,
    day: texts.day === '' ? undefined : Number(texts.day),
  });
  return texts.time === '' ? date : withTime(date, texts.time, zone);
}
