import * as z from 'zod';
import { type FilterParameter, filterLists, filterTable } from '../../../events/filters/filter-table.ts';
import { maximumFacetValues } from '../../../events/input/limits.ts';
import { rangeField } from '../formats/format.ts';
import { asOfField } from '../http/as-of.ts';
import { nextCursorField } from '../http/links.ts';
import { countedPartFields } from './counted-part.ts';

const valueSchema = z
  .object({
    value: z.string().meta({ description: 'The value, as the filter takes it.', examples: ['AZ-LAC'] }),
    name: z
      .string()
      .nullable()
      .describe(
        'What it is called: of an actor or a place as the latest of these entries names it, of a story its title, of a type what it is about. Null if it has no name.',
      ),
    count: z.int().min(1).describe('How many entries have it.'),
  })
  .meta({ id: 'FacetValue', description: 'A value of a filter, and how many entries have it.' });

const valuesSchema = z
  .object({
    values: z
      .array(valueSchema)
      .max(maximumFacetValues)
      .describe(`The values that most entries have, at most ${maximumFacetValues}.`),
    more: z.int().min(0).describe('How many further values there are.'),
  })
  .meta({ id: 'FacetValues', description: 'The values of one filter.' });

const byParameter = Object.fromEntries(filterLists.map((list) => [filterTable[list].parameter, valuesSchema])) as {
  [Parameter in FilterParameter]: typeof valuesSchema;
};

/** What `GET /v1/timeline/facets` answers. */
export const facetsAnswerSchema = z
  .object({
    facets: z.object(byParameter).describe('The values by the parameter that filters by them.'),
    entries: z.int().min(0).describe('How many entries were counted.'),
    ...countedPartFields,
    range: rangeField,
    asOf: asOfField,
    nextCursor: nextCursorField,
  })
  .meta({ id: 'Facets', description: 'The values by which the entries of a timeline can be filtered.' });

/** The values as an answer shows them. */
export type FacetsAnswer = z.infer<typeof facetsAnswerSchema>;
