import * as z from 'zod';
import { languages } from '../../words/languages.ts';

/** The parameter of all pages that chooses a language. */
export const languageParameter = z
  .enum(languages, `Must be one of ${languages.join(', ')}.`)
  .optional()
  .describe(
    'The language of the words of the page, and of headlines and summaries that have a translation. Default: the language that the header `Accept-Language` prefers, else that of the story, else `en`.',
  );
