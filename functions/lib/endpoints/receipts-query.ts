import * as z from 'zod';
import { endpointIdPattern } from '../../../events/webhooks/webhook-endpoint.ts';
import { limitSchema } from '../http/limit.ts';

/** The parameters of `GET /v1/events/{id}/receipts`. */
export const receiptsQuerySchema = z.strictObject({
  after: z
    .string()
    .regex(endpointIdPattern, 'Is the id of an endpoint: the `next` of the answer before.')
    .optional()
    .describe('The id of an endpoint: the `next` of the answer before.'),
  limit: limitSchema,
});
