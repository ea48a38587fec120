import * as z from 'zod';
import { componentName, unionByType } from '../events/catalogue/event-type.ts';
import { catalogue } from '../events/catalogue/index.ts';
import { eventAttributes } from '../events/event.ts';
import { maximumBatchEvents } from '../events/input/limits.ts';

const events = Object.entries(catalogue).map(([type, { description, schema }]) =>
  z
    .strictObject({ ...eventAttributes, type: z.literal(type), data: schema })
    .meta({ id: `${componentName(type)}Event`, description }),
);

/** An event as clients post it. */
export const eventSchema = unionByType(events).meta({
  id: 'Event',
  description: 'A CloudEvent (CloudEvents 1.0). The `type` says which fields `data` has.',
});

export const batchSchema = z
  .array(eventSchema)
  .min(1)
  .max(maximumBatchEvents)
  .meta({
    id: 'EventBatch',
    description: `1 to ${maximumBatchEvents} events. If one of them is invalid, nothing is written.`,
  });

/** The body in binary mode. */
export const dataSchema = z
  .union(Object.values(catalogue).map(({ schema }) => schema))
  .meta({ id: 'EventData', description: 'The data of an event of the type in the header `ce-type`.' });

/** The data of each type under the name of its component. */
export const dataComponents = Object.fromEntries(
  Object.entries(catalogue).map(([name, { schema }]) => [`${componentName(name)}Data`, schema]),
);
