import * as z from 'zod';
import { intervals } from '../../../events/dates/bucket.ts';
import { asOfSchema } from '../http/as-of.ts';
import { rangeParameters, timelineFilters } from './timeline-query.ts';

/** The parameters of `GET /v1/timeline/counts`. */
export const countsQuerySchema = z.strictObject({
  interval: z.enum(intervals, `Must be given, as one of ${intervals.join(', ')}.`).describe('How long the bars are.'),
  ...rangeParameters,
  ...timelineFilters,
  asOf: asOfSchema,
  cursor: z.string().optional().describe('The nextCursor of the answer before.'),
});
