import * as z from 'zod';
import { eventTypeNames } from '../catalogue/event-type-names.ts';
import { newsroomSchema, storySlugSchema } from '../catalogue/fields/identifiers.ts';
import { statusSchema } from '../catalogue/fields/status.ts';
import { textOf } from '../catalogue/fields/text.ts';
import { maximumNameLength } from '../input/limits.ts';
import {
  type FilterDefinition,
  type FilterList,
  type FilterParameter,
  type FilterValue,
  filterLists,
  filterTable,
} from './filter-table.ts';

const statuses = statusSchema.options;

const oneOf = <Value extends string>(values: readonly Value[]) =>
  z.enum(values, `Must be one of ${values.join(', ')}.`);

/** The values that an event can have: of queries and of endpoints. What no event can have is refused, so that a typing error shows. */
const schemas: Readonly<Record<FilterValue, z.ZodType<string>>> = {
  story: storySlugSchema,
  eventType: oneOf(eventTypeNames),
  identifier: textOf(maximumNameLength),
  status: oneOf(statuses),
  newsroom: newsroomSchema,
};

function parameterOf(list: FilterList): [FilterParameter, z.ZodOptional<z.ZodType<string>>] {
  const { value, description, examples }: FilterDefinition = filterTable[list];
  const schema = schemas[value].optional();
  return [filterTable[list].parameter, schema.meta({ description, ...(examples && { examples: [...examples] }) })];
}

/** The filters of a query. An event must match all of them. */
export const filterParameterSchemas = Object.fromEntries(filterLists.map(parameterOf)) as {
  [Parameter in FilterParameter]: z.ZodOptional<z.ZodType<string>>;
};

/** The schema of a value in a filter's list. */
export const filterItemSchema = (list: FilterList): z.ZodType<string> => schemas[filterTable[list].value];
