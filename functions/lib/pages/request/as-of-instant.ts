import * as PlainDateTime from 'temporal-polyfill/fns/PlainDateTime';
import { civilDateOf } from '../../../../events/dates/civil-date.ts';
import { endOfDay } from '../../../../events/dates/zone.ts';
import { InvalidInput } from '../../../../events/input/errors.ts';
import { asOfSchema } from '../../http/as-of.ts';

const day = /^\d{4}-\d\d-\d\d$/;
const localTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?$/;

/** A local time in a zone, in epoch milliseconds. @throws {RangeError} if there is no such time */
function localTimeIn(text: string, zone: string): number {
  const [date = '', clock = ''] = text.split('T');
  const { year, month, day: dayOfMonth } = civilDateOf(date);
  const [hour = 0, minute = 0, second = 0] = clock.split(':').map(Number);
  const whole = Math.trunc(second);
  const milliseconds = Math.round((second - whole) * 1_000);
  const local = PlainDateTime.create(year, month, dayOfMonth, hour, minute, whole, milliseconds);
  return PlainDateTime.toZonedDateTime(local, zone).epochMilliseconds;
}

/**
 * The instant as of which a page is asked for: an instant, or as forms send it, a local time in the zone of the story,
 * or the end of a day.
 *
 * @param now epoch milliseconds
 * @returns RFC 3339 in UTC with milliseconds
 * @throws {InvalidInput} naming `asOf`
 */
export function asOfInstant(text: string, zone: string, now: number): string {
  try {
    if (localTime.test(text)) return new Date(localTimeIn(text, zone)).toISOString();
    if (day.test(text)) {
      const isRealDay = new Date(text).toISOString().startsWith(text);
      if (isRealDay) return new Date(Math.min(endOfDay(civilDateOf(text), zone) - 1, now)).toISOString();
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  const instant = asOfSchema.safeParse(text);
  if (instant.success && instant.data !== undefined) return instant.data;
  throw new InvalidInput([{ parameter: 'asOf', detail: 'Must be a day and a time, such as 2026-11-22T10:00.' }]);
}
