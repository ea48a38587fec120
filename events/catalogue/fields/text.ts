import * as z from 'zod';
import { maximumCodeLength } from '../../input/limits.ts';
import { once } from '../../input/once.ts';

/** Any character but separators, control characters and format characters, such as a zero-width space. */
const visible = /[^\p{Z}\p{Cc}\p{Cf}]/u;

/** An approximation for the reference, since tools disagree on Unicode classes (JSON Schema 2020-12, 6.4). */
const portablePattern = '\\S';

/** A character has at most two code units, so that a long text is not counted. */
function hasAtMost(maximumLength: number, text: string): boolean {
  if (text.length <= maximumLength) return true;
  return text.length <= 2 * maximumLength && [...text].length <= maximumLength;
}

/**
 * Text of at most `maximumLength` characters (code points), which may be blank. It is stored as sent. Its length is
 * checked before anything else: what checks it further takes time in proportion to it, or worse.
 */
export function anyTextOf(maximumLength: number) {
  return z
    .string()
    .refine((text) => hasAtMost(maximumLength, text), {
      error: `Must have at most ${maximumLength} characters.`,
      abort: true,
    })
    .meta({ maxLength: maximumLength });
}

/** Text of at most `maximumLength` characters (code points) that is not blank. It is stored as sent. */
export function textOf(maximumLength: number) {
  return anyTextOf(maximumLength)
    .refine((text) => visible.test(text), { error: 'Must not be blank.', abort: true })
    .meta({ minLength: 1, maxLength: maximumLength, pattern: portablePattern });
}

function isWellFormed(tag: string): boolean {
  if (tag.length > maximumCodeLength) return false;
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

/** The language that a text is written in: BCP 47. */
export const languageSchema = once(() =>
  z
    .string()
    .refine(isWellFormed, { error: 'Must be a language tag of BCP 47, such as en or az-Latn.' })
    .meta({
      maxLength: maximumCodeLength,
      description: 'The language of the text (BCP 47). Default: en.',
      examples: ['en', 'az-Latn'],
    }),
);
