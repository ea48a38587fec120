import * as z from 'zod';
import { eventTypeNames } from '../catalogue/event-type-names.ts';
import { newsroomSchema, storySlugSchema } from '../catalogue/fields/identifiers.ts';
import { statusSchema } from '../catalogue/fields/status.ts';
import { textOf } from '../catalogue/fields/text.ts';
import { topicSchema } from '../catalogue/fields/topic.ts';
import { maximumNameLength, maximumQueryValues } from '../input/limits.ts';
import {
  type FilterDefinition,
  type FilterList,
  type FilterParameter,
  type FilterValue,
  filterLists,
  filterTable,
} from './filter-table.ts';
import { identifierOfText } from './identifier.ts';

const statuses = statusSchema().options;

const oneOf = <Value extends string>(values: readonly Value[]) =>
  z.enum(values, `Must be one of ${values.join(', ')}.`);

/**
 * The values that an event can have: of queries and of endpoints. What no event can have is refused, so that a typing
 * error shows.
 */
const schemas: Readonly<Record<FilterValue, z.ZodType<string>>> = {
  story: storySlugSchema(),
  eventType: oneOf(eventTypeNames),
  identifier: textOf(maximumNameLength),
  topic: topicSchema(),
  status: oneOf(statuses),
  newsroom: newsroomSchema(),
};

const inLowerCase = (text: string) => text.normalize('NFKC').toLowerCase();

const control = /\p{Cc}/u;

/** How a value in a query is written in events, whatever its letter case and Unicode form. */
const normalized: Readonly<Record<FilterValue, (text: string) => string>> = {
  story: inLowerCase,
  eventType: inLowerCase,
  identifier: identifierOfText,
  topic: inLowerCase,
  status: inLowerCase,
  newsroom: inLowerCase,
};

/** What is wrong with a value, or null. */
function faultOf(kind: FilterValue, text: string): string | null {
  if (text === '') return 'Must not be empty: a comma separates values.';
  if (control.test(text)) return 'Must not have a control character.';
  const checked = schemas[kind].safeParse(kind === 'identifier' ? text : normalized[kind](text));
  if (!checked.success) return checked.error.issues[0]?.message ?? 'Is not valid.';
  return normalized[kind](text) === '' ? 'Must be a code or a name: it has no letter and no digit.' : null;
}

const longestQuote = 40;

const quoted = (text: string) => JSON.stringify(text.length > longestQuote ? `${text.slice(0, longestQuote)}…` : text);

const whereToFind = 'GET /v1/timeline/facets lists the values that events have.';

/**
 * The schema of a parameter that takes one value or several, separated by commas. The values are as events have them.
 */
function listSchema(kind: FilterValue) {
  return z.string().transform((text, context): readonly string[] => {
    // More values than these are refused. The rest of a very long text is not looked at.
    const texts = text.split(',', maximumQueryValues + 1);
    const refuse = (message: string) => {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    };
    if (texts.length > maximumQueryValues) return refuse(`Must have at most ${maximumQueryValues} values.`);
    const faulty = texts.find((value) => faultOf(kind, value) !== null);
    if (faulty !== undefined) {
      const fault = faultOf(kind, faulty) as string;
      const named = texts.length > 1 && faulty !== '' ? `${quoted(faulty)}: ${fault}` : fault;
      return refuse(`${named} ${whereToFind}`);
    }
    const values = texts.map(normalized[kind]);
    const twice = texts.find((_, index) => values.indexOf(values[index] as string) < index);
    if (twice !== undefined) return refuse(`Has a value twice: ${quoted(twice)}.`);
    return values;
  });
}

function parameterOf(list: FilterList): [FilterParameter, ListParameter] {
  const { value, description, examples }: FilterDefinition = filterTable[list];
  const { $schema: _, ...items } = z.toJSONSchema(schemas[value]);
  const schema = listSchema(value).optional();
  return [
    filterTable[list].parameter,
    schema.meta({
      description: `${description} Several values are separated by commas: an event must have one of them.`,
      type: 'array',
      items,
      minItems: 1,
      maxItems: maximumQueryValues,
      uniqueItems: true,
      ...(examples && { examples: [[...examples]] }),
    }),
  ];
}

type ListParameter = z.ZodOptional<z.ZodType<readonly string[], string>>;

/** The filters of a query. An event must match all of them: of each, one of the values. */
export const filterParameterSchemas = Object.fromEntries(filterLists.map(parameterOf)) as {
  [Parameter in FilterParameter]: ListParameter;
};

/** The schema of a value in a filter's list. */
export const filterItemSchema = (list: FilterList): z.ZodType<string> => schemas[filterTable[list].value];
