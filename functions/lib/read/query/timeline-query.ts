import * as z from 'zod';
import { ongoingChoices } from '../../../../events/dates/ongoing.ts';
import { rangeMatches } from '../../../../events/dates/range-parameters.ts';
import { everythingFacet, facetKey, storyFacet } from '../../../../events/filters/facet-keys.ts';
import {
  type FilterParameter,
  type FilterValues,
  facetLists,
  filterLists,
  filterTable,
} from '../../../../events/filters/filter-table.ts';
import { filterParameterSchemas } from '../../../../events/filters/filter-values.ts';
import { searchSchema } from '../../../../events/filters/text-search.ts';
import {
  defaultPageItems,
  maximumFeedItems,
  maximumPageItems,
  maximumWholeEntries,
} from '../../../../events/input/limits.ts';
import { type FilterLists, filterOfNames, matchesValues } from '../../../../events/timeline/filter.ts';
import { formatNames } from '../../formats/format.ts';
import { asOfSchema } from '../../http/as-of.ts';
import { cursorSchema, wholeNumberParameter } from '../../http/query-schemas.ts';
import { languages } from '../../words/languages.ts';

/** The orders of a timeline. */
const orders = ['asc', 'desc', 'published'] as const;

/** The order of the entries of a timeline. */
export type TimelineOrder = (typeof orders)[number];

const text = z.string().optional();

/** The parameters of a range of dates. `parseRange` validates them. */
export const rangeParameters = {
  from: text.meta({
    description:
      'The start of the range: a date in EDTF (a day, month, year, decade or century), or an RFC 3339 instant. Inclusive. Default: open.',
    examples: ['2020-11'],
  }),
  to: text.meta({
    description:
      'The end of the range: a date in EDTF, all of which is included, or an RFC 3339 instant, which is not included. Default: open.',
    examples: ['2020-12-01'],
  }),
  date: text.meta({
    description:
      'The range in one parameter: `2020-11/2020-12`, with `..` or nothing for an open side, or one date such as `2020-11` or `199X`. Replaces `from` and `to`.',
    examples: ['2020-11/..'],
  }),
  tz: text.meta({
    description:
      'A time zone of the tz database, in which days, months and years of the range begin and end. Default: each event is compared by its own civil date.',
    examples: ['Asia/Baku'],
  }),
  match: text.meta({
    description:
      'How the date of an event relates to the range: it may overlap the range (`overlap`), lie wholly inside it (`within`), or begin inside it (`starts`). Default: `overlap`.',
    enum: rangeMatches,
    default: 'overlap',
  }),
};

/** `ongoing`, of timelines, counts and facets. */
export const ongoingSchema = z
  .enum(ongoingChoices, `Must be one of ${ongoingChoices.join(', ')}.`)
  .optional()
  .describe(
    'Whether the query finds what began before the range and goes on in it: with everything else (`include`), alone (`only`), or not at all (`exclude`). An event whose date is longer than a month, such as a year, counts as going on if it may have happened before the range. Default: `include`.',
  );

/** The parameters of `GET /v1/timeline`. */
export const timelineQuerySchema = z.strictObject({
  ...rangeParameters,
  ongoing: ongoingSchema,
  ...filterParameterSchemas,
  q: searchSchema,
  asOf: asOfSchema,
  order: z
    .enum(orders, `Must be one of ${orders.join(', ')}.`)
    .optional()
    .describe(
      'The order of the entries: by when they happened, the earliest first (`asc`) or the latest first (`desc`), or by when their latest revision was published, the newest first (`published`). Default: `published` for `atom`, `rss` and `jsonfeed`, else `asc`.',
    ),
  limit: wholeNumberParameter(1, maximumPageItems)
    .optional()
    .describe(
      `The most entries that a page may hold: 1 to ${maximumPageItems}. Feeds (\`atom\`, \`rss\`, \`jsonfeed\`) never hold more than ${maximumFeedItems}. Default: ${defaultPageItems}; for \`ndjson\`, \`csv\`, \`geojson\`, \`ics\` and \`timelinejs\`, all entries up to ${maximumWholeEntries}.`,
    ),
  cursor: cursorSchema,
  format: z
    .enum(formatNames, `Must be one of ${formatNames.join(', ')}.`)
    .optional()
    .describe('The format of the response. Default: by the header `Accept`, else `json`.'),
  language: z
    .enum(languages, `Must be one of ${languages.join(', ')}.`)
    .optional()
    .describe(
      'The language of the response: of its own words, and of headlines and summaries that have a translation. It has no effect on `json` and `ndjson`. Default: the language that the header `Accept-Language` prefers, else that of the story, else `en`.',
    ),
});

/** The filters of a query, validated. */
export type TimelineFilters = { readonly [Parameter in FilterParameter]?: readonly string[] | undefined };

/** The filters of a query in the form that all filters are matched in. */
export function filterOfQuery(query: TimelineFilters): Promise<FilterLists> {
  return filterOfNames(
    Object.fromEntries(
      filterLists.flatMap((list) => {
        const values = query[filterTable[list].parameter];
        return values === undefined ? [] : [[list, values]];
      }),
    ),
  );
}

/** The facets of a filter, by list. Those of one list together have every entry that the filter can find. */
export function facetListsOf(filter: FilterLists): string[][] {
  const lists = facetLists.flatMap((list) => {
    const values = filter[list];
    return values === undefined ? [] : [values.map((value) => facetKey(list, value))];
  });
  return lists.length > 0 ? lists : [[everythingFacet]];
}

/**
 * The facet whose list by publication has every entry that a filter can find: that of a story, or that of everything.
 */
export function listedFacetOf(filter: FilterLists): string {
  const { stories = [] } = filter;
  const [story] = stories;
  return story === undefined || stories.length > 1 ? everythingFacet : storyFacet(story);
}

/** Whether a filter asks for everything, or for all of one story. */
export function isUnfiltered(filter: FilterLists): boolean {
  const { stories = [], ...others } = filter;
  return stories.length < 2 && Object.keys(others).length === 0;
}

/** Whether a card matches a filter. */
export function accepts(filter: FilterLists): (card: FilterValues) => boolean {
  return (card) => matchesValues(filter, card);
}
