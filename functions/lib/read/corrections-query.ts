import * as z from 'zod';
import { parseRange } from '../../../events/dates/range.ts';
import { cursorSchema, limitSchema } from '../http/page-query.ts';

/** Sorts after every instant that can be written with four digits of a year, and so after all that is published. */
const afterAll = '~';
const lastInstantMs = Date.parse('9999-12-31T23:59:59.999Z');

const text = z.string().optional();

/** The parameters of `GET /v1/corrections`. */
export const correctionsQuerySchema = z.strictObject({
  story: text.describe('A story, by its slug: corrections of all events that stand in it or ever stood in it.'),
  from: text.describe('When it was published: a day, month or year in UTC, or an RFC 3339 instant.'),
  to: text.describe('Likewise; a day, month or year is included, an instant is not.'),
  limit: limitSchema,
  cursor: cursorSchema,
});

type CorrectionsQuery = z.output<typeof correctionsQuerySchema>;

const textOf = (epochMs: number) => (epochMs > lastInstantMs ? afterAll : new Date(epochMs).toISOString());

/**
 * Between which instants of publication, both inclusive, the query asks for corrections; as texts that sort as RFC 3339 in UTC
 * with milliseconds does.
 *
 * @throws {InvalidInput} naming `from` or `to`
 * @example publishedWithin({ to: '2026-11' }) // { first: '', last: '2026-11-30T23:59:59.999Z' }
 */
export function publishedWithin({ from, to }: Pick<CorrectionsQuery, 'from' | 'to'>): { first: string; last: string } {
  const range = parseRange({ from, to, tz: 'UTC' });
  // Without bounds it compares no instants.
  if (range.compare === 'civil') return { first: '', last: afterAll };
  const { instantFrom, instantTo } = range;
  return {
    first: instantFrom === null ? '' : textOf(instantFrom),
    last: instantTo === null ? afterAll : textOf(instantTo - 1),
  };
}
