import * as z from 'zod';
import { intervals } from '../../../../events/dates/bucket.ts';
import { filterParameterSchemas } from '../../../../events/filters/filter-values.ts';
import { searchSchema } from '../../../../events/filters/text-search.ts';
import { asOfSchema } from '../../http/as-of.ts';
import { cursorSchema } from '../../http/query-schemas.ts';
import { ongoingSchema, rangeParameters } from './timeline-query.ts';

/** The parameters of all routes that count the entries of a timeline. */
const countedParameters = {
  ...rangeParameters,
  ongoing: ongoingSchema,
  ...filterParameterSchemas,
  q: searchSchema,
  asOf: asOfSchema,
  cursor: cursorSchema,
};

/** The parameters of `GET /v1/timeline/counts`. */
export const countsQuerySchema = z.strictObject({
  interval: z.enum(intervals, `Is required: one of ${intervals.join(', ')}.`).describe('The length of a bucket.'),
  ...countedParameters,
});

/** The parameters of `GET /v1/timeline/facets`. */
export const facetsQuerySchema = z.strictObject(countedParameters);
