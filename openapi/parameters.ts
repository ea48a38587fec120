import * as z from 'zod';
import { storySlugSchema } from '../events/catalogue/fields/story-slug.ts';
import { eventIdField, positionField } from '../events/revision-fields.ts';
import { endpointIdField } from '../events/webhooks/webhook-endpoint.ts';

/** What a parameter is to a client, where its schema reads it from text. */
interface Words {
  readonly description?: string;
  readonly example?: string | number;
  readonly type?: Readonly<Record<string, unknown>>;
}

const wholeNumber = (minimum: number, maximum?: number, usual?: number) => ({
  type: 'integer',
  minimum,
  ...(maximum !== undefined && { maximum }),
  ...(usual !== undefined && { default: usual }),
});

const parameters: Readonly<Record<string, Words>> = {
  limit: { description: 'How many a page holds at most.', type: wholeNumber(1, 500, 50) },
  from: { example: '2020-11' },
  to: { example: '2020-12-01' },
  date: { example: '2020-11/..' },
  tz: { example: 'Asia/Baku' },
  match: { type: { enum: ['overlap', 'within', 'starts'], default: 'overlap' } },
  story: { example: 'karabakh-2020' },
  type: { example: 'district.ceded' },
  place: { example: 'AZ-LAC' },
  actor: { example: 'RU' },
  topic: { example: 'medtop:20000641' },
  asOf: { example: '2026-11-22T10:00:00Z', type: { format: 'date-time' } },
  after: { description: 'A position: the answer begins with the one after it.', type: wholeNumber(0) },
  wait: {
    description: 'For how many seconds to hold an answer that has nothing to tell, until it has.',
    type: wholeNumber(1, 20),
  },
  revision: {
    description: 'The number of a revision: the event as of it. The first is 0.',
    type: wholeNumber(0, 999_999),
  },
};

function parameter(name: string, schema: z.ZodType): z.ZodType {
  const { description = schema.description, example, type } = parameters[name] ?? {};
  if (!description) throw new Error(`The parameter ${name} has no description.`);
  return schema.meta({
    description: schema.description ?? description,
    ...(example !== undefined && { examples: [example] }),
    override: ({ jsonSchema }: { jsonSchema: Record<string, unknown> }) => {
      if (type?.type === 'integer') delete jsonSchema.pattern;
      Object.assign(jsonSchema, type);
    },
  });
}

/** The parameters of a query as a client sees them. */
export function queryParameters(query: z.ZodObject): z.ZodObject {
  return z.strictObject(
    Object.fromEntries(
      Object.entries(query.shape).map(([name, schema]) => [name, parameter(name, schema as z.ZodType)]),
    ),
  );
}

const pathParameters: Readonly<Record<string, z.ZodType>> = {
  id: eventIdField,
  story: storySlugSchema,
  endpoint: endpointIdField,
  position: positionField,
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
