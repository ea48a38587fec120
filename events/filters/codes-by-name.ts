import { wordsIn } from './words.ts';

/** A name, and the code of what it names. */
export type NamedCode = readonly [name: string, code: string];

/** The codes that a name may mean; none if it is not known. */
export type CodesByName = (name: string) => readonly string[];

const keyOf = (words: readonly string[]) => words.join('-');

/** In Latin script, an h tells how the letter before it is spoken, and is often left out: Aghdam is Agdam. */
const silentH = /(?<=[b-df-gj-np-tv-z])h/g;

/**
 * A search of codes by their names: without regard to letter case and diacritics and, only where that finds nothing, by
 * spellings that are common. A name finds all codes that have it.
 *
 * @param kindWords words in lower case that names have or lack
 * @example codesByName([['Ağdam', 'AZ-AGM']], ['district'])('Aghdam District') // ['AZ-AGM']
 */
export function codesByName(named: Iterable<NamedCode>, kindWords: readonly string[]): CodesByName {
  const looseKeyOf = (words: readonly string[]) => {
    const own = words.filter((word) => !kindWords.includes(word));
    return keyOf(own.length > 0 ? own : words).replaceAll(silentH, '');
  };
  const exact = new Map<string, Set<string>>();
  const loose = new Map<string, Set<string>>();
  const add = (codes: Map<string, Set<string>>, key: string, code: string) => {
    const known = codes.get(key);
    if (known) known.add(code);
    else codes.set(key, new Set([code]));
  };
  for (const [name, code] of named) {
    const words = wordsIn(name);
    add(exact, keyOf(words), code);
    add(loose, looseKeyOf(words), code);
  }
  return (name) => {
    const words = wordsIn(name);
    return [...(exact.get(keyOf(words)) ?? loose.get(looseKeyOf(words)) ?? [])];
  };
}
