import { eventType } from './event-type.ts';
import { actorSchema } from './fields/actor.ts';
import { placeSchema } from './fields/place.ts';

export const handoverScheduled = eventType({
  description: 'A date is set on which a district passes from one side to the other.',
  fields: () => ({ district: placeSchema(), from: actorSchema(), to: actorSchema() }),
  actors: ['from', 'to'],
  places: ['district'],
});
