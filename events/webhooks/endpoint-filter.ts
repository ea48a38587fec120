import * as z from 'zod';
import { eventTypeNames } from '../catalogue/event-type-names.ts';
import { parseRange } from '../dates/range.ts';
import { type EndpointList, type FilterDefinition, filterLists, filterTable } from '../filters/filter-table.ts';
import { filterItemSchema } from '../filters/filter-values.ts';
import { codesNamedIn } from '../filters/identifiers-for.ts';
import { InvalidInput } from '../input/errors.ts';
import { maximumFilterBytes, maximumFilterValues } from '../input/limits.ts';
import { endpointDisabledType } from './operational-types.ts';

const messageTypes = [...eventTypeNames, endpointDisabledType];

type ListSchema = z.ZodOptional<z.ZodArray<z.ZodType<string>>>;

const listOf = (item: z.ZodType<string>, description: string): ListSchema =>
  z
    .array(item)
    .min(1, 'Must hold at least one value. Leave the field out to match all.')
    .max(maximumFilterValues, `Must hold at most ${maximumFilterValues} values.`)
    .optional()
    .describe(description);

const lists = Object.fromEntries(
  filterLists.flatMap((list) => {
    const { listDescription }: FilterDefinition = filterTable[list];
    return listDescription === undefined ? [] : [[list, listOf(filterItemSchema(list), listDescription)]];
  }),
) as { [List in EndpointList]: ListSchema };

/** Checks the range like the range of a query. The errors point at fields instead of parameters. */
function checkRange(context: z.core.ParsePayload<{ from?: string | undefined; to?: string | undefined }>): void {
  const { from, to } = context.value;
  try {
    parseRange({ from, to });
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    for (const { detail, ...place } of error.errors) {
      const path = 'parameter' in place ? [place.parameter] : [];
      context.issues.push({ code: 'custom', message: detail, path, input: context.value });
    }
  }
}

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

const bound = (which: string) =>
  z
    .string()
    .optional()
    .describe(`${which} of the range in which it happened: an EDTF day, month or year, or an RFC 3339 instant.`);

/** Which events an endpoint wants: those that have one of the values of each list, and happened in the range. */
export const filterSchema = z
  .strictObject({
    ...lists,
    // An endpoint may also want an operational message, which is no event.
    types: listOf(
      z.enum(messageTypes, `Must be one of ${messageTypes.join(', ')}.`),
      `${filterTable.types.listDescription} With ${endpointDisabledType}, a message is sent when another endpoint of the newsroom is disabled.`,
    ),
    from: bound('The start'),
    to: bound('The end'),
  })
  .check(checkRange)
  .refine((filter) => bytesOf(filter) <= maximumFilterBytes, `Must have at most ${maximumFilterBytes} bytes as JSON.`)
  .meta({
    id: 'EndpointFilter',
    description: 'Which events an endpoint receives: those that match one value of each list, and the range.',
  });

/** The filter of an endpoint, as its newsroom sent it. */
export type EndpointFilter = z.infer<typeof filterSchema>;

/**
 * The filter of an endpoint with the codes of the countries and subdivisions that it names. They are looked up once,
 * when it is accepted: what an endpoint receives does not change when the lists of names do.
 */
export interface AcceptedFilter extends EndpointFilter {
  readonly actorCodes?: readonly string[];
  readonly placeCodes?: readonly string[];
}

/** The filter of an endpoint as it is stored. */
export async function acceptedFilter(filter: EndpointFilter): Promise<AcceptedFilter> {
  const { actors = [], places = [] } = filter;
  const [actorCodes, placeCodes] = await Promise.all([codesNamedIn('actors', actors), codesNamedIn('places', places)]);
  return {
    ...filter,
    ...(actorCodes.length > 0 && { actorCodes }),
    ...(placeCodes.length > 0 && { placeCodes }),
  };
}

/** The filter of an endpoint as its newsroom sent it. */
export function sentFilter({ actorCodes: _actors, placeCodes: _places, ...filter }: AcceptedFilter): EndpointFilter {
  return filter;
}
