import * as z from 'zod';
import { filterParameterSchemas } from '../../../../events/filters/filter-values.ts';
import { searchSchema } from '../../../../events/filters/text-search.ts';
import { cursorSchema } from '../../http/query-schemas.ts';
import { rangeParameters } from '../../read/query/timeline-query.ts';
import { languageParameter } from './language-parameter.ts';

const { story: _story, ...filters } = filterParameterSchemas;

/** The parameters of the page of a story. */
export const storyPageQuerySchema = z.strictObject({
  from: rangeParameters.from,
  to: rangeParameters.to,
  ...filters,
  q: searchSchema,
  asOf: z
    .string()
    .optional()
    .meta({
      description:
        'Shows the record as it was then: a day, which is shown to its end, a time in the zone of the story, or an RFC 3339 instant. Default: now.',
      examples: ['2026-11-22T10:00'],
    }),
  order: z
    .enum(['asc', 'desc'], 'Must be asc or desc.')
    .optional()
    .describe('The earliest events first (`asc`), or the latest first (`desc`). Default: `asc`.'),
  cursor: cursorSchema,
  language: languageParameter,
});

export type StoryPageQuery = z.output<typeof storyPageQuerySchema>;
