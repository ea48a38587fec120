import { overlapOf } from '../dates/overlap.ts';
import type { Range } from '../dates/range.ts';
import { extentOf } from '../dates/when.ts';
import type { PublishedRevision } from '../revision.ts';
import { storyType } from '../story.ts';
import { type FacetValues, facetKey, facetLists } from './facet-keys.ts';
import { type Facets, facetsOf } from './facets.ts';

/** What a reader or a subscriber asks for: one of the values of each list that there is, and the range. */
export interface Filter extends FacetValues {
  readonly topics?: readonly string[];
  readonly statuses?: readonly string[];
  /** When it happened. Without bounds it is no range, and the description of a story is found too. */
  readonly range?: Range;
}

/** What a filter looks at, of a revision. */
export type Filtered = Pick<PublishedRevision, 'event' | 'extent'>;

const isOneOf = (wanted: readonly string[] | undefined, values: readonly string[]) =>
  wanted === undefined || wanted.some((value) => values.includes(value));

const hasBounds = (range: Range | undefined): range is Range =>
  range !== undefined && (range.from !== null || range.to !== null);

/** Whether a filter takes what has these facets, whenever it happened. */
export function matchesFacets(filter: Filter, facets: Facets): boolean {
  return (
    isOneOf(filter.stories, facets.stories) &&
    isOneOf(filter.types, [facets.type]) &&
    isOneOf(filter.places, facets.places) &&
    isOneOf(filter.actors, facets.actors) &&
    isOneOf(filter.topics, facets.topics) &&
    isOneOf(filter.statuses, [facets.status])
  );
}

/**
 * Whether a filter takes an event as one revision has it; of a retraction, as the event stood. The description of a story has
 * a story and nothing else to be found by.
 *
 * Who was meant by an earlier revision is meant by every later one: ask for each of them.
 */
export function matches(filter: Filter, { event, extent }: Filtered): boolean {
  if (!matchesFacets(filter, facetsOf(event))) return false;
  if (!hasBounds(filter.range)) return true;
  return event.type !== storyType && overlapOf(extent ?? extentOf(event.data.when), filter.range) !== null;
}

/**
 * Whether a filter takes an event as any of its revisions has it, as far as the keys of all their facets alone can tell; null
 * if only a look at each revision can. Facets of different revisions are in them, which together no revision may have had.
 *
 * @param keys of all revisions that count, as `facetKeysOf` makes them
 */
export function verdictOfFacetKeys(filter: Filter, keys: readonly string[]): boolean | null {
  const asked = facetLists.filter((list) => filter[list] !== undefined);
  if (!asked.every((list) => filter[list]?.some((value) => keys.includes(facetKey(list, value))))) return false;
  // The type of an event cannot be corrected: what else one revision has, it has together with the type.
  const correctable = asked.filter((list) => list !== 'types');
  const isTold = filter.topics === undefined && filter.statuses === undefined && !hasBounds(filter.range);
  return isTold && correctable.length <= 1 ? true : null;
}
