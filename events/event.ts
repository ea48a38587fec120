import * as z from 'zod';
import { eventDataSchema } from './catalogue/event-fields.ts';
import { eventIdentifierSchema, storySlugSchema } from './catalogue/fields/identifiers.ts';
import { jsonMediaTypeSchema } from './catalogue/fields/json-media-type.ts';
import { instantSchema } from './catalogue/fields/times.ts';
import { catalogue, dataSchemaOf } from './catalogue/index.ts';
import { facetKeysOf } from './filters/facets.ts';
import { InvalidInput } from './input/errors.ts';
import { maximumFacetsOfEvent, maximumSourceLength } from './input/limits.ts';
import { once } from './input/once.ts';
import { validate } from './input/validation.ts';
import { storyType } from './story.ts';

/** W3C Trace Context: later versions may append fields to those of version 00. */
const traceparent = /^(?!ff)[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}(-[\x21-\x7e]{0,256})?$/;
const tracestate = /^[\x20-\x7e\t]{0,1024}$/;

const describedByPut = (issue: { input?: unknown }) =>
  issue.input === storyType ? 'Cannot be posted. To describe a story, use PUT /v1/stories/{story}.' : undefined;

/** The attributes of CloudEvents 1.0 that a client may send. */
export const eventAttributes = {
  specversion: z.literal('1.0').optional().describe('The version of CloudEvents.'),
  id: eventIdentifierSchema()
    .optional()
    .describe(
      'Your own id of the event, by which a retry is recognized. Default: the header `Idempotency-Key`, else a generated id.',
    ),
  source: z
    .string()
    .min(1)
    .max(maximumSourceLength)
    .optional()
    .describe('Who sends the event: `/newsrooms/<newsroom of your key>`, which is also the default.'),
  type: z.enum(Object.keys(catalogue), { error: describedByPut }),
  subject: storySlugSchema().describe('The slug of the story. A story exists from its first event on.'),
  time: instantSchema().optional().describe('When your tool sent the event. When it happened is in `data.when`.'),
  datacontenttype: jsonMediaTypeSchema().optional().describe('The media type of `data`: always application/json.'),
  traceparent: z
    .string()
    .regex(traceparent, 'Must be a traceparent of W3C Trace Context.')
    .optional()
    .describe('The trace that the event belongs to (W3C Trace Context).'),
  tracestate: z
    .string()
    .regex(tracestate, 'Must be a tracestate of W3C Trace Context.')
    .optional()
    .describe('The state of the trace at its vendors (W3C Trace Context).'),
};

const eventSchema = once(() => z.strictObject({ ...eventAttributes, data: eventDataSchema() }));

/** The schema of each type, made when an event of the type is first validated. */
const eventSchemas = new Map<string, z.ZodType>();

const typeOf = (input: unknown) =>
  typeof input === 'object' && input !== null && 'type' in input ? input.type : undefined;

/** The schema of events of a type; of any event if the catalogue does not have the type. */
function eventSchemaOf(type: unknown): z.ZodType {
  const data = typeof type === 'string' ? dataSchemaOf(type) : undefined;
  if (typeof type !== 'string' || !data) return eventSchema();
  const schema = eventSchemas.get(type) ?? z.strictObject({ ...eventAttributes, data });
  eventSchemas.set(type, schema);
  return schema;
}

/** The fields that the data of all types have. */
export type EventData = z.infer<ReturnType<typeof eventDataSchema>>;

/** A complete and valid event by CloudEvents 1.0. */
export type CloudEvent = z.infer<ReturnType<typeof eventSchema>> & {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
};

function assertFacets(event: Pick<CloudEvent, 'type' | 'subject' | 'data'>, pointer: string): void {
  const count = facetKeysOf(event).length;
  if (count <= maximumFacetsOfEvent) return;
  const detail = `Would be in ${count} timelines: one for everything, and one for each story, type, place and actor. At most ${maximumFacetsOfEvent} are accepted; name fewer.`;
  throw new InvalidInput([{ pointer, detail }]);
}

/**
 * Asserts that a value is valid as the data of an event of a type.
 *
 * @param subject the story of the event; by default a story that is not among the `stories` of the data
 * @throws {InvalidInput} with all errors, their pointers below `pointer`
 */
export function validateData(type: string, data: unknown, pointer: string, subject = ''): asserts data is EventData {
  const schema = dataSchemaOf(type);
  if (!schema) throw new InvalidInput([{ pointer, detail: `Cannot be checked: the catalogue has no type ${type}.` }]);
  validate(schema, data, pointer);
  assertFacets({ type, subject, data: data as EventData }, pointer);
}

/**
 * Validates an input and completes it to an event. Its `data` is the same object as in the input. The caller must check
 * whether the client may use this `source`.
 *
 * @param defaults the `id` and `source` if the input has none
 * @throws {InvalidInput} with all errors, their pointers below `pointer`
 */
export function parseEvent(input: unknown, defaults: Pick<CloudEvent, 'id' | 'source'>, pointer = ''): CloudEvent {
  validate(eventSchemaOf(typeOf(input)), input, pointer);
  const { type, subject, time, datacontenttype, traceparent, tracestate, data, ...given } = input as z.infer<
    ReturnType<typeof eventSchema>
  >;
  assertFacets({ type, subject, data }, `${pointer}/data`);
  return {
    specversion: '1.0',
    id: given.id ?? defaults.id,
    source: given.source ?? defaults.source,
    type,
    subject,
    ...(time !== undefined && { time }),
    ...(datacontenttype !== undefined && { datacontenttype }),
    ...(traceparent !== undefined && { traceparent }),
    ...(tracestate !== undefined && { tracestate }),
    data,
  };
}
