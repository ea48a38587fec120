import * as z from 'zod';

const isoInstant = z.iso.datetime({ offset: true });

/** An instant of RFC 3339: date, time and offset. The RFC takes the letters in lower case too. */
export const instantSchema = z
  .string()
  .refine((text) => isoInstant.safeParse(text.toUpperCase()).success, {
    error: 'Must be a date and time with its offset by RFC 3339, such as 2020-12-01T12:00:00Z.',
  })
  .meta({ format: 'date-time', examples: ['2020-12-01T12:00:00Z'] });
