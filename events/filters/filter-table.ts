import { storiesOf } from './stories-of.ts';

/**
 * An event as filters read it: as `parseEvent` returns it, or the description of a story, with its actors and places
 * identified.
 */
export interface FilteredEvent {
  readonly type: string;
  readonly subject: string;
  readonly data: {
    readonly stories?: readonly string[] | undefined;
    readonly status?: string | undefined;
    readonly topics?: readonly string[] | undefined;
  };
  /** The stories that list it no more, though it names them. */
  readonly unlisted: readonly string[];
  /** The strongest identifiers of its actors. */
  readonly actors: readonly string[];
  /** The strongest identifiers of its places. */
  readonly places: readonly string[];
}

/** The parts of a revision, besides its event, that filters read. */
export interface FilteredRevision {
  readonly newsroom: string;
  readonly unlisted?: readonly string[] | undefined;
}

/** The kinds of values that filters compare; `filter-values.ts` has a schema for each. */
export type FilterValue = 'story' | 'eventType' | 'identifier' | 'topic' | 'status' | 'newsroom';

interface Definition {
  /** The parameter of a query, which takes one value or several, separated by commas. */
  readonly parameter: string;
  readonly value: FilterValue;
  readonly description: string;
  readonly examples?: readonly string[];
  /** The description of the list in the filter of an endpoint. Without it, endpoints do not have the filter. */
  readonly listDescription?: string;
  /**
   * The attribute of stored cards: a letter that no other has, also none of `card-items.ts`. Each copy of a card pays
   * for it.
   */
  readonly attribute: string;
  /**
   * How many values a card has: `one`, `some` (at least one) or `any` number, none of them if it lacks the attribute. A
   * new filter has `any`: cards that are already stored lack its attribute.
   */
  readonly count: 'one' | 'some' | 'any';
}

/**
 * A filter with a timeline for each of its values. Its values are in the event: they are counted before there is a
 * revision.
 */
interface FacetDefinition extends Definition {
  /** The prefix of the keys of its facets. */
  readonly facet: string;
  valuesOf(event: FilteredEvent): readonly string[];
}

/** A filter that is compared with each card. */
interface AttributeDefinition extends Definition {
  readonly facet?: never;
  valuesOf(event: FilteredEvent, revision: FilteredRevision): readonly string[];
}

export type FilterDefinition = FacetDefinition | AttributeDefinition;

/**
 * All filters, by the name of their list in `Filter`: data only. From it derive the parameters of routes and their
 * schemas, the filter of endpoints, the keys of facets, what cards store, and how a revision is compared with a filter.
 */
export const filterTable = {
  stories: {
    parameter: 'story',
    value: 'story',
    description: 'The slug of a story. Events that list it in `stories` match too.',
    examples: ['karabakh-2020'],
    listDescription: 'Slugs of stories.',
    facet: 'S#',
    attribute: 's',
    count: 'some',
    valuesOf: (event) => storiesOf(event).filter((story) => !event.unlisted.includes(story)),
  },
  types: {
    parameter: 'type',
    value: 'eventType',
    description: 'A type of event.',
    examples: ['district.ceded'],
    listDescription: 'Types of events.',
    facet: 'T#',
    attribute: 't',
    count: 'one',
    valuesOf: ({ type }) => [type],
  },
  places: {
    parameter: 'place',
    value: 'identifier',
    description:
      'A place, by its strongest identifier: its ISO 3166-2 code, else its ISO 3166 code, else its Wikidata id, else the slug of its name. The name of a country or a subdivision finds its code too.',
    examples: ['AZ-LAC'],
    listDescription: 'The strongest identifiers of places, or names of countries and subdivisions.',
    facet: 'P#',
    attribute: 'p',
    count: 'any',
    valuesOf: ({ places }) => places,
  },
  actors: {
    parameter: 'actor',
    value: 'identifier',
    description:
      'An actor, by its strongest identifier: its ISO 3166 code, else its Wikidata id, else the slug of its name. The name of a country finds its code too.',
    examples: ['RU'],
    listDescription: 'The strongest identifiers of actors, or names of countries.',
    facet: 'A#',
    attribute: 'a',
    count: 'any',
    valuesOf: ({ actors }) => actors,
  },
  topics: {
    parameter: 'topic',
    value: 'topic',
    description: 'A media topic of the IPTC.',
    examples: ['medtop:20000641'],
    attribute: 'm',
    count: 'any',
    valuesOf: ({ data }) => [...new Set(data.topics)],
  },
  statuses: {
    parameter: 'status',
    value: 'status',
    description: 'The status that the newsroom gave the event.',
    listDescription: 'The statuses that newsrooms gave the events.',
    attribute: 'u',
    count: 'one',
    // The description of a story has no status.
    valuesOf: ({ data }) => [data.status ?? ''],
  },
  newsrooms: {
    parameter: 'newsroom',
    value: 'newsroom',
    description: 'The newsroom that wrote the event.',
    examples: ['afp'],
    listDescription: 'The newsrooms that wrote the events.',
    attribute: 'w',
    count: 'any',
    valuesOf: (_, { newsroom }) => [newsroom],
  },
} as const satisfies Record<string, FilterDefinition>;

type Table = typeof filterTable;

/** The name of a filter's list. */
export type FilterList = keyof Table;

/** The lists of the filters that have facets. */
export type FacetList = { [List in FilterList]: Table[List] extends FacetDefinition ? List : never }[FilterList];

/** The lists that the filter of an endpoint has. */
export type EndpointList = {
  [List in FilterList]: Table[List] extends { listDescription: string } ? List : never;
}[FilterList];

export type FilterParameter = Table[FilterList]['parameter'];

/** The values of a revision, by filter. */
export type FilterValues = { readonly [List in FilterList]: readonly string[] };

/** The names of all lists. */
export const filterLists = Object.keys(filterTable) as FilterList[];

/** The names of the lists whose filters have facets. */
export const facetLists = filterLists.filter((list): list is FacetList => 'facet' in filterTable[list]);

/** The parameters of queries, in the order of the table. */
export const filterParameters: readonly FilterParameter[] = filterLists.map((list) => filterTable[list].parameter);

/** The filters of the timeline of a story: all but that of stories. */
export type StoryFilterParameter = Exclude<FilterParameter, 'story'>;

export const storyFilterParameters: readonly StoryFilterParameter[] = filterParameters.filter(
  (parameter) => parameter !== 'story',
);

/** An object with a member for each list. */
export const byList = <Value>(memberOf: (list: FilterList) => Value): { [List in FilterList]: Value } =>
  Object.fromEntries(filterLists.map((list) => [list, memberOf(list)])) as { [List in FilterList]: Value };
