import type { Request } from '../../http/request.ts';
import { type Language, languageIn, languages } from '../../words/languages.ts';
import { preferredLanguage } from '../../words/preferred-language.ts';

/**
 * The language of the page that a request asks for: the one that it names, else the one that the reader prefers.
 *
 * @param own the language of what the page is about (BCP 47)
 */
export const pageLanguage = ({ query, headers }: Pick<Request, 'query' | 'headers'>, own: string): Language =>
  languageIn(query.language ?? preferredLanguage(headers['accept-language']) ?? own) ?? languages[0];
