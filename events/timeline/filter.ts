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

/** What a reader or a subscriber asks for: one of the values of each list that there is, and the range. */
export type Filter = { readonly [List in FilterList]?: readonly string[] } & {
  /** When it happened. Without bounds it is no range, and the description of a story is found too. */
  readonly range?: Range;
};

/** What a filter looks at, of a revision. */
export type Filtered = Pick<PublishedRevision, 'event' | 'newsroom' | 'extent'>;

const hasBounds = (range: Range | undefined): range is Range =>
  range !== undefined && (range.from !== null || range.to !== null);

const isFixed = (list: FilterList) => 'isFixed' in filterTable[list];

/** Whether a filter takes what has these values, whenever it happened. */
export function matchesValues(filter: Filter, values: FilterValues): boolean {
  return filterLists.every((list) => filter[list]?.some((value) => values[list].includes(value)) ?? true);
}

/**
 * Whether a filter takes an event as one revision has it; of a retraction, as the event stood. The description of a story has
 * a story and nothing else to be found by.
 *
 * Who was meant by an earlier revision is meant by every later one: ask for each of them.
 */
export function matches(filter: Filter, { event, newsroom, extent }: Filtered): boolean {
  if (!matchesValues(filter, filterValuesOf(event, { newsroom }))) return false;
  if (!hasBounds(filter.range)) return true;
  return event.type !== storyType && certaintyOf(extent ?? extentOf(event.data.when), filter.range) !== null;
}

/**
 * Whether a filter takes an event as any of its revisions has it, as far as the keys of all their facets alone can tell; null
 * if only a look at each revision can. Facets of different revisions are in them, which together no revision may have had.
 *
 * @param keys of all revisions that count, as `facetKeysOf` makes them
 */
export function verdictOfFacetKeys(filter: Filter, keys: readonly string[]): boolean | null {
  const asked = filterLists.filter((list) => filter[list] !== undefined);
  const inKeys = asked.filter((list): list is FacetList => facetLists.some((facet) => facet === list));
  if (!inKeys.every((list) => filter[list]?.some((value) => keys.includes(facetKey(list, value))))) return false;
  // What cannot be corrected is the same in all revisions: what else one of them has, it has together with that.
  const correctable = inKeys.filter((list) => !isFixed(list));
  const isDecided = inKeys.length === asked.length && !hasBounds(filter.range);
  return isDecided && correctable.length <= 1 ? true : null;
}
