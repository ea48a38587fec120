import * as z from 'zod';
import { statusSchema } from '../../../events/catalogue/fields/status.ts';
import { catalogue } from '../../../events/catalogue/index.ts';
import { intervals } from '../../../events/dates/bucket.ts';
import { rangeMatches } from '../../../events/dates/range-parameters.ts';
import type { CardFilters } from '../../../events/timeline/card.ts';
import { everythingFacet, facetKeys } from '../../../events/timeline/facet-keys.ts';
import { type Filter, matchesFacets } from '../../../events/timeline/filter.ts';
import { formatNames } from '../formats/format.ts';
import { asOfSchema } from '../http/as-of.ts';
import { cursorSchema, limitSchema } from '../http/page-query.ts';

const eventTypes = Object.keys(catalogue);
const statuses = statusSchema.options;
const text = z.string().optional();

/** The filters of a query. An event must match all of them. */
export const timelineFilters = {
  story: text.meta({
    description: 'The slug of a story. Events that list it in `stories` match too.',
    examples: ['karabakh-2020'],
  }),
  type: z
    .enum(eventTypes, `Must be one of ${eventTypes.join(', ')}.`)
    .optional()
    .meta({ description: 'A type of event.', examples: ['district.ceded'] }),
  place: text.meta({
    description:
      'A place, by its strongest identifier: its ISO 3166-2 code, else its ISO 3166 code, else its Wikidata id, else the slug of its name.',
    examples: ['AZ-LAC'],
  }),
  actor: text.meta({
    description:
      'An actor, by its strongest identifier: its ISO 3166 code, else its Wikidata id, else the slug of its name.',
    examples: ['RU'],
  }),
  topic: text.meta({ description: 'A media topic of the IPTC.', examples: ['medtop:20000641'] }),
  status: z
    .enum(statuses, `Must be one of ${statuses.join(', ')}.`)
    .optional()
    .describe('The status that the newsroom gave the event.'),
};

/** The parameters of a range of dates. `parseRange` validates them. */
export const rangeParameters = {
  from: text.meta({
    description:
      'The start of the range: an EDTF day, month or year, or an RFC 3339 instant. Inclusive. Default: open.',
    examples: ['2020-11'],
  }),
  to: text.meta({
    description:
      'The end of the range: an EDTF day, month or year, all of which is included, or an RFC 3339 instant, which is not included. Default: open.',
    examples: ['2020-12-01'],
  }),
  date: text.meta({
    description:
      'The range in one parameter: `2020-11/2020-12`, with `..` for an open side, or one day, month or year. Replaces `from` and `to`.',
    examples: ['2020-11/..'],
  }),
  tz: text.meta({
    description:
      'A time zone of the tz database, in which days, months and years of the range begin and end. Default: each event is compared by its own civil date.',
    examples: ['Asia/Baku'],
  }),
  match: text.meta({
    description:
      'How an event must lie to the range: `overlap` it, lie `within` it, or start in it (`starts`). Default: `overlap`.',
    enum: rangeMatches,
    default: 'overlap',
  }),
};

/** The parameters of `GET /v1/timeline`. */
export const timelineQuerySchema = z.strictObject({
  ...rangeParameters,
  ...timelineFilters,
  asOf: asOfSchema,
  order: z
    .enum(['asc', 'desc'], 'Must be asc or desc.')
    .default('asc')
    .describe('The order by when it happened: `asc`, the earliest first, or `desc`. Default: `asc`.'),
  limit: limitSchema,
  cursor: cursorSchema,
  format: z
    .enum(formatNames, `Must be one of ${formatNames.join(', ')}.`)
    .optional()
    .describe('The format of the response. Default: by the header `Accept`, else `json`.'),
});

/** The parameters of `GET /v1/timeline/counts`. */
export const countsQuerySchema = z.strictObject({
  interval: z.enum(intervals, `Is required: one of ${intervals.join(', ')}.`).describe('The length of a bucket.'),
  ...rangeParameters,
  ...timelineFilters,
  asOf: asOfSchema,
  cursor: cursorSchema,
});

/** The filters of a query, validated. */
export type TimelineFilters = z.output<z.ZodObject<typeof timelineFilters>>;

/** The facets of a query: each of them has every entry that the query can find. */
/** The filters of a query in the form that all filters are matched in. */
export function filterOfQuery({ story, type, place, actor, topic, status }: TimelineFilters): Filter {
  return {
    ...(story !== undefined && { stories: [story] }),
    ...(type !== undefined && { types: [type] }),
    ...(place !== undefined && { places: [place] }),
    ...(actor !== undefined && { actors: [actor] }),
    ...(topic !== undefined && { topics: [topic] }),
    ...(status !== undefined && { statuses: [status] }),
  };
}

/** The facets of a query: each of them has every entry that the query can find. */
export function facetsOfQuery(query: TimelineFilters): string[] {
  const keys = facetKeys(filterOfQuery(query));
  return keys.length > 0 ? keys : [everythingFacet];
}

/** Whether a card matches the filters of a query. */
export function acceptsFilters(query: TimelineFilters): (card: CardFilters) => boolean {
  const filter = filterOfQuery(query);
  return (card) => matchesFacets(filter, card);
}
