import * as z from 'zod';
import { endpointIdPattern } from '../../../events/webhooks/webhook-endpoint.ts';
import { cursorSchema, limitSchema } from '../http/page-query.ts';
import type { DeliveryStatus } from '../subscribers/deliveries.ts';

/** What a delivery can be. */
export const deliveryStatuses = [
  'pending',
  'acknowledged',
  'parked',
  'withdrawn',
  'skipped',
] as const satisfies readonly DeliveryStatus[];

const text = z.string().optional();

/** The parameters of `GET /v1/webhook-endpoints/{endpoint}/deliveries`. */
export const deliveriesQuerySchema = z.strictObject({
  status: z
    .enum(deliveryStatuses, `Is one of ${deliveryStatuses.join(', ')}.`)
    .optional()
    .describe('Waiting; taken; refused and put aside; retracted before it was sent; passed over.'),
  from: text.describe('When it was published: a day, month or year in UTC, or an RFC 3339 instant.'),
  to: text.describe('Likewise; a day, month or year is included, an instant is not.'),
  order: z
    .enum(['asc', 'desc'], 'Is asc or desc.')
    .default('desc')
    .describe('By position: desc, the latest first, or asc.'),
  limit: limitSchema,
  cursor: cursorSchema,
});

/** The parameters of `GET /v1/webhook-endpoints/{endpoint}/events`. */
export const messagesQuerySchema = z.strictObject({
  after: z
    .string()
    .regex(/^(0|[1-9]\d{0,11})$/, 'Is a position: that of the last message that you have, 0 to begin with.')
    .transform(Number)
    .default(0)
    .describe('The position of the last message that you have, or the `next` of the answer before.'),
  limit: limitSchema,
});

/** The parameters of `GET /v1/events/{id}/receipts`. */
export const receiptsQuerySchema = z.strictObject({
  after: z
    .string()
    .regex(endpointIdPattern, 'Is the id of an endpoint: the `next` of the answer before.')
    .optional()
    .describe('The id of an endpoint: the `next` of the answer before.'),
  limit: limitSchema,
});
