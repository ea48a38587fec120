import { certaintyOf } from '../dates/certainty.ts';
import { hasBounds, type Range } from '../dates/range.ts';
import { type EventValues, lastingLists } from '../event-values.ts';
import { type FilterList, type FilterValues, filterLists } from '../filters/filter-table.ts';
import { identifierOfText } from '../filters/identifier.ts';
import { identifiersFor, isIdentified } from '../filters/identifiers-for.ts';

/** The values of a filter, by list. */
export type FilterLists = { readonly [List in FilterList]?: readonly string[] };

/**
 * A filter of a reader or of an endpoint. An event matches if it has one of the values of each list, and lies in the
 * range.
 */
export type Filter = FilterLists & {
  /** When the event happened. A range without bounds does not filter; descriptions of stories then match too. */
  readonly range?: Range;
};

/**
 * The filter for some values as they were sent: events are found by the identifiers of actors and places. Names of
 * codes are not looked up.
 */
export function filterOfValues(lists: FilterLists): FilterLists {
  return Object.fromEntries(
    filterLists.flatMap((list) => {
      const values = lists[list];
      if (values === undefined) return [];
      return [[list, isIdentified(list) ? values.map(identifierOfText) : values]];
    }),
  );
}

/**
 * The filter for some values as a person wrote them: an event is also found by the codes of the countries and
 * subdivisions that they name.
 */
export async function filterOfNames(lists: FilterLists): Promise<FilterLists> {
  const given = filterLists.flatMap((list) => {
    const values = lists[list];
    return values === undefined ? [] : [{ list, values }];
  });
  return Object.fromEntries(
    await Promise.all(
      given.map(async ({ list, values }) => [list, isIdentified(list) ? await identifiersFor(list, values) : values]),
    ),
  );
}

/** Whether a filter matches these values, whatever its range. */
export function matchesValues(filter: Filter, values: FilterValues): boolean {
  return filterLists.every((list) => filter[list]?.some((value) => values[list].includes(value)) ?? true);
}

/**
 * Whether a filter matches an event with these values, of one of its revisions or of several together: each list of the
 * filter has one of them, and one of the dates is in the range. A filter that matches one revision also matches several
 * together. Where values were taken down, only stories and newsrooms decide.
 */
export function matches({ range, ...lists }: Filter, values: EventValues): boolean {
  if (values.removed) return lastingLists.every((list) => matchesValues({ [list]: lists[list] }, values));
  return (
    matchesValues(lists, values) &&
    (!range || !hasBounds(range) || values.spans.some((span) => certaintyOf(span, range) !== null))
  );
}
