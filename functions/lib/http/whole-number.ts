import * as z from 'zod';

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
