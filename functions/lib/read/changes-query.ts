import * as z from 'zod';
import { parseRange } from '../../../events/dates/range.ts';
import type { Filter } from '../../../events/timeline/filter.ts';
import { limitSchema } from '../http/page-query.ts';
import { filterOfQuery, rangeParameters, timelineFilters } from './timeline-query.ts';

const longestWaitSeconds = 20;

/** What `/v1/changes` is asked for: the timeline's filters, and from where in the feed. */
export const changesQuerySchema = z.strictObject({
  after: z
    .string()
    .regex(/^(0|[1-9]\d{0,11})$/, 'Is a position: the `next` of the answer before, 0 to begin with.')
    .transform(Number)
    .default(0)
    .describe('The position after which to begin: the `next` of the answer before.'),
  wait: z
    .string()
    .regex(/^(\d|1\d|20)$/, `Is a whole number of seconds, up to ${longestWaitSeconds}.`)
    .transform(Number)
    .optional()
    .describe('How many seconds to hold the answer while there is nothing to tell.'),
  limit: limitSchema,
  ...timelineFilters,
  ...rangeParameters,
});

export type ChangesQuery = z.output<typeof changesQuerySchema>;

/**
 * What a query lets through.
 *
 * @throws {InvalidInput} naming the parameter of the range that is at fault
 */
export function filterOf(query: ChangesQuery): Filter {
  return { ...filterOfQuery(query), range: parseRange(query) };
}
