import { eventType } from './event-type.ts';
import { actorsOf, actorsSchema } from './fields/actor.ts';
import { placeSchema } from './fields/place.ts';
import { textOf } from './fields/text.ts';

const maximumOutcomeLength = 1000;

export const talksHeld = eventType({
  description: 'Parties talk, alone or with mediators.',
  fields: () => ({
    parties: actorsOf(1),
    mediators: actorsSchema().optional(),
    venue: placeSchema().optional(),
    outcome: textOf(maximumOutcomeLength).optional(),
  }),
  actors: ['parties', 'mediators'],
  places: ['venue'],
});
