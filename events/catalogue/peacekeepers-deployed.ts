import * as z from 'zod';
import { eventType } from './event-type.ts';
import { actorSchema } from './fields/actor.ts';
import { quantitySchema } from './fields/quantity.ts';
import { durationSchema } from './fields/times.ts';

const mandateSchema = () =>
  z.strictObject({
    duration: durationSchema(),
    renewableBy: durationSchema()
      .optional()
      .describe('By how long the mandate is extended each time that no party objects.'),
    notice: durationSchema().optional().describe('How long before the end of the mandate a party must object.'),
  });

export const peacekeepersDeployed = eventType({
  description: 'Peacekeepers move in.',
  fields: () => ({ from: actorSchema(), quantity: quantitySchema(), mandate: mandateSchema().optional() }),
  actors: ['from'],
});
