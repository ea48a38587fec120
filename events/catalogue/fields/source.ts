import * as z from 'zod';
import { momentSchema } from './moment.ts';
import { textOf } from './text.ts';

const maximumPublisherLength = 200;
const maximumTitleLength = 1000;

// URL.parse alone takes what no browser shows as a link: blanks around it, `http:host`, back slashes.
const webAddress = /^https?:\/\/[^\s\p{Cc}\\]+$/iu;

function isWebAddress(address: string): boolean {
  const url = webAddress.test(address) ? URL.parse(address) : null;
  return url !== null && url.username === '' && url.password === '';
}

/** Who published it, and where to read it. */
export const sourceSchema = z
  .strictObject({
    url: z
      .string()
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
