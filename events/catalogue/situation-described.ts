import { eventType } from './event-type.ts';
import { actorSchema } from './fields/actor.ts';
import { quantitySchema } from './fields/quantity.ts';

export const situationDescribed = eventType({
  description: 'A condition lasts for a while, such as control of a place or a shortage.',
  fields: () => ({ describedBy: actorSchema().optional(), quantity: quantitySchema().optional() }),
  actors: ['describedBy'],
});
