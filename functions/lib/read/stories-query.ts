import * as z from 'zod';
import { limitSchema } from '../http/limit.ts';

/** The parameters of `GET /v1/stories`. */
export const storiesQuerySchema = z.strictObject({
  limit: limitSchema,
  cursor: z.string().optional().describe('The nextCursor of the page before.'),
});
