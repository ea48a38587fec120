import { padded } from '../../../events/dates/civil-date.ts';
import type { EdtfDate, EdtfDateTime, EdtfMoment } from '../../../events/dates/edtf-date.ts';
import { daysOf } from '../../../events/dates/extent.ts';
import { utc } from '../../../events/dates/zone.ts';
import type { ShownEntry } from './entry.ts';
import { type Side, sidesOf } from './local-date.ts';

const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

const qualifiers = { '~': 'about ', '?': 'perhaps ', '%': 'perhaps about ' } as const;

function dateInWords(date: EdtfDate | EdtfDateTime): string {
  const { year, month, day } = date;
  if (date.form === 'date' && date.unspecifiedYearDigits > 0) {
    const { first, last } = daysOf(date);
    return `the years ${first.year} to ${last.year}`;
  }
  if (typeof month !== 'number') {
    if (month === null) return String(year);
    return `an unknown ${day === null ? 'month' : 'day'} of ${year}`;
  }
  const monthAndYear = `${monthNames[month - 1]} ${year}`;
  if (day === null) return monthAndYear;
  return typeof day === 'number' ? `${day} ${monthAndYear}` : `an unknown day of ${monthAndYear}`;
}

function timeInWords({ hour, minute, second, offset }: EdtfDateTime): string {
  const seconds = second === null ? '' : `:${padded(second, 2)}`;
  return `, ${padded(hour, 2)}:${padded(minute, 2)}${seconds} UTC${offset === 'Z' ? '' : offset}`;
}

function momentInWords(moment: EdtfMoment): string {
  const qualifier = moment.qualifier === null ? '' : qualifiers[moment.qualifier];
  return `${qualifier}${dateInWords(moment)}${moment.form === 'date-time' ? timeInWords(moment) : ''}`;
}

const sideInWords = (side: 'open' | 'unknown') => (side === 'open' ? 'open' : 'not known');

function sidesInWords({ start, end }: { start: Side; end: Side }, kind: 'point' | 'span'): string {
  if (start === end) return `${kind === 'span' ? 'all through ' : ''}${momentInWords(start as EdtfMoment)}`;
  const once = kind === 'point' ? 'at some time ' : '';
  if (typeof start === 'string') {
    return `${once}until ${momentInWords(end as EdtfMoment)} (start ${sideInWords(start)})`;
  }
  if (typeof end === 'string') return `${once}from ${momentInWords(start)} on (end ${sideInWords(end)})`;
  const [from, to] = [momentInWords(start), momentInWords(end)];
  return kind === 'point' ? `${once}between ${from} and ${to}` : `from ${from} to ${to}`;
}

/**
 * The date of an event in English, in local time where it happened. Days are followed by their zone, a time by its offset: that of
 * the zone, or the one that was written if there is no zone.
 *
 * @example '2020-11-09~' in Asia/Baku // 'about 9 November 2020 (Asia/Baku)'
 */
export function whenInWords(when: ShownEntry['when']): string {
  const { tz, kind, precision } = when;
  const zoned = tz !== utc && precision !== 'second' && precision !== 'minute';
  return `${sidesInWords(sidesOf(when), kind)}${zoned ? ` (${tz})` : ''}`;
}
