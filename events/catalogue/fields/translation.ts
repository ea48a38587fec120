import * as z from 'zod';
import { maximumListItems } from '../../input/limits.ts';
import { languageSchema } from './text.ts';

/** The texts of an event in other languages, by the tag of the language. */
export const translationsOf = <Texts extends z.ZodRawShape>(texts: Texts) =>
  z
    .record(languageSchema(), z.strictObject(texts).describe('The texts of the event in one other language.'))
    .refine((translations) => Object.keys(translations).length <= maximumListItems, {
      error: `Must have at most ${maximumListItems} languages.`,
    })
    .meta({
      description: 'The headline and the summary in other languages, by language (BCP 47).',
      maxProperties: maximumListItems,
      examples: [{ fr: { headline: 'Une trêve est signée' } }],
    });
