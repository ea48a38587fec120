import * as z from 'zod';
import { eventIdentifierSchema } from '../../../events/catalogue/fields/identifiers.ts';
import { maximumSourceLength } from '../../../events/input/limits.ts';
import { strictSchema } from '../http/query-schemas.ts';
import { noteSchema } from './revision-bodies.ts';

/** The parameters of `PUT /v1/events`. */
export const putQuerySchema = z.object({
  id: eventIdentifierSchema().describe('Your own id of the event.'),
  source: z
    .string()
    .max(maximumSourceLength)
    .optional()
    .describe('Who sends the event: `/newsrooms/<newsroom of your key>`, which is also the default.'),
  strict: strictSchema,
});

/** The body of `PUT /v1/events`. The event is checked by the schema of its type. */
export const putBodySchema = z.strictObject({ event: z.looseObject({}), note: noteSchema.optional() });
