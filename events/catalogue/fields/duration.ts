import * as z from 'zod';

const iso8601Duration =
  /^P(?=.)(\d{1,9}Y)?(\d{1,9}M)?(\d{1,9}W)?(\d{1,9}D)?(T(?=.)(\d{1,9}H)?(\d{1,9}M)?(\d{1,9}S)?)?$/;

/** A duration (ISO 8601). */
export const durationSchema = z
  .string()
  .regex(iso8601Duration, 'Must be a duration of ISO 8601, such as P5Y or P6M.')
  .meta({ description: 'An ISO 8601 duration.', examples: ['P5Y'] });
