import * as z from 'zod';
import { limitSchema } from '../http/limit.ts';

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
