import * as z from 'zod';
import { maximumUrlLength } from '../../input/limits.ts';
import { textOf } from './text.ts';
import { momentSchema } from './times.ts';

const maximumPublisherLength = 200;
const maximumTitleLength = 1000;

// URL.parse alone accepts addresses that are not valid URLs: blanks around them, `http:host`, backslashes.
const webAddress = /^https?:\/\/[^\s\p{Cc}\\]+$/iu;

function isWebAddress(address: string): boolean {
  const url = webAddress.test(address) ? URL.parse(address) : null;
  return url !== null && url.username === '' && url.password === '';
}

/** The publisher of a report of an event, and its address. */
export const sourceSchema = z
  .strictObject({
    url: z
      .string()
      .max(maximumUrlLength, { error: `Must have at most ${maximumUrlLength} characters.`, abort: true })
      .refine(isWebAddress, { error: 'Must be an http or https URL, without user name and password.' })
      .meta({
        description: 'An http or https URL without user name and password.',
        format: 'uri',
        pattern: '^[hH][tT][tT][pP][sS]?://',
      }),
    publisher: textOf(maximumPublisherLength),
    title: textOf(maximumTitleLength).optional(),
    publishedAt: momentSchema.optional(),
  })
  .describe('Who published a report of the event, and where to read it.');
