import * as z from 'zod';
import { largestPosition } from '../../../events/revision-fields.ts';
import { deliveryStatuses } from '../../../events/webhooks/statuses.ts';
import { endpointIdPattern } from '../../../events/webhooks/webhook-endpoint.ts';
import { cursorSchema, limitSchema, wholeNumberParameter } from '../http/query-schemas.ts';

const text = z.string().optional();

/** The parameters of `GET /v1/webhook-endpoints/{endpoint}/deliveries`. */
export const deliveriesQuerySchema = z.strictObject({
  status: z
    .enum(deliveryStatuses, `Must be one of ${deliveryStatuses.join(', ')}.`)
    .optional()
    .describe('The status of the deliveries. Default: any.'),
  from: text.meta({
    description:
      'The first instant of publication: a day, month or year in UTC, or an RFC 3339 instant. Inclusive. Default: open.',
    examples: ['2026-11'],
  }),
  to: text.meta({
    description:
      'The end of publication: a day, month or year in UTC, all of which is included, or an RFC 3339 instant, which is not included. Default: open.',
    examples: ['2026-11-22T10:00:00Z'],
  }),
  order: z
    .enum(['asc', 'desc'], 'Must be asc or desc.')
    .default('desc')
    .describe('The order by position: `desc`, the latest first, or `asc`. Default: `desc`.'),
  limit: limitSchema,
  cursor: cursorSchema,
});

/** The parameters of `GET /v1/webhook-endpoints/{endpoint}/events`. */
export const messagesQuerySchema = z.strictObject({
  after: wholeNumberParameter(0, largestPosition, ': the position of the last message that you have, or 0')
    .default(0)
    .describe(
      'A position: the page begins after it. Send the position of the last message that you have, or the `next` of the previous response. Default: 0.',
    ),
  limit: limitSchema,
});

/** The parameters of `GET /v1/events/{id}/receipts`. */
export const receiptsQuerySchema = z.strictObject({
  after: z
    .string()
    .regex(endpointIdPattern, 'Must be the id of an endpoint: the `next` of the previous response.')
    .optional()
    .describe(
      'The id of an endpoint: the page begins after it. Send the `next` of the previous response. Default: begin with the first page.',
    ),
  limit: limitSchema,
});
