import * as z from 'zod';
import { eventIdentifierSchema } from '../../../../events/catalogue/fields/identifiers.ts';
import { maximumSourceLength } from '../../../../events/input/limits.ts';
import { asOfSchema } from '../../http/as-of.ts';
import { wholeNumberParameter } from '../../http/query-schemas.ts';

/** Revisions are sorted by six digits. */
const largestRevision = 999_999;

/** The parameters of `GET /v1/events/{id}`. */
export const eventQuerySchema = z.strictObject({
  revision: wholeNumberParameter(0, largestRevision, ': the number of a revision, of which the first is 0')
    .optional()
    .describe('The number of a revision; the first is 0. Default: the latest. Not together with `asOf`.'),
  asOf: asOfSchema,
});

/** The parameters of `GET /v1/events`. */
export const ownIdQuerySchema = eventQuerySchema.extend({
  id: eventIdentifierSchema().describe('The id that its newsroom gave the event.'),
  source: z
    .string()
    .max(maximumSourceLength)
    .describe('The newsroom that wrote the event, as `/newsrooms/<newsroom>`.'),
});

/** The parameters of `GET /v1/events/{id}/history`. */
export const historyQuerySchema = z.strictObject({
  after: wholeNumberParameter(0, largestRevision, ': the `next` of the previous response')
    .optional()
    .describe(
      'The number of a revision: the page begins after it. Send the `next` of the previous response. Default: begin with the first revision.',
    ),
});
