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

interface ValueSchemas {
  /** In a query. An unknown value simply finds nothing. */
  readonly parameter: z.ZodType<string>;
  /** In the list of an endpoint, which is stored. */
  readonly item: z.ZodType<string>;
}

const statuses = statusSchema.options;

const oneOf = <Value extends string>(values: readonly Value[]) =>
  z.enum(values, `Must be one of ${values.join(', ')}.`);

const schemas: Readonly<Record<FilterValue, ValueSchemas>> = {
  story: { parameter: z.string(), item: storySlugSchema },
  eventType: { parameter: oneOf(eventTypeNames), item: oneOf(eventTypeNames) },
  identifier: { parameter: z.string(), item: textOf(maximumNameLength) },
  status: { parameter: oneOf(statuses), item: statusSchema },
  newsroom: { parameter: newsroomSchema, item: newsroomSchema },
};

function parameterOf(list: FilterList): [FilterParameter, z.ZodOptional<z.ZodType<string>>] {
  const { value, description, examples }: FilterDefinition = filterTable[list];
  const schema = schemas[value].parameter.optional();
  return [filterTable[list].parameter, schema.meta({ description, ...(examples && { examples: [...examples] }) })];
}

/** The filters of a query. An event must match all of them. */
export const filterParameterSchemas = Object.fromEntries(filterLists.map(parameterOf)) as {
  [Parameter in FilterParameter]: z.ZodOptional<z.ZodType<string>>;
};

/** The schema of a value in a filter's list. */
export const filterItemSchema = (list: FilterList): z.ZodType<string> => schemas[filterTable[list].value].item;
