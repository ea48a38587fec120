import * as z from 'zod';
import { wholeNumberParameter } from './whole-number.ts';

const largestPage = 500;
const defaultPage = 50;

/** `limit`, wherever a list is answered. */
export const limitSchema = wholeNumberParameter(1, largestPage)
  .default(defaultPage)
  .describe(`How many items a page holds at most: 1 to ${largestPage}. Default: ${defaultPage}.`);

/** `cursor`, wherever a list is continued by one. */
export const cursorSchema = z
  .string()
  .optional()
  .describe(
    'The `nextCursor` of the previous page. It works only with the same query. Default: begin with the first page.',
  );

/** The parameters of a list that has no others. */
export const pageQuerySchema = z.strictObject({ limit: limitSchema, cursor: cursorSchema });
