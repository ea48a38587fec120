import { eventType } from './event-type.ts';
import { actorSchema } from './fields/actor.ts';
import { quantitySchema } from './fields/quantity.ts';
import { textOf } from './fields/text.ts';

const maximumPledgeLength = 1000;

export const pledgeMade = eventType({
  description: 'Somebody promises to do something.',
  fields: () => ({
    by: actorSchema(),
    to: actorSchema().optional(),
    pledge: textOf(maximumPledgeLength),
    quantity: quantitySchema().optional(),
  }),
  actors: ['by', 'to'],
});
