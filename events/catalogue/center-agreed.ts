import { eventType } from './event-type.ts';
import { actorsOf } from './fields/actor.ts';
import { placeSchema } from './fields/place.ts';
import { textOf } from './fields/text.ts';

const maximumPurposeLength = 1000;

export const centerAgreed = eventType({
  description: 'Parties agree to set up a center and run it together.',
  fields: () => ({ parties: actorsOf(2), purpose: textOf(maximumPurposeLength), seat: placeSchema().optional() }),
  actors: ['parties'],
  places: ['seat'],
});
