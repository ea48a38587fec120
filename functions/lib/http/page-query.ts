import * as z from 'zod';

const largestPage = 500;
const usualPage = 50;

/** `limit`, wherever a list is answered: 1 to 500, 50 if left out. */
export const limitSchema = z
  .string()
  .regex(/^[1-9]\d{0,2}$/, `Is a whole number from 1 to ${largestPage}.`)
  .transform(Number)
  .refine((limit) => limit <= largestPage, `Is a whole number from 1 to ${largestPage}.`)
  .default(usualPage);

/** `cursor`, wherever a list is continued by one. */
export const cursorSchema = z.string().optional().describe('The nextCursor of the page before.');

/** The parameters of a list that has no others. */
export const pageQuerySchema = z.strictObject({ limit: limitSchema, cursor: cursorSchema });
