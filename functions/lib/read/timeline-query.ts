import * as z from 'zod';
import { statusSchema } from '../../../events/catalogue/fields/status.ts';
import { catalogue } from '../../../events/catalogue/index.ts';
import { intervals } from '../../../events/dates/bucket.ts';
import type { CardFilters } from '../../../events/timeline/card.ts';
import { type Filter, matchesFacets } from '../../../events/timeline/filter.ts';
import { formatNames } from '../formats/format.ts';
import { asOfSchema } from '../http/as-of.ts';
import { cursorSchema, limitSchema } from '../http/page-query.ts';

const eventTypes = Object.keys(catalogue);
const statuses = statusSchema.options;
const text = z.string().optional();

/** What an event must have, each by one value; all that are given must match. */
export const timelineFilters = {
  story: text.describe('A story, by its slug: its own events and those that name it as a further one.'),
  type: z
    .enum(eventTypes, `Is one of ${eventTypes.join(', ')}.`)
    .optional()
    .describe('The type of the event.'),
  place: text.describe('A place by its strongest identifier: ISO 3166-2, else ISO 3166, else Wikidata id, else slug.'),
  actor: text.describe('An actor by its strongest identifier: ISO 3166, else Wikidata id, else slug.'),
  topic: text.describe('An IPTC media topic, such as medtop:20000641.'),
  status: z
    .enum(statuses, `Is one of ${statuses.join(', ')}.`)
    .optional()
    .describe('How sure the newsroom is.'),
};

/** Which stretch of time is asked about; what each may hold is for `parseRange` to say. */
export const rangeParameters = {
  from: text.describe('An EDTF day, month or year (inclusive), or an RFC 3339 instant.'),
  to: text.describe('An EDTF day, month or year (inclusive), or an RFC 3339 instant (exclusive).'),
  date: text.describe('Short for both: a/b, with .. for an open side; a alone stands for a/a.'),
  tz: text.describe(
    'A zone of the tz database, in which civil bounds are instants; without it, each event has its own.',
  ),
  match: text.describe('overlap (the default), within or starts.'),
};

/** The parameters of `GET /v1/timeline`. */
export const timelineQuerySchema = z.strictObject({
  ...rangeParameters,
  ...timelineFilters,
  asOf: asOfSchema,
  order: z
    .enum(['asc', 'desc'], 'Is asc or desc.')
    .default('asc')
    .describe('By earliest, latest, id; desc is the reverse.'),
  limit: limitSchema,
  cursor: cursorSchema,
  format: z
    .enum(formatNames, `Is one of ${formatNames.join(', ')}.`)
    .optional()
    .describe('The form of the answer; goes before Accept.'),
});

/** The parameters of `GET /v1/timeline/counts`. */
export const countsQuerySchema = z.strictObject({
  interval: z.enum(intervals, `Must be given, as one of ${intervals.join(', ')}.`).describe('How long the bars are.'),
  ...rangeParameters,
  ...timelineFilters,
  asOf: asOfSchema,
  cursor: cursorSchema,
});

/** The filters of a query that was read. */
export type TimelineFilters = z.output<z.ZodObject<typeof timelineFilters>>;

/** The facets of which each holds all that the query can find. */
export function facetsOfQuery({ story, type, place, actor }: TimelineFilters): string[] {
  const filters = [
    ['S', story],
    ['T', type],
    ['P', place],
    ['A', actor],
  ];
  const facets = filters.filter(([, value]) => value !== undefined).map(([letter, value]) => `${letter}#${value}`);
  return facets.length > 0 ? facets : ['ALL'];
}

/** The filters as lists of one value each, those that are given. */
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

/** Whether a card has all that the query asks for. */
export function acceptsFilters(query: TimelineFilters): (card: CardFilters) => boolean {
  const filter = filterOfQuery(query);
  return (card) => matchesFacets(filter, card);
}
