import { type FilterList, filterTable } from './filter-table.ts';
import { identifierOfText } from './identifier.ts';

/** A filter whose values are identifiers of actors or of places. */
export type IdentifiedList = {
  [List in FilterList]: (typeof filterTable)[List]['value'] extends 'identifier' ? List : never;
}[FilterList];

/** Whether the values of a filter are identifiers, which are also found by names. */
export const isIdentified = (list: FilterList): list is IdentifiedList => filterTable[list].value === 'identifier';

/** The code that everybody writes, and ISO 3166 has only reserved, beside the one that it has assigned. */
const spokenCodes: ReadonlyMap<string, string> = new Map([['UK', 'GB']]);

/**
 * The names are loaded with the first that is asked for: few requests need them. A country is an actor or a place; a
 * subdivision, a place.
 */
const codesOfNames: Readonly<Record<IdentifiedList, (name: string) => Promise<readonly string[]>>> = {
  actors: async (name) => (await import('./country-names.ts')).countryCodes(name),
  places: async (name) => [
    ...(await import('./country-names.ts')).countryCodes(name),
    ...(await import('./subdivision-names.ts')).subdivisionCodes(name),
  ],
};

async function codesFor(list: IdentifiedList, identifier: string): Promise<readonly string[]> {
  const spoken = spokenCodes.get(identifier);
  if (spoken !== undefined) return [spoken];
  // A code is in upper case, and the slug of a name in lower case.
  return /^[A-Z]/.test(identifier) ? [] : codesOfNames[list](identifier);
}

/** The codes of all countries and subdivisions that some values of a filter name. A value that is a code names none. */
export async function codesNamedIn(list: IdentifiedList, values: readonly string[]): Promise<string[]> {
  const codes = await Promise.all(values.map((value) => codesFor(list, identifierOfText(value))));
  return [...new Set(codes.flat())];
}

/**
 * The identifiers that a person may mean by some values of a filter: each as it is written in events, and the codes of
 * all countries and subdivisions that have this name. An event matches if it has one of them.
 *
 * @param values codes or names, in any letter case
 * @example await identifiersFor('places', ['Lachin']) // ['lachin', 'AZ-LAC']
 */
export async function identifiersFor(list: IdentifiedList, values: readonly string[]): Promise<string[]> {
  return [...new Set([...values.map(identifierOfText), ...(await codesNamedIn(list, values))])];
}
