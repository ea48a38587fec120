import { eventType } from './event-type.ts';
import { actorSchema } from './fields/actor.ts';
import { placeSchema } from './fields/place.ts';

export const handoverScheduled = eventType({
  description: 'A district is to pass from one side to the other on a date that is set.',
  fields: { district: placeSchema, from: actorSchema, to: actorSchema },
  actors: ['from', 'to'],
  places: ['district'],
});
