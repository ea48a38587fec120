import * as z from 'zod';
import { componentName } from '../events/catalogue/component-name.ts';
import { catalogue } from '../events/catalogue/index.ts';
import { unionByType } from '../events/catalogue/union-by-type.ts';
import { eventAttributes } from '../events/event.ts';

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

/** The data of each type under the name of its component. */
export const dataComponents = Object.fromEntries(
  Object.entries(catalogue).map(([name, { schema }]) => [`${componentName(name)}Data`, schema]),
);
