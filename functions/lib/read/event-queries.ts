import * as z from 'zod';
import { asOfSchema } from '../http/as-of.ts';

/** The parameters of `GET /v1/events/{id}`. */
export const eventQuerySchema = z.strictObject({
  revision: z
    .string()
    .regex(/^(0|[1-9]\d{0,5})$/, 'Is the number of a revision; the first is 0.')
    .transform(Number)
    .optional()
    .describe('The number of a revision; the first is 0.'),
  asOf: asOfSchema,
});

/** The parameters of `GET /v1/events/{id}/history`. */
export const historyQuerySchema = z.strictObject({
  after: z
    .string()
    .regex(/^(0|[1-9]\d{0,5})$/, 'Is the number of a revision: the `next` of the answer before.')
    .transform(Number)
    .optional()
    .describe('The number of a revision: the answer begins with the one after it.'),
});
