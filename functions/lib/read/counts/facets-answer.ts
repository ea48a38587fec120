import * as z from 'zod';
import { type FilterParameter, filterLists, filterTable } from '../../../../events/filters/filter-table.ts';
import { maximumFacetValues } from '../../../../events/input/limits.ts';
import { rangeField } from '../../formats/format.ts';
import { asOfField } from '../../http/as-of.ts';
import { nextCursorField } from '../../http/links.ts';
import { countedPartFields } from './counted-part.ts';

const valueSchema = z
  .object({
    value: z.string().meta({ description: 'The value, as the filter takes it.', examples: ['AZ-LAC'] }),
    name: z
      .string()
      .nullable()
      .describe(
        'The name of the value: for an actor or a place, its name in the latest of these entries, the latest that finds the value if there are several; for a story, its title, with `asOf` that of then; for a type, what it is about. Null for topics, statuses and newsrooms, and if there is no name.',
      ),
    count: z.int().min(1).describe('How many entries have this value.'),
  })
  .meta({ id: 'FacetValue', description: 'A value of a filter, and how many entries have it.' });

const valuesSchema = z
  .object({
    values: z
      .array(valueSchema)
      .max(maximumFacetValues)
      .describe(`The most frequent values, at most ${maximumFacetValues}, the most frequent first.`),
    more: z.int().min(0).describe('How many further values there are.'),
  })
  .meta({ id: 'FacetValues', description: 'The values of one filter.' });

const byParameter = Object.fromEntries(filterLists.map((list) => [filterTable[list].parameter, valuesSchema])) as {
  [Parameter in FilterParameter]: typeof valuesSchema;
};

/** What `GET /v1/timeline/facets` answers. */
export const facetsAnswerSchema = z
  .object({
    facets: z.object(byParameter).describe('The values of each filter, by its parameter.'),
    entries: z.int().min(0).describe('How many entries were counted.'),
    ...countedPartFields,
    range: rangeField,
    asOf: asOfField,
    nextCursor: nextCursorField,
  })
  .meta({ id: 'Facets', description: 'The values that the filters of a timeline can take.' });

/** The values as an answer shows them. */
export type FacetsAnswer = z.infer<typeof facetsAnswerSchema>;
