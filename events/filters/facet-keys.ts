import { type FacetList, facetLists, filterTable } from './filter-table.ts';

/** Values by kind of facet. */
export type FacetValues = { readonly [list in FacetList]?: readonly string[] };

/** The key of the facet of everything. */
export const everythingFacet = 'ALL';

/** The key of one facet. @example facetKey('places', 'AZ-LAC') // 'P#AZ-LAC' */
export const facetKey = (list: FacetList, value: string): string => filterTable[list].facet + value;

/** How the keys of a kind of facet begin. */
export const facetPrefix = (list: FacetList): string => filterTable[list].facet;

/** The key of a story's facet. */
export const storyFacet = (story: string): string => facetKey('stories', story);

/** Whether a facet is that of a story. */
export const isStoryFacet = (facet: string): boolean => facet.startsWith(facetPrefix('stories'));

/**
 * Whether a facet tells how many events were taken down: that of everything, and that of a story. In others the number
 * would be a name.
 */
export const tellsTakedowns = (facet: string): boolean => facet === everythingFacet || isStoryFacet(facet);

/** The story in a key that `storyFacet` made. */
export const storyOfFacet = (key: string): string => key.slice(filterTable.stories.facet.length);

/**
 * The keys of the facets of some values, in the order of the kinds.
 *
 * @example facetKeys({ stories: ['karabakh-2020'], actors: ['AM', 'AZ'] }) // ['S#karabakh-2020', 'A#AM', 'A#AZ']
 */
export const facetKeys = (values: FacetValues): string[] =>
  facetLists.flatMap((list) => (values[list] ?? []).map((value) => facetKey(list, value)));
