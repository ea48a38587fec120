import { type CivilDate, daysInMonth, isoDate, padded } from './civil-date.ts';
import { minuteMs } from './durations.ts';
import { EdtfError } from './edtf-error.ts';

/** The lowest and the highest offset from UTC that is in use. */
const lowestOffsetMinutes = -12 * 60;
const highestOffsetMinutes = 14 * 60;

const offsetPattern = /^([+-])(\d\d)(?::(\d\d))?$/;

/** A date and time with its offset from UTC. */
export interface ClockTime extends CivilDate {
  readonly hour: number;
  readonly minute: number;
  /** 0 if it is left out. */
  readonly second: number;
  /** `Z`, `+03:00` or `+03`, as written. */
  readonly offset: string;
}

/** The offset in minutes; NaN if its minutes are not below 60. */
function offsetMinutes(offset: string): number {
  if (offset === 'Z') return 0;
  const [, sign, hours, minutes = '00'] = offsetPattern.exec(offset) ?? [];
  const total = minutes < '60' ? Number(hours) * 60 + Number(minutes) : Number.NaN;
  return sign === '-' ? -total : total;
}

/** Why the calendar does not have a day; undefined if it has. */
function civilDateFault({ year, month, day }: CivilDate): string | undefined {
  if (year < 1) return 'Names the year 0000, which does not exist: years are 0001 to 9999.';
  if (month < 1 || month > 12) {
    const advice = month === 0 ? ` If the month is not known, write the year alone: ${padded(year, 4)}.` : '';
    return `Names the month ${padded(month, 2)}: months are 01 to 12.${advice}`;
  }
  const [date, alone] = [isoDate({ year, month, day }), `${padded(year, 4)}-${padded(month, 2)}`];
  if (day === 0) {
    return `Names ${date}, but days begin with 01. If the day is not known, write the month alone: ${alone}.`;
  }
  const last = daysInMonth(year, month);
  return day > last ? `Names ${date}, which does not exist: ${alone} has ${last} days.` : undefined;
}

/** All that does not exist in a date, time and offset. */
function clockTimeFaults(time: ClockTime): string[] {
  const minutes = offsetMinutes(time.offset);
  const faults = [
    civilDateFault(time),
    time.hour > 23 && `Names the hour ${time.hour}: hours are 00 to 23. Midnight is 00:00 of the day that begins.`,
    time.minute > 59 && `Names the minute ${time.minute}: minutes are 00 to 59.`,
    time.second > 59 && `Names the second ${time.second}: seconds are 00 to 59.`,
    !(minutes >= lowestOffsetMinutes && minutes <= highestOffsetMinutes) &&
      `Has the offset ${time.offset}: offsets are -12:00 to +14:00.`,
  ];
  return faults.filter((fault) => typeof fault === 'string');
}

/**
 * Asserts that the calendar has this day.
 *
 * @throws {EdtfError} when it does not
 */
export function assertCivilDate(date: CivilDate): void {
  const fault = civilDateFault(date);
  if (fault !== undefined) throw new EdtfError(fault);
}

/**
 * Asserts that a date, time and offset exist.
 *
 * @throws {EdtfError} when one of them does not; the message names all of them
 */
export function assertClockTime(time: ClockTime): void {
  const faults = clockTimeFaults(time);
  if (faults.length > 0) throw new EdtfError(faults.join(' '));
}

/** The instant, in epoch milliseconds. */
export function epochMsOf({ year, month, day, hour, minute, second, offset }: ClockTime): number {
  // Date.UTC would read the years 0 to 99 as 1900 to 1999.
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  return date.getTime() - offsetMinutes(offset) * minuteMs;
}
