import * as z from 'zod';

function isWellFormed(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

/** The language that a text is written in: BCP 47. */
export const languageSchema = z
  .string()
  .refine(isWellFormed, { error: 'Must be a language tag of BCP 47, such as en or az-Latn.' })
  .meta({
    description: 'The language of the text (BCP 47). Default: en.',
    examples: ['en', 'az-Latn'],
  });
