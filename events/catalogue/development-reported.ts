import { eventType } from './event-type.ts';
import { quantitySchema } from './fields/quantity.ts';

export const developmentReported = eventType({
  description: 'Anything else that matters to the story and has no type of its own.',
  fields: () => ({ quantity: quantitySchema().optional() }),
});
