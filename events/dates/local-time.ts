import * as PlainDateTime from 'temporal-polyfill/fns/PlainDateTime';
import * as ZonedDateTime from 'temporal-polyfill/fns/ZonedDateTime';
import { padded } from './civil-date.ts';
import type { ClockTime } from './clock-time.ts';
import { EdtfError } from './edtf-error.ts';

const nanosecondsPerMinute = 60_000_000_000;

/**
 * The offset from UTC that clocks in a zone have when they show a time.
 *
 * @param zone a name of the tz database
 * @throws {EdtfError} when clocks never show it, or show it twice, since they are changed
 * @example offsetAt({ year: 2020, month: 11, day: 10, hour: 1, minute: 0, second: 0 }, 'Asia/Baku') // '+04:00'
 */
export function offsetAt(time: Omit<ClockTime, 'offset'>, zone: string): string {
  const { year, month, day, hour, minute, second } = time;
  const plain = PlainDateTime.create(year, month, day, hour, minute, second);
  try {
    const zoned = PlainDateTime.toZonedDateTime(plain, zone, { disambiguation: 'reject' });
    const minutes = Math.round(ZonedDateTime.offsetNanoseconds(zoned) / nanosecondsPerMinute);
    const absolute = Math.abs(minutes);
    return `${minutes < 0 ? '-' : '+'}${padded(Math.floor(absolute / 60), 2)}:${padded(absolute % 60, 2)}`;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new EdtfError(
      `Is a time that clocks in ${zone} do not show, or show twice, since they are changed. Write it with its offset: 2020-11-10T00:00+03:00.`,
    );
  }
}
