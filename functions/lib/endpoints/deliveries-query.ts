import * as z from 'zod';
import { limitSchema } from '../http/limit.ts';
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
  cursor: text.describe('The nextCursor of the page before.'),
});
