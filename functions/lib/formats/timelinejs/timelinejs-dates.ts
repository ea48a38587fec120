import { type CivilDate, isoDate } from '../../../../events/dates/civil-date.ts';
import { epochMsOf } from '../../../../events/dates/clock-time.ts';
import type { EdtfMoment } from '../../../../events/dates/edtf-date.ts';
import { daysOf } from '../../../../events/dates/extent.ts';
import { parseRangeBound } from '../../../../events/dates/range-bound.ts';
import { civilDateAt } from '../../../../events/dates/zone.ts';
import { sidesOf } from '../../words/local-date.ts';
import { whenInWords } from '../../words/when-in-words.ts';
import { wordsOf } from '../../words/words-of.ts';
import type { ShownEntry } from '../entry.ts';
import type { TimelineDocument } from '../format.ts';

/**
 * A date as TimelineJS reads it, with the known parts only. TimelineJS has no zones: it is the local time of the event.
 */
export interface TimelineJsDate {
  readonly year: number;
  readonly month?: number;
  readonly day?: number;
  readonly hour?: number;
  readonly minute?: number;
  readonly second?: number;
  readonly display_date?: string;
}

interface TimelineJsDates {
  readonly start_date: TimelineJsDate;
  readonly end_date?: TimelineJsDate;
  /** The text for the dates, if TimelineJS would show more or less than is known. */
  readonly display_date?: string;
}

/** The instant at which TimelineJS draws a date: missing parts have their first value. */
export const drawnAt = ({ year, month = 1, day = 1, hour = 0, minute = 0, second = 0 }: TimelineJsDate) =>
  epochMsOf({ year, month, day, hour, minute, second, offset: 'Z' });

export const dayParts = ({ year, month, day }: CivilDate): TimelineJsDate => ({ year, month, day });

function partsOf(moment: EdtfMoment, side: 'first' | 'last'): TimelineJsDate {
  const { month, day } = moment;
  return {
    // The first or the last year of a decade or a century.
    year: moment.form === 'date' ? daysOf({ ...moment, month: null, day: null })[side].year : moment.year,
    ...(typeof month === 'number' && { month }),
    ...(typeof day === 'number' && { day }),
    ...(moment.form === 'date-time' && { hour: moment.hour, minute: moment.minute }),
    ...(moment.form === 'date-time' && moment.second !== null && { second: moment.second }),
  };
}

/** The end that is drawn: where the day, the month or the year ends. TimelineJS would draw a year where it begins. */
function endOf(end: EdtfMoment): TimelineJsDate {
  if (end.form === 'date-time') return partsOf(end, 'last');
  return { ...dayParts(daysOf(end).last), hour: 23, minute: 59 };
}

/**
 * The end that is drawn for an event that still goes on: the instant of `asOf`, or the end of the range if that is
 * earlier.
 */
function cutEnd({ range, asOf }: TimelineDocument, zone: string): TimelineJsDate {
  const known = civilDateAt(Date.parse(asOf), zone);
  if (range.to === null) return dayParts(known);
  const bound = parseRangeBound(range.to);
  const asked = bound.form === 'civil' ? bound.last : civilDateAt(bound.epochMs - 1, zone);
  return dayParts(isoDate(asked) < isoDate(known) ? asked : known);
}

/** The start that is drawn for an event without one: the start of the range. Without that, only the end is drawn. */
function cutStart({ range }: TimelineDocument, zone: string): TimelineJsDate | null {
  if (range.from === null) return null;
  const bound = parseRangeBound(range.from);
  return dayParts(bound.form === 'civil' ? bound.first : civilDateAt(bound.epochMs, zone));
}

/** Whether TimelineJS shows the date exactly as it is known. */
const isPlain = (moment: EdtfMoment) =>
  moment.form === 'date' &&
  moment.qualifier === null &&
  moment.unspecifiedYearDigits === 0 &&
  moment.month !== 'XX' &&
  moment.day !== 'XX';

const holds = (whole: TimelineJsDate, part: TimelineJsDate) =>
  Object.entries(part).every(([name, value]) => whole[name as keyof TimelineJsDate] === value);

function drawn(start: TimelineJsDate, end: TimelineJsDate | undefined, display_date: string | null): TimelineJsDates {
  if (!end || drawnAt(end) < drawnAt(start) || JSON.stringify(end) === JSON.stringify(start)) {
    return { start_date: start, ...(display_date !== null && { display_date }) };
  }
  // TimelineJS drops an end that begins like the start (November; 20 November), unless they differ in `display_date`.
  const start_date = holds(end, start) ? { ...start, display_date: display_date ?? '' } : start;
  return { start_date, end_date: end, ...(display_date !== null && { display_date }) };
}

/** The dates of an event for TimelineJS, which draws no open ends. */
export function timelineJsDates(when: ShownEntry['when'], document: TimelineDocument): TimelineJsDates {
  const { start, end } = sidesOf(when);
  const text = whenInWords(when, wordsOf(document.language));
  const goesOn = (side: string) => side === 'open' && when.kind === 'span';
  if (typeof end === 'string') {
    // An interval has a date on one side at least.
    const known = partsOf(start as EdtfMoment, 'first');
    return drawn(known, goesOn(end) ? cutEnd(document, when.tz) : undefined, text);
  }
  if (typeof start === 'string') {
    const known = partsOf(end, 'last');
    const cut = goesOn(start) ? cutStart(document, when.tz) : null;
    return cut && drawnAt(cut) < drawnAt(known) ? drawn(cut, endOf(end), text) : drawn(known, undefined, text);
  }
  const first = partsOf(start, 'first');
  const isPlainPoint = start === end && when.kind === 'point' && isPlain(start);
  const isMarker =
    start === end && when.kind === 'point' && !(start.form === 'date' && start.unspecifiedYearDigits > 0);
  // The end has a time of day, which the text leaves out.
  return drawn(first, isMarker ? undefined : endOf(end), isPlainPoint ? null : text);
}
