import { slugOf } from '../catalogue/fields/identifiers.ts';

/**
 * The form of a code by which events identify actors and places, in any letter case: ISO 3166, ISO 3166-2, Wikidata.
 */
const codeForm = /^(?:[a-z]{2}(?:-[a-z0-9]{1,3})?|q[1-9]\d{0,18})$/i;

/**
 * The identifier that a name or a code is found by, whatever its letter case and Unicode form: a code in upper case,
 * else the slug of the name. A name that has the form of a code, such as EU, is found like the code. It is empty if the
 * text has no letters and digits.
 *
 * @example identifierOfText('az-lac') // 'AZ-LAC'
 * @example identifierOfText('Crisis Group') // 'crisis-group'
 */
export function identifierOfText(text: string): string {
  const plain = text.normalize('NFKC').trim();
  return codeForm.test(plain) ? plain.toUpperCase() : slugOf(text);
}
