import { padded } from '../../../events/dates/civil-date.ts';
import { parseEdtf } from '../../../events/dates/edtf.ts';
import type { EdtfDate, EdtfDateTime, EdtfMoment } from '../../../events/dates/edtf-date.ts';
import { daysOf } from '../../../events/dates/extent.ts';
import { utc } from '../../../events/dates/zone.ts';
import type { Entry } from '../../../events/timeline/entry-schema.ts';
import { type Side, sidesOf } from './local-date.ts';
import type { DateParts, Moment, Words } from './words.ts';

const yearsInDecade = 10;

function partsOf(date: EdtfDate | EdtfDateTime): DateParts {
  const { year, month, day } = date;
  if (date.form === 'date' && date.unspecifiedYearDigits > 0) {
    const { first, last } = daysOf(date);
    const isDecade = last.year - first.year === yearsInDecade - 1;
    return isDecade ? { form: 'decade', first: first.year } : { form: 'years', first: first.year, last: last.year };
  }
  if (typeof month !== 'number') {
    if (month === null) return { form: 'year', year };
    return day === null ? { form: 'unknown-month', year } : { form: 'unknown-day', year, month: null };
  }
  if (day === null) return { form: 'month', year, month };
  return typeof day === 'number' ? { form: 'day', year, month, day } : { form: 'unknown-day', year, month };
}

function timeOf({ hour, minute, second, offset }: EdtfDateTime): Moment['time'] {
  const seconds = second === null ? '' : `:${padded(second, 2)}`;
  const clock = `${padded(hour, 2)}:${padded(minute, 2)}${seconds}`;
  return { clock, zone: `UTC${offset === 'Z' ? '' : offset}` };
}

const momentOf = (moment: EdtfMoment): Moment => ({
  date: partsOf(moment),
  time: moment.form === 'date-time' ? timeOf(moment) : null,
  qualifier: moment.qualifier,
});

function sidesInWords({ start, end }: { start: Side; end: Side }, kind: 'point' | 'span', { dates }: Words): string {
  if (start === end) {
    const moment = momentOf(start as EdtfMoment);
    return kind === 'span' ? dates.throughout(moment) : dates.at(moment);
  }
  if (typeof start === 'string') return dates.until(momentOf(end as EdtfMoment), kind, start);
  if (typeof end === 'string') return dates.from(momentOf(start), kind, end);
  return (kind === 'point' ? dates.between : dates.fromTo)(momentOf(start), momentOf(end));
}

/**
 * The date of an event in words, in local time where it happened. Days are followed by their zone, a time by its
 * offset: that of the zone, or the one that was written if there is no zone.
 *
 * @param known a zone that the reader knows of, and which days therefore do not name
 * @example '2020-11-09~' in Asia/Baku // 'about 9 November 2020 (Asia/Baku)'
 */
export function whenInWords(when: Entry['when'], words: Words, known?: string): string {
  const { tz, kind, precision } = when;
  const zoned = tz !== utc && tz !== known && precision !== 'second' && precision !== 'minute';
  return `${sidesInWords(sidesOf(when), kind, words)}${zoned ? ` (${tz})` : ''}`;
}

/** A date and a time with its offset (RFC 3339). */
const instantParts = /^([\d-]{10})[Tt ](\d\d:\d\d)(:\d\d)?(?:\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/** A year, a month, a day or an instant in words, as it was written. */
export function momentInWords(text: string, { dates }: Words): string {
  const [, day, minutes, seconds = ':00', offset] = instantParts.exec(text) ?? [];
  const moment = momentOf(parseEdtf(day ?? text, { historical: true }) as EdtfMoment);
  if (minutes === undefined) return dates.moment(moment);
  const zone = `UTC${offset === 'Z' || offset === 'z' ? '' : offset}`;
  return dates.moment({ ...moment, time: { clock: `${minutes}${seconds === ':00' ? '' : seconds}`, zone } });
}

/** The day of an instant in UTC, in words. */
export const dayInWords = (instant: string, words: Words): string => momentInWords(instant.slice(0, 10), words);
