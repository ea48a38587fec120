import english from 'i18n-iso-countries/langs/en.json' with { type: 'json' };
import french from 'i18n-iso-countries/langs/fr.json' with { type: 'json' };
import { codesByName, type NamedCode } from './codes-by-name.ts';

/** The languages of the names. */
const languages = ['en', 'fr'];

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** The codes of countries, without those that Unicode has replaced by another. */
const codes = (): string[] =>
  [...letters]
    .flatMap((first) => [...letters].map((second) => first + second))
    .filter((code) => new Intl.Locale(`und-${code}`).region === code);

/** The names as Unicode has them (CLDR). */
function unicodeNames(): NamedCode[] {
  const all = codes();
  return languages.flatMap((language) => {
    const names = new Intl.DisplayNames(language, { type: 'region', fallback: 'none' });
    return all.flatMap((code): NamedCode[] => {
      const name = names.of(code);
      return name === undefined ? [] : [[name, code]];
    });
  });
}

/** Names that are also in use, such as Turkey and Ivory Coast. */
const furtherNames = (): NamedCode[] =>
  [english, french].flatMap(({ countries }) =>
    Object.entries(countries).flatMap(([code, names]) => [names].flat().map((name): NamedCode => [name, code])),
  );

/** Words that the names of countries have or lack. */
const kindWords = ['of', 'republic', 'the'];

/** The codes of ISO 3166-1 by the names of countries in English and French. This module takes some 30 ms to load. */
export const countryCodes = codesByName([...unicodeNames(), ...furtherNames()], kindWords);
