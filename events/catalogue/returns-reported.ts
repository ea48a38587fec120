import { eventType } from './event-type.ts';
import { actorSchema } from './fields/actor.ts';
import { placeSchema } from './fields/place.ts';
import { quantitySchema } from './fields/quantity.ts';

export const returnsReported = eventType({
  description: 'People who had fled are reported to have returned.',
  fields: () => ({
    quantity: quantitySchema(),
    populationShare: quantitySchema().optional(),
    reportedBy: actorSchema().optional(),
    from: placeSchema().optional(),
    to: placeSchema().optional(),
  }),
  actors: ['reportedBy'],
  places: ['from', 'to'],
});
