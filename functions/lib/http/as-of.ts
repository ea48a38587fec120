import * as z from 'zod';
import { EdtfError } from '../../../events/dates/edtf-error.ts';
import { parseRangeBound } from '../../../events/dates/range-bound.ts';
import { InvalidInput } from '../../../events/input/errors.ts';
import { instantField } from '../../../events/revision-fields.ts';

const wanted = 'Must be an RFC 3339 instant, such as 2026-11-22T10:00:00Z.';

/** The last instant with a year of four digits. A longer year would sort before all others as text. */
const lastInstantMs = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * The instant in UTC with milliseconds. Finer digits are cut off, since the record has none.
 *
 * @throws {EdtfError} if it is no instant
 */
function instantOf(text: string): string {
  const bound = parseRangeBound(text.replace(/(\.\d{3})\d+/, '$1'));
  if (bound.form !== 'instant') throw new EdtfError(wanted);
  return new Date(Math.min(bound.epochMs, lastInstantMs)).toISOString();
}

/** `asOf` in queries: the instant as of which the record is read, as RFC 3339 in UTC with milliseconds. */
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
  .meta({
    description: 'An RFC 3339 instant, not in the future: the response shows the record as of then. Default: now.',
    format: 'date-time',
    examples: ['2026-11-22T10:00:00Z'],
  });

/** `asOf` in answers. */
export const asOfField = instantField.describe('The instant as of which the response shows the record.');

/**
 * Asserts that an instant has come: what the record will hold later is unknown.
 *
 * @param now epoch milliseconds
 * @param head when the latest entry was published, which may be ahead of this clock; RFC 3339
 * @throws {InvalidInput} naming `asOf`
 */
export function assertNotFuture(asOf: string | undefined, now: number, head: string): void {
  if (asOf === undefined || asOf <= head || Date.parse(asOf) <= now) return;
  throw new InvalidInput([
    { parameter: 'asOf', detail: 'Is in the future. Leave it out to read the record as of now.' },
  ]);
}
