import { certaintyOf } from '../dates/certainty.ts';
import type { Range } from '../dates/range.ts';
import { extentOf } from '../dates/when.ts';
import { facetKey } from '../filters/facet-keys.ts';
import { filterValuesOf } from '../filters/facets.ts';
import {
  type FacetList,
  type FilterList,
  type FilterValues,
  facetLists,
  filterLists,
  filterTable,
} from '../filters/filter-table.ts';
import type { PublishedRevision } from '../revision.ts';
import { storyType } from '../story.ts';

/** A filter of a reader or of an endpoint. An event matches if it has one of the values of each list, and lies in the range. */
export type Filter = { readonly [List in FilterList]?: readonly string[] } & {
  /** When the event happened. A range without bounds does not filter; descriptions of stories then match too. */
  readonly range?: Range;
};

/** The parts of a revision that a filter compares. */
export type Filtered = Pick<PublishedRevision, 'event' | 'newsroom' | 'extent'>;

const hasBounds = (range: Range | undefined): range is Range =>
  range !== undefined && (range.from !== null || range.to !== null);

const isFixed = (list: FilterList) => 'isFixed' in filterTable[list];

/** Whether a filter matches these values, whatever its range. */
export function matchesValues(filter: Filter, values: FilterValues): boolean {
  return filterLists.every((list) => filter[list]?.some((value) => values[list].includes(value)) ?? true);
}

/**
 * Whether a filter matches an event as of one revision; for a retraction, the event as it was before. The description of a story
 * has no values but its story.
 *
 * Endpoints that received an earlier revision receive every later one, so call this for each revision.
 */
export function matches(filter: Filter, { event, newsroom, extent }: Filtered): boolean {
  if (!matchesValues(filter, filterValuesOf(event, { newsroom }))) return false;
  if (!hasBounds(filter.range)) return true;
  return event.type !== storyType && certaintyOf(extent ?? extentOf(event.data.when), filter.range) !== null;
}

/**
 * Whether a filter matches an event as of any of its revisions, by the keys of all their facets; null if the keys do not decide it,
 * and each revision must be compared. The keys are of several revisions, and perhaps no single revision had all of them.
 *
 * @param keys the facet keys of all revisions to compare, as `facetKeysOf` returns them
 */
export function verdictOfFacetKeys(filter: Filter, keys: readonly string[]): boolean | null {
  const usedLists = filterLists.filter((list) => filter[list] !== undefined);
  const inKeys = usedLists.filter((list): list is FacetList => facetLists.some((facet) => facet === list));
  if (!inKeys.every((list) => filter[list]?.some((value) => keys.includes(facetKey(list, value))))) return false;
  // Values that cannot be corrected are the same in all revisions. With at most one other list, one revision matches both.
  const correctable = inKeys.filter((list) => !isFixed(list));
  const isDecided = inKeys.length === usedLists.length && !hasBounds(filter.range);
  return isDecided && correctable.length <= 1 ? true : null;
}
