import { eventType } from './event-type.ts';
import { actorSchema } from './fields/actor.ts';
import { placeSchema } from './fields/place.ts';

export const districtCaptured = eventType({
  description: 'One side takes a district by force.',
  fields: () => ({ district: placeSchema(), by: actorSchema(), from: actorSchema().optional() }),
  actors: ['by', 'from'],
  places: ['district'],
});
