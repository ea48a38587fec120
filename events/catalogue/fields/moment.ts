import * as z from 'zod';
import { maximumCodeLength } from '../../input/limits.ts';
import { instantSchema } from './instant.ts';

const month = /^\d{4}-(0[1-9]|1[0-2])$/;
const year = /^\d{4}$/;
const day = z.iso.date();

/** When something other than the event itself happened or will happen: a year, a month, a day, or an instant. */
export const momentSchema = z
  .string()
  .refine(
    (text) =>
      year.test(text) || month.test(text) || day.safeParse(text).success || instantSchema.safeParse(text).success,
    { error: 'Must be a day, month or year such as 2020-12-01, or a date and time with its offset.' },
  )
  .meta({
    maxLength: maximumCodeLength,
    description: 'A year, a month, a day, or an RFC 3339 date and time with its offset.',
    examples: ['2020', '2020-12', '2020-12-01', '2020-12-01T12:00:00Z'],
  });
