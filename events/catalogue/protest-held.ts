import { eventType } from './event-type.ts';
import { actorsSchema } from './fields/actor.ts';
import { placeSchema } from './fields/place.ts';
import { quantitySchema } from './fields/quantity.ts';
import { textOf } from './fields/text.ts';

const maximumCauseLength = 1000;

export const protestHeld = eventType({
  description: 'People protest: a demonstration, a strike, a sit-in.',
  fields: () => ({
    cause: textOf(maximumCauseLength).describe('What they demand or oppose.'),
    organizers: actorsSchema().optional(),
    venue: placeSchema().optional(),
    participants: quantitySchema().optional(),
    arrests: quantitySchema().optional(),
    casualties: quantitySchema().optional(),
  }),
  actors: ['organizers'],
  places: ['venue'],
});
