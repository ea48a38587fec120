import * as z from 'zod';
import { parseRange } from '../../../../events/dates/range.ts';
import { filterParameterSchemas } from '../../../../events/filters/filter-values.ts';
import { largestPosition } from '../../../../events/revision-fields.ts';
import type { Filter } from '../../../../events/timeline/filter.ts';
import { limitSchema, wholeNumberParameter } from '../../http/query-schemas.ts';
import { filterOfQuery, rangeParameters } from './timeline-query.ts';

const longestWaitSeconds = 20;

/** The parameters of `GET /v1/changes`. */
export const changesQuerySchema = z.strictObject({
  after: wholeNumberParameter(0, largestPosition, ': the `next` of the previous response, or 0')
    .default(0)
    .describe(
      'A position: the page begins after it. Send the `next` of the previous response. Default: 0, the beginning of the record.',
    ),
  limit: limitSchema,
  ...filterParameterSchemas,
  ...rangeParameters,
});

/** The parameters of `GET /v1/changes/wait`. */
export const waitQuerySchema = changesQuerySchema.extend({
  seconds: wholeNumberParameter(1, longestWaitSeconds, ` of seconds, from 1 to ${longestWaitSeconds}`)
    .default(longestWaitSeconds)
    .describe(
      `How many seconds to hold back an empty page until there is a change: 1 to ${longestWaitSeconds}. Default: ${longestWaitSeconds}.`,
    ),
});

export type ChangesQuery = z.output<typeof changesQuerySchema>;

/**
 * The filter of a query.
 *
 * @throws {InvalidInput} naming the parameter of the range that is invalid
 */
export async function filterOf(query: ChangesQuery): Promise<Filter> {
  return { ...(await filterOfQuery(query)), range: parseRange(query) };
}
