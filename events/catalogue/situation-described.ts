import { eventType } from './event-type.ts';
import { actorSchema } from './fields/actor.ts';
import { quantitySchema } from './fields/quantity.ts';

export const situationDescribed = eventType({
  description: 'Something is so for a while, such as who controls a place or what people lack.',
  fields: { describedBy: actorSchema.optional(), quantity: quantitySchema.optional() },
  actors: ['describedBy'],
});
