import * as z from 'zod';

/** The parameters of `GET /v1/events/{id}/history`. */
export const historyQuerySchema = z.strictObject({
  after: z
    .string()
    .regex(/^(0|[1-9]\d{0,5})$/, 'Is the number of a revision: the `next` of the answer before.')
    .transform(Number)
    .optional()
    .describe('The number of a revision: the answer begins with the one after it.'),
});
