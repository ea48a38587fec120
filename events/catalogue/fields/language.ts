import * as z from 'zod';
import { maximumCodeLength } from '../../input/limits.ts';

function isWellFormed(tag: string): boolean {
  if (tag.length > maximumCodeLength) return false;
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
    maxLength: maximumCodeLength,
    description: 'The language of the text (BCP 47). Default: en.',
    examples: ['en', 'az-Latn'],
  });
