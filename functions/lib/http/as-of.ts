import * as z from 'zod';
import { EdtfError } from '../../../events/dates/edtf-error.ts';
import { parseRangeBound } from '../../../events/dates/range-bound.ts';
import { InvalidInput } from '../../../events/input/errors.ts';
import { instantField } from '../../../events/revision-fields.ts';

const wanted = 'Must be an instant by RFC 3339, such as 2026-11-22T10:00:00Z.';

/** The last instant that is written with a year of four digits: a longer year would sort as text before all others. */
const lastInstantMs = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * The instant in UTC with milliseconds; what is finer is cut off, as the record has nothing finer.
 *
 * @throws EdtfError saying why not
 */
function instantOf(text: string): string {
  const bound = parseRangeBound(text.replace(/(\.\d{3})\d+/, '$1'));
  if (bound.form !== 'instant') throw new EdtfError(wanted);
  return new Date(Math.min(bound.epochMs, lastInstantMs)).toISOString();
}

/** `asOf`: the moment whose record is asked for, as RFC 3339 in UTC with milliseconds. */
export const asOfSchema = z
  .string()
  .transform((text, context) => {
    try {
      return instantOf(text);
    } catch (error) {
      if (!(error instanceof EdtfError)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  })
  .optional()
  .describe('An instant by RFC 3339: the answer is what the record held then.');

/** `asOf` in answers. */
export const asOfField = instantField.describe('The moment whose record the answer shows.');

/**
 * Refuses a moment that has not come: nobody knows yet what the record will hold then.
 *
 * @param now epoch milliseconds
 * @param head when the latest entry joined the record, which may be ahead of this clock; RFC 3339
 * @throws InvalidInput naming `asOf`
 */
export function assertNotFuture(asOf: string | undefined, now: number, head: string): void {
  if (asOf === undefined || asOf <= head || Date.parse(asOf) <= now) return;
  throw new InvalidInput([
    { parameter: 'asOf', detail: 'Is in the future: the record is not known yet. Leave it out for now.' },
  ]);
}
