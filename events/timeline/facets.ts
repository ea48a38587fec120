import type { Actor } from '../catalogue/fields/actor.ts';
import type { Place } from '../catalogue/fields/place.ts';
import { slugOf } from '../catalogue/fields/slug.ts';
import { eventTypeOf } from '../catalogue/index.ts';
import { everythingFacet, facetKeys } from './facet-keys.ts';

/** What facets are derived from: an event as `parseEvent` takes it, or the description of a story. */
export interface FacetSource {
  readonly type: string;
  readonly subject: string;
  readonly data: {
    readonly stories?: readonly string[] | undefined;
    readonly status?: string | undefined;
    readonly topics?: readonly string[] | undefined;
  };
}

/** What an event can be found by, each actor and place under its strongest identifier. */
export interface Facets {
  readonly stories: readonly string[];
  readonly type: string;
  readonly status: string;
  readonly actors: readonly string[];
  readonly places: readonly string[];
  readonly topics: readonly string[];
}

const identifierOf = ({ iso3166_2, iso3166, qid, name }: Partial<Place> & (Actor | Place)) =>
  iso3166_2 ?? iso3166 ?? qid ?? slugOf(name);

/** The identifiers of those whom the fields name, one or a list in each, without repetition. */
function identifiersIn(data: object, fields: readonly string[]): string[] {
  const members = new Map<string, Actor | Place | (Actor | Place)[] | undefined>(Object.entries(data));
  return [...new Set(fields.flatMap((field) => members.get(field) ?? []).map(identifierOf))];
}

/**
 * What an event can be found by. The event is one that `parseEvent` took, or the description of a story, which has
 * neither status nor actors nor places.
 */
export function facetsOf(event: FacetSource): Facets {
  const { type, subject, data } = event;
  const { actors = [], places = [] } = eventTypeOf(type) ?? {};
  return {
    stories: [...new Set([subject, ...(data.stories ?? [])])],
    type,
    status: data.status ?? '',
    actors: identifiersIn(data, ['actors', ...actors]),
    places: identifiersIn(data, ['places', ...places]),
    topics: [...new Set(data.topics)],
  };
}

/**
 * The keys of the timelines that an event stands in.
 *
 * @example ['ALL', 'S#karabakh-2020', 'T#district.ceded', 'P#AZ-LAC', 'A#AM', 'A#AZ']
 */
export function facetKeysOf(event: FacetSource): string[] {
  const { stories, type, places, actors } = facetsOf(event);
  return [everythingFacet, ...facetKeys({ stories, types: [type], places, actors })];
}
