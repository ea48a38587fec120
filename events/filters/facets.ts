import type { Actor } from '../catalogue/fields/actor.ts';
import type { Place } from '../catalogue/fields/place.ts';
import { eventTypeOf } from '../catalogue/index.ts';
import { everythingFacet, facetKey } from './facet-keys.ts';
import {
  byList,
  type FilterDefinition,
  type FilteredEvent,
  type FilteredRevision,
  type FilterValues,
  facetLists,
  filterTable,
} from './filter-table.ts';
import { identifierOfText } from './identifier.ts';

/** An event as `parseEvent` returns it, or the description of a story. */
export type FacetSource = Pick<FilteredEvent, 'type' | 'subject' | 'data'>;

const identifierOf = ({ iso3166_2, iso3166, qid, name }: Partial<Place> & (Actor | Place)) =>
  iso3166_2 ?? iso3166 ?? qid ?? identifierOfText(name);

/** The actors or places in some fields, with their places in the event. A field has one of them or a list. */
function placedMembersOf(data: object, fields: readonly string[]): { member: Actor | Place; pointer: string }[] {
  const members = new Map<string, Actor | Place | (Actor | Place)[] | undefined>(Object.entries(data));
  return fields.flatMap((field) => {
    const value = members.get(field);
    if (!Array.isArray(value)) return value ? [{ member: value, pointer: `/data/${field}` }] : [];
    return value.map((member, index) => ({ member, pointer: `/data/${field}/${index}` }));
  });
}

const membersOf = (data: object, fields: readonly string[]): (Actor | Place)[] =>
  placedMembersOf(data, fields).map(({ member }) => member);

/** Their identifiers, without repetition. */
const identifiersIn = (data: object, fields: readonly string[]): string[] => [
  ...new Set(membersOf(data, fields).map(identifierOf)),
];

/** An actor or a place as an event names it. */
export interface Named {
  readonly list: 'actors' | 'places';
  readonly identifier: string;
  readonly name: string;
  /** Where the event names it, as a JSON pointer. */
  readonly pointer: string;
}

/** The actors and places of an event, as it names them. */
export function namedIn({ type, data }: { readonly type: string; readonly data: object }): Named[] {
  const fields = eventTypeOf(type);
  return (['actors', 'places'] as const).flatMap((list) =>
    placedMembersOf(data, [list, ...(fields?.[list] ?? [])]).map(({ member, pointer }) => ({
      list,
      identifier: identifierOf(member),
      name: member.name,
      pointer,
    })),
  );
}

/** An event with the strongest identifiers of its actors and places. The description of a story has none. */
function identified({ type, subject, data }: FacetSource, unlisted: readonly string[] = []): FilteredEvent {
  const { actors = [], places = [] } = eventTypeOf(type) ?? {};
  return {
    type,
    subject,
    data,
    unlisted,
    actors: identifiersIn(data, ['actors', ...actors]),
    places: identifiersIn(data, ['places', ...places]),
  };
}

/** The values of a revision that filters compare, by filter. */
export function filterValuesOf(event: FacetSource, revision: FilteredRevision): FilterValues {
  const read = identified(event, revision.unlisted);
  return byList((list) => (filterTable[list] as FilterDefinition).valuesOf(read, revision));
}

/**
 * The keys of the facets that an event is in.
 *
 * @param unlisted the stories that it names, but that list it no more
 * @example ['ALL', 'S#karabakh-2020', 'T#district.ceded', 'P#AZ-LAC', 'A#AM', 'A#AZ']
 */
export function facetKeysOf(event: FacetSource, unlisted?: readonly string[]): string[] {
  const read = identified(event, unlisted);
  const keys = facetLists.flatMap((list) => filterTable[list].valuesOf(read).map((value) => facetKey(list, value)));
  return [everythingFacet, ...keys];
}
