import * as z from 'zod';
import { defaultPageItems, maximumPageItems } from '../../../events/input/limits.ts';

const wholeNumber = /^(0|[1-9]\d{0,14})$/;

/**
 * A whole number in a query, within bounds that are both included.
 *
 * @param hint ends the error text; by default it names the bounds
 */
export function wholeNumberParameter(minimum: number, maximum: number, hint = ` from ${minimum} to ${maximum}`) {
  const error = `Must be a whole number${hint}.`;
  return z
    .string()
    .regex(wholeNumber, error)
    .transform(Number)
    .refine((number) => number >= minimum && number <= maximum, error)
    .meta({ type: 'integer', minimum, maximum });
}

/** `dryRun`, on every route that changes something. */
export const dryRunSchema = z
  .enum(['true', 'false'], 'Must be true or false.')
  .optional()
  .describe(
    '`true`: a dry run. The response is the one that the request would get, with `"dryRun": true` and the header `Timeline-Dry-Run`. Nothing is written or sent, and no quota is used. Default: `false`.',
  );

/** `strict`, on the routes whose responses have warnings. */
export const strictSchema = z
  .enum(['true', 'false'], 'Must be true or false.')
  .optional()
  .describe(
    '`true`: warnings are errors. The event is compared with its story, and if anything looks like a mistake, the response is 400 and nothing is written. An event that is stored already is replayed as ever. Default: `false`.',
  );

/** The parameters of a route that has `strict` and no other. */
export const strictQuerySchema = z.object({ strict: strictSchema });

/** `limit`, wherever a list is answered. */
export const limitSchema = wholeNumberParameter(1, maximumPageItems)
  .default(defaultPageItems)
  .describe(`How many items a page holds at most: 1 to ${maximumPageItems}. Default: ${defaultPageItems}.`);

/** `cursor`, wherever a list is continued by one. */
export const cursorSchema = z
  .string()
  .optional()
  .describe(
    'The `nextCursor` of the previous page. It works only with the same query. Default: begin with the first page.',
  );

/** The parameters of a list that has no others. */
export const pageQuerySchema = z.strictObject({ limit: limitSchema, cursor: cursorSchema });
