import * as z from 'zod';
import { parseRange } from '../../../../events/dates/range.ts';
import { filterParameterSchemas } from '../../../../events/filters/filter-values.ts';
import { correctionLineSchema } from '../../../../events/timeline/correction.ts';
import { asOfSchema } from '../../http/as-of.ts';
import { nextCursorField } from '../../http/links.ts';
import { cursorSchema, limitSchema } from '../../http/query-schemas.ts';

/** Sorts after every instant with a year of four digits, and so after everything published. */
const afterAll = '~';
const lastInstantMs = Date.parse('9999-12-31T23:59:59.999Z');

const text = z.string().optional();

/** The parameters of `GET /v1/corrections`. */
export const correctionsQuerySchema = z.strictObject({
  story: filterParameterSchemas.story.meta({
    ...filterParameterSchemas.story.meta(),
    description:
      'The slug of a story: corrections of all events that belong to it or ever did. Several are separated by commas.',
  }),
  from: text.meta({
    description:
      'The first instant of publication: a day, month or year in UTC, or an RFC 3339 instant. Inclusive. Default: open.',
    examples: ['2026-11'],
  }),
  to: text.meta({
    description:
      'The end of publication: a day, month or year in UTC, all of which is included, or an RFC 3339 instant, which is not included. Default: open.',
    examples: ['2026-11-22T10:00:00Z'],
  }),
  asOf: asOfSchema,
  limit: limitSchema,
  cursor: cursorSchema,
});

type CorrectionsQuery = z.output<typeof correctionsQuerySchema>;

const textOf = (epochMs: number) => (epochMs > lastInstantMs ? afterAll : new Date(epochMs).toISOString());

/**
 * The first and the last instant of publication that a query asks for, both inclusive, as texts that sort like RFC 3339
 * in UTC with milliseconds.
 *
 * @throws {InvalidInput} naming `from` or `to`
 * @example publishedWithin({ to: '2026-11' }) // { first: '', last: '2026-11-30T23:59:59.999Z' }
 */
export function publishedWithin({ from, to }: Pick<CorrectionsQuery, 'from' | 'to'>): { first: string; last: string } {
  const range = parseRange({ from, to, tz: 'UTC' });
  // A range without bounds has no instants.
  if (range.compare === 'civil') return { first: '', last: afterAll };
  const { instantFrom, instantTo } = range;
  return {
    first: instantFrom === null ? '' : textOf(instantFrom),
    last: instantTo === null ? afterAll : textOf(instantTo - 1),
  };
}

/** What `GET /v1/corrections` answers. */
export const correctionsAnswerSchema = z
  .object({ corrections: z.array(correctionLineSchema), nextCursor: nextCursorField })
  .meta({ id: 'Corrections', description: 'A page of the log of corrections, the newest first.' });

export type CorrectionsAnswer = z.infer<typeof correctionsAnswerSchema>;
