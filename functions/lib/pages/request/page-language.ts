import type { Request } from '../../http/request.ts';
import { type Language, languageIn, languages } from '../../words/languages.ts';
import { preferredLanguage } from '../../words/preferred-language.ts';

/** The parameter of a query that chooses a language of pages, whatever else the query has. */
export function namedLanguage(rawQuery: string): { readonly language?: Language } {
  const named = new URLSearchParams(rawQuery).get('language');
  const language = languages.find((one) => one === named);
  return language ? { language } : {};
}

/**
 * The language of the page that a request asks for: the one that it names, else the one that the reader prefers.
 *
 * @param own the language of what the page is about (BCP 47)
 */
export const pageLanguage = ({ query, headers }: Pick<Request, 'query' | 'headers'>, own: string): Language =>
  languageIn(query.language ?? preferredLanguage(headers['accept-language']) ?? own) ?? languages[0];
