import * as z from 'zod';
import { maximumCodeLength } from '../../input/limits.ts';
import { once } from '../../input/once.ts';

const isoInstant = once(() => z.iso.datetime({ offset: true }));

const leapSecond = /:60(?=[.Z+-])/;

/** Whether a leap second can follow: it is the last second of a month in UTC. */
function isBeforeLeapSecond(text: string): boolean {
  const next = new Date(Math.floor(Date.parse(text) / 1_000 + 1) * 1_000);
  return next.getUTCDate() === 1 && next.toISOString().slice(11, 19) === '00:00:00';
}

/** Whether a text is an instant (RFC 3339 §5.6 and §5.7). The RFC accepts lower-case letters too. */
function isInstant(given: string): boolean {
  if (given.length > maximumCodeLength) return false;
  const text = given.toUpperCase();
  const ordinary = text.replace(leapSecond, ':59');
  return isoInstant().safeParse(ordinary).success && (ordinary === text || isBeforeLeapSecond(ordinary));
}

/** An instant of RFC 3339: date, time and offset, leap seconds included. */
export const instantSchema = once(() =>
  z
    .string()
    .refine(isInstant, {
      error: 'Must be a date and time with its offset by RFC 3339, such as 2020-12-01T12:00:00Z.',
    })
    .meta({ format: 'date-time', maxLength: maximumCodeLength, examples: ['2020-12-01T12:00:00Z'] }),
);

const month = /^\d{4}-(0[1-9]|1[0-2])$/;
const year = /^\d{4}$/;
const day = once(() => z.iso.date());

/** When something other than the event itself happened or will happen: a year, a month, a day, or an instant. */
export const momentSchema = once(() =>
  z
    .string()
    .refine(
      (text) =>
        year.test(text) || month.test(text) || day().safeParse(text).success || instantSchema().safeParse(text).success,
      { error: 'Must be a day, month or year such as 2020-12-01, or a date and time with its offset.' },
    )
    .meta({
      maxLength: maximumCodeLength,
      description: 'A year, a month, a day, or an RFC 3339 date and time with its offset.',
      examples: ['2020', '2020-12', '2020-12-01', '2020-12-01T12:00:00Z'],
    }),
);

const iso8601Duration =
  /^P(?=.)(\d{1,9}Y)?(\d{1,9}M)?(\d{1,9}W)?(\d{1,9}D)?(T(?=.)(\d{1,9}H)?(\d{1,9}M)?(\d{1,9}S)?)?$/;

/** A duration (ISO 8601). */
export const durationSchema = once(() =>
  z
    .string()
    .regex(iso8601Duration, 'Must be a duration of ISO 8601, such as P5Y or P6M.')
    .meta({ description: 'An ISO 8601 duration.', examples: ['P5Y'] }),
);
