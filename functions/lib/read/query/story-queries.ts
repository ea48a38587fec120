import * as z from 'zod';
import { asOfSchema } from '../../http/as-of.ts';
import { pageQuerySchema } from '../../http/query-schemas.ts';

/** The parameters of `GET /v1/stories/{story}`. */
export const storyQuerySchema = z.strictObject({ asOf: asOfSchema });

/** The parameters of `GET /v1/stories`. */
export const storiesQuerySchema = pageQuerySchema.extend({ asOf: asOfSchema });
