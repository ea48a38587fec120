import Negotiator from 'negotiator';
import { type Language, languages } from './languages.ts';

const isNamed = (range: string) => !range.trim().startsWith('*');

/**
 * The language that a reader prefers by `Accept-Language` (RFC 9110, 12.5.4); undefined if the header names none that
 * has words. `*` asks for no language. `infra/edge/canonical-request.js` decides in the same way.
 */
export function preferredLanguage(acceptLanguage = ''): Language | undefined {
  const named = acceptLanguage.split(',').filter(isNamed).join();
  const [best] = new Negotiator({ headers: { 'accept-language': named } }).languages([...languages]);
  return languages.find((language) => language === best);
}
