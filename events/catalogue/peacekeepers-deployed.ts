import * as z from 'zod';
import { eventType } from './event-type.ts';
import { actorSchema } from './fields/actor.ts';
import { durationSchema } from './fields/duration.ts';
import { quantitySchema } from './fields/quantity.ts';

const mandate = z.strictObject({
  duration: durationSchema,
  /** By how long it goes on each time, if nobody objects. */
  renewableBy: durationSchema.optional(),
  /** How long before its end a party has to object. */
  notice: durationSchema.optional(),
});

export const peacekeepersDeployed = eventType({
  description: 'Peacekeepers move in.',
  fields: { from: actorSchema, quantity: quantitySchema, mandate: mandate.optional() },
  actors: ['from'],
});
