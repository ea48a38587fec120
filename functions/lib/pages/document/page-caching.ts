import { liveCaching } from '../../http/caching.ts';
import type { Language } from '../../words/languages.ts';

/**
 * The headers of a page that a response 304 has too.
 *
 * @param named the language that the query names
 */
export const pageCaching = (language: Language, named: string | undefined): Record<string, string> => ({
  ...liveCaching,
  'content-language': language,
  ...(named === undefined && { vary: 'Accept-Language' }),
});
