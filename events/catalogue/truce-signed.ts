import { eventType } from './event-type.ts';
import { actorsOf, actorsSchema } from './fields/actor.ts';
import { listOf } from './fields/list.ts';
import { placesSchema } from './fields/place.ts';
import { textOf } from './fields/text.ts';
import { momentSchema } from './fields/times.ts';

const maximumTermLength = 1000;

export const truceSigned = eventType({
  description: 'Parties to a conflict agree to stop fighting.',
  fields: () => ({
    parties: actorsOf(2),
    brokers: actorsSchema().optional(),
    inForceFrom: momentSchema().optional(),
    districts: placesSchema().optional().describe('Districts to be handed over under the truce.'),
    terms: listOf(() => textOf(maximumTermLength)).optional(),
  }),
  actors: ['parties', 'brokers'],
  places: ['districts'],
});
