import { eventType } from './event-type.ts';
import { actorSchema } from './fields/actor.ts';
import { placeSchema } from './fields/place.ts';

export const districtCeded = eventType({
  description: 'A district passes from one side to the other without a fight.',
  fields: () => ({ district: placeSchema(), from: actorSchema(), to: actorSchema() }),
  actors: ['from', 'to'],
  places: ['district'],
});
