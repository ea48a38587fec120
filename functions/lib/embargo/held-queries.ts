import * as z from 'zod';
import { instantSchema } from '../../../events/catalogue/fields/times.ts';
import { strictSchema } from '../http/query-schemas.ts';

/** `publishAt`, wherever an event is held. */
const publishAtParameter = instantSchema()
  .optional()
  .describe(
    'An RFC 3339 instant within the next year, in UTC or with its offset (write + as %2B): the event is held until then, and nobody but its newsroom sees it.',
  );

/** The parameters of `POST /v1/events`. */
export const holdQuerySchema = z.object({
  publishAt: publishAtParameter.meta({
    description: `${publishAtParameter.description} Default: it is published now.`,
  }),
  strict: strictSchema,
});

/** The parameters of `PUT /v1/held-events/{id}`. */
export const replaceQuerySchema = z.object({
  publishAt: publishAtParameter.meta({ description: `${publishAtParameter.description} Default: as before.` }),
});
