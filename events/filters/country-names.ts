import { slugOf } from '../catalogue/fields/identifiers.ts';

/** The languages of the names. */
const languages = ['en', 'fr'];

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** The codes of countries, without those that Unicode has replaced by another. */
const codes = (): string[] =>
  [...letters]
    .flatMap((first) => [...letters].map((second) => first + second))
    .filter((code) => new Intl.Locale(`und-${code}`).region === code);

/** The codes of ISO 3166 by the slug of their names, as Unicode has them (CLDR). */
function findCodes(): ReadonlyMap<string, string> {
  const all = codes();
  return new Map(
    languages.flatMap((language) => {
      const names = new Intl.DisplayNames(language, { type: 'region', fallback: 'none' });
      return all.flatMap((code): [string, string][] => {
        const name = names.of(code);
        return name === undefined ? [] : [[slugOf(name), code]];
      });
    }),
  );
}

/** Found with the first name that is asked for: that takes some 25 ms, which few functions need to start. */
let codesByName: ReadonlyMap<string, string> | undefined;

/** The identifiers that a query asks for by one: that of a country's name also by its code. */
export function identifiersFor(identifier: string): string[] {
  // A code is in upper case, and the slug of a name in lower case.
  if (/^[A-Z]/.test(identifier)) return [identifier];
  codesByName ??= findCodes();
  const code = codesByName.get(identifier);
  return code === undefined ? [identifier] : [identifier, code];
}
