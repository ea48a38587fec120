import * as z from 'zod';
import { maximumEventIdentifierLength, maximumNameLength, maximumSlugBytes } from '../../input/limits.ts';
import { once } from '../../input/once.ts';
import { textOf } from './text.ts';

const separators = /[^\p{L}\p{M}\p{N}]+/u;
const letterOrDigit = /[\p{L}\p{N}]/u;

/** Lower case and NFC make of one code unit at most six bytes of UTF-8, as of U+0958; a test tries all. */
const largestSlugBytesOfUnit = 6;

/**
 * The slug of a name for filters and facets: its letters (with their marks) and digits in lower case, with `-` between
 * words. It is empty if the name has no letters and digits.
 *
 * @example slugOf('Crisis Group') // 'crisis-group'
 */
export function slugOf(name: string): string {
  const slug = name.toLowerCase().normalize('NFC').split(separators).filter(Boolean).join('-');
  return letterOrDigit.test(slug) ? slug : '';
}

/** The slug that names a story. */
export const storySlugSchema = once(() =>
  z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9-]{0,79}$/,
      'Must be the slug of a story: 1 to 80 lower-case letters of ASCII, digits and hyphens, no hyphen first.',
    )
    .meta({ description: 'The slug that names a story.', examples: ['karabakh-2020'] }),
);

/** The form of a newsroom's name, which is part of the ids of its keys and of the source of its events. */
export const newsroomPattern = /^[a-z0-9][a-z0-9-]{0,39}$/;

/** The name of a newsroom. */
export const newsroomSchema = once(() =>
  z
    .string()
    .regex(
      newsroomPattern,
      'Must be the name of a newsroom: 1 to 40 lower-case letters of ASCII, digits and hyphens, no hyphen first.',
    )
    .meta({ description: 'The name of a newsroom.', examples: ['afp'] }),
);

/**
 * Control characters are listed by their numbers, since tools disagree on Unicode classes (JSON Schema 2020-12, 6.4).
 */
const portablePattern = '^[^\\u0000-\\u001f\\u007f-\\u009f]*$';

/** The id that a newsroom's tool gives an event. */
export const eventIdentifierSchema = once(() =>
  z
    .string()
    .regex(
      new RegExp(`^\\P{Cc}{1,${maximumEventIdentifierLength}}$`, 'u'),
      `Must have 1 to ${maximumEventIdentifierLength} characters, none of them a control character.`,
    )
    .meta({ minLength: 1, maxLength: maximumEventIdentifierLength, pattern: portablePattern }),
);

/** Whether the slug of a name is short enough. That of a short name always is, so it is not computed. */
const hasShortSlug = (name: string): boolean =>
  name.length * largestSlugBytesOfUnit <= maximumSlugBytes || Buffer.byteLength(slugOf(name)) <= maximumSlugBytes;

/** A name whose slug can be a facet if there is no code. */
export const nameSchema = once(() =>
  textOf(maximumNameLength)
    .refine((name) => letterOrDigit.test(name), {
      error: 'Must hold a letter or a digit: filters find it by them.',
      abort: true,
    })
    .refine(hasShortSlug, {
      error: `Must have at most ${maximumSlugBytes} bytes of UTF-8 in its letters and digits.`,
    })
    .describe('What it is called. Holds a letter or a digit: without a code, filters go by its slug.'),
);

/** A country: ISO 3166-1 alpha-2. */
export const iso3166Schema = once(() =>
  z
    .string()
    .regex(/^[A-Z]{2}$/, 'Must be a country code of ISO 3166-1, such as AZ.')
    .meta({ description: 'A country: ISO 3166-1 alpha-2.', examples: ['AZ'] }),
);

/** A part of a country: ISO 3166-2. */
export const iso3166Part2Schema = once(() =>
  z
    .string()
    .regex(/^[A-Z]{2}-[A-Z0-9]{1,3}$/, 'Must be the code of a part of a country by ISO 3166-2, such as AZ-LAC.')
    .meta({ description: 'A part of a country: ISO 3166-2.', examples: ['AZ-LAC'] }),
);

/** An item of Wikidata. */
export const qidSchema = once(() =>
  z
    .string()
    .regex(/^Q[1-9]\d{0,18}$/, 'Must be the id of a Wikidata item, such as Q227.')
    .meta({ description: 'An item of Wikidata.', examples: ['Q227'] }),
);
