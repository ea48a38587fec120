import * as z from 'zod';
import { maximumNameLength, maximumSlugBytes } from '../../input/limits.ts';
import { slugOf } from './slug.ts';
import { textOf } from './text.ts';

/** A name whose slug can be a facet if there is no code. */
export const nameSchema = textOf(maximumNameLength)
  .refine((name) => slugOf(name) !== '', {
    error: 'Must hold a letter or a digit: filters find it by them.',
    abort: true,
  })
  .refine((name) => Buffer.byteLength(slugOf(name)) <= maximumSlugBytes, {
    error: `Must have at most ${maximumSlugBytes} bytes of UTF-8 in its letters and digits.`,
  })
  .describe('What it is called. Holds a letter or a digit: without a code, filters go by its slug.');

/** A country: ISO 3166-1 alpha-2. */
export const iso3166Schema = z
  .string()
  .regex(/^[A-Z]{2}$/, 'Must be a country code of ISO 3166-1, such as AZ.')
  .meta({ description: 'A country: ISO 3166-1 alpha-2.', examples: ['AZ'] });

/** A part of a country: ISO 3166-2. */
export const iso3166Part2Schema = z
  .string()
  .regex(/^[A-Z]{2}-[A-Z0-9]{1,3}$/, 'Must be the code of a part of a country by ISO 3166-2, such as AZ-LAC.')
  .meta({ description: 'A part of a country: ISO 3166-2.', examples: ['AZ-LAC'] });

/** An item of Wikidata. */
export const qidSchema = z
  .string()
  .regex(/^Q[1-9]\d{0,18}$/, 'Must be the id of a Wikidata item, such as Q227.')
  .meta({ description: 'An item of Wikidata.', examples: ['Q227'] });
