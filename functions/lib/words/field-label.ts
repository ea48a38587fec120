import { plainWords } from './plain-words.ts';
import type { Words } from './words.ts';

/** The label that the catalogue has for a field of a type; undefined if it has none. */
export function knownLabel({ fields }: Words, type: string, path: string): string | null | undefined {
  const keys = [`${type}/${path}`, path, path.slice(path.lastIndexOf('.') + 1)];
  return fields[keys.find((key) => Object.hasOwn(fields, key)) ?? ''];
}

/**
 * The label of a field within a sentence: that of the catalogue, else its name in plain words. Null if the field is for
 * programs only.
 *
 * @param path the names of the fields down to it, with dots between
 * @param fallback the name that is used without a label
 */
export function fieldLabel(words: Words, type: string, path: string, fallback: string): string | null {
  const known = knownLabel(words, type, path);
  return known === undefined ? plainWords(fallback) : known;
}
