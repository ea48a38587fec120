import * as z from 'zod';
import { eventType } from './event-type.ts';
import { actorSchema } from './fields/actor.ts';
import { durationSchema } from './fields/duration.ts';
import { quantitySchema } from './fields/quantity.ts';

const mandate = z.strictObject({
  duration: durationSchema,
  renewableBy: durationSchema.optional().describe('By how long it goes on each time, if nobody objects.'),
  notice: durationSchema.optional().describe('How long before its end a party has to object.'),
});

export const peacekeepersDeployed = eventType({
  description: 'Peacekeepers move in.',
  fields: { from: actorSchema, quantity: quantitySchema, mandate: mandate.optional() },
  actors: ['from'],
});
