import * as z from 'zod';
import { storySlugSchema } from '../events/catalogue/fields/identifiers.ts';
import { eventIdField, positionField } from '../events/revision-fields.ts';
import { endpointIdField } from '../events/webhooks/webhook-endpoint.ts';

/** Lists are sent as one text, in which commas separate the values. */
const separatedByCommas = { style: 'form', explode: false } as const;

/**
 * Asserts that each parameter of a query has a description, and returns the query as the document shows it.
 *
 * @throws {Error} when a parameter has no description; the message names it
 */
export function describedQuery(query: z.ZodObject): z.ZodObject {
  for (const [name, schema] of Object.entries(query.shape)) {
    if (!(schema as z.ZodType).description) throw new Error(`The parameter ${name} has no description.`);
  }
  const lists = Object.entries(query.shape as Record<string, z.ZodType>).filter(
    ([, schema]) => schema.meta()?.type === 'array',
  );
  return query.extend(
    Object.fromEntries(
      lists.map(([name, schema]) => [name, schema.meta({ ...schema.meta(), param: separatedByCommas })]),
    ),
  );
}

const pathParameters: Readonly<Record<string, z.ZodType>> = {
  id: eventIdField,
  story: storySlugSchema(),
  endpoint: endpointIdField,
  position: positionField,
  page: z.string().meta({ description: 'The name of the page.', examples: ['timelines'] }),
  schema: z.string().meta({ description: 'The name of the schema.', examples: ['Entry'] }),
  guide: z.string().meta({ description: 'The name of the guide.', examples: ['date-ranges'] }),
};

/** The parameters in a path such as `/v1/events/{id}`. */
export function parametersOfPath(path: string): z.ZodObject {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
  return z.object(
    Object.fromEntries(
      names.map((name) => {
        const schema = pathParameters[name];
        if (!schema) throw new Error(`The parameter ${name} of ${path} has no description.`);
        return [name, schema];
      }),
    ),
  );
}
