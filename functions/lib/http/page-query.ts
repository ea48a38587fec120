import * as z from 'zod';
import { defaultPageItems, maximumPageItems } from '../../../events/input/limits.ts';
import { wholeNumberParameter } from './whole-number.ts';

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
