import { certaintyOf } from '../dates/certainty.ts';
import { hasBounds, type Range } from '../dates/range.ts';
import { type EventValues, lastingLists } from '../event-values.ts';
import { type FilterList, type FilterValues, filterLists, filterTable } from '../filters/filter-table.ts';
import { identifierOfText } from '../filters/identifier.ts';

/** The values of a filter, by list. */
export type FilterLists = { readonly [List in FilterList]?: readonly string[] };

/** A filter of a reader or of an endpoint. An event matches if it has one of the values of each list, and lies in the range. */
export type Filter = FilterLists & {
  /** When the event happened. A range without bounds does not filter; descriptions of stories then match too. */
  readonly range?: Range;
};

/** The filter for some values as they were sent: events are found by the identifiers of actors and places. */
export function filterOfValues(lists: FilterLists): FilterLists {
  return Object.fromEntries(
    filterLists.flatMap((list) => {
      const values = lists[list];
      if (values === undefined) return [];
      const isIdentified = filterTable[list].value === 'identifier';
      return [[list, isIdentified ? values.map(identifierOfText) : values]];
    }),
  );
}

/** Whether a filter matches these values, whatever its range. */
export function matchesValues(filter: Filter, values: FilterValues): boolean {
  return filterLists.every((list) => filter[list]?.some((value) => values[list].includes(value)) ?? true);
}

/**
 * Whether a filter matches an event with these values, of one of its revisions or of several together: each list of the filter has one
 * of them, and one of the dates is in the range. A filter that matches one revision also matches several together. Where values were
 * taken down, only stories and newsrooms decide.
 */
export function matches({ range, ...lists }: Filter, values: EventValues): boolean {
  if (values.removed) return lastingLists.every((list) => matchesValues({ [list]: lists[list] }, values));
  return (
    matchesValues(lists, values) &&
    (!range || !hasBounds(range) || values.spans.some((span) => certaintyOf(span, range) !== null))
  );
}
