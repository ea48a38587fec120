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

/**
 * Asserts that the calendar has this day.
 *
 * @throws {EdtfError} when it does not
 */
export function assertCivilDate({ year, month, day }: CivilDate): void {
  if (year < 1) throw new EdtfError('Names the year 0000, which does not exist: years are 0001 to 9999.');
  if (month < 1 || month > 12) {
    const advice = month === 0 ? ` If the month is not known, write the year alone: ${padded(year, 4)}.` : '';
    throw new EdtfError(`Names the month ${padded(month, 2)}: months are 01 to 12.${advice}`);
  }
  if (day === 0) {
    const [date, alone] = [isoDate({ year, month, day }), `${padded(year, 4)}-${padded(month, 2)}`];
    throw new EdtfError(
      `Names ${date}, but days begin with 01. If the day is not known, write the month alone: ${alone}.`,
    );
  }
  const last = daysInMonth(year, month);
  if (day < 1 || day > last) {
    throw new EdtfError(
      `Names ${isoDate({ year, month, day })}, which does not exist: ${padded(year, 4)}-${padded(month, 2)} has ${last} days.`,
    );
  }
}

/**
 * Asserts that a date, time and offset exist.
 *
 * @throws {EdtfError} when one of them does not
 */
export function assertClockTime(time: ClockTime): void {
  assertCivilDate(time);
  if (time.hour > 23) {
    throw new EdtfError(`Names the hour ${time.hour}: hours are 00 to 23. Midnight is 00:00 of the day that begins.`);
  }
  if (time.minute > 59) throw new EdtfError(`Names the minute ${time.minute}: minutes are 00 to 59.`);
  if (time.second > 59) throw new EdtfError(`Names the second ${time.second}: seconds are 00 to 59.`);
  const minutes = offsetMinutes(time.offset);
  if (!(minutes >= lowestOffsetMinutes && minutes <= highestOffsetMinutes)) {
    throw new EdtfError(`Has the offset ${time.offset}: offsets are -12:00 to +14:00.`);
  }
}

/** The instant, in epoch milliseconds. */
export function epochMsOf({ year, month, day, hour, minute, second, offset }: ClockTime): number {
  // Date.UTC would read the years 0 to 99 as 1900 to 1999.
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  return date.getTime() - offsetMinutes(offset) * minuteMs;
}
