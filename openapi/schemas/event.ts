import * as z from 'zod';
import { eventDataSchema } from '../../events/catalogue/event-fields.ts';
import { catalogue } from '../../events/catalogue/index.ts';
import { type CloudEvent, eventAttributes } from '../../events/event.ts';
import { componentName } from '../component-name.ts';
import { unionByType } from './union-by-type.ts';

const events = Object.entries(catalogue).map(([type, { description, schema }]) =>
  z
    .strictObject({ ...eventAttributes, type: z.literal(type), data: schema })
    .meta({ id: `${componentName(type)}Event`, description }),
);

/** An event as it may be posted. */
export const eventSchema = unionByType(events).meta({
  id: 'Event',
  description: 'An event by CloudEvents 1.0. Its type says which fields its data has.',
});

export const batchSchema = z
  .array(eventSchema)
  .min(1)
  .max(100)
  .meta({ id: 'EventBatch', description: 'Up to 100 events. Nothing is written unless all of them are valid.' });

/** The body in binary mode. */
export const dataSchema = z
  .union(Object.values(catalogue).map(({ schema }) => schema))
  .meta({ id: 'EventData', description: 'The data of an event, by the type that the header `ce-type` names.' });

const { type, subject, time, datacontenttype, traceparent, tracestate } = eventAttributes;

/** An event as the record has it. */
export const recordedEventSchema = z
  .object({
    specversion: z.literal('1.0').describe('The version of CloudEvents.'),
    id: z.string().describe('The id that the newsroom gave it, or that was made up.'),
    source: z.string().describe('The newsroom that wrote it, as `/newsrooms/<newsroom>`.'),
    type,
    subject,
    time,
    datacontenttype,
    traceparent,
    tracestate,
    data: eventDataSchema.describe('As it was sent; after a correction, as it is corrected.'),
  })
  .meta({
    id: 'RecordedEvent',
    description: 'An event as the record has it: complete, by CloudEvents 1.0.',
  }) satisfies z.ZodType<CloudEvent>;

/** The data of each type under the name of its component. */
export const dataComponents = Object.fromEntries(
  Object.entries(catalogue).map(([name, { schema }]) => [`${componentName(name)}Data`, schema]),
);
