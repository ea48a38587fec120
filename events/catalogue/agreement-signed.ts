import { eventType } from './event-type.ts';
import { actorsOf, actorsSchema } from './fields/actor.ts';
import { listOf } from './fields/list.ts';
import { placeSchema } from './fields/place.ts';
import { textOf } from './fields/text.ts';
import { momentSchema } from './fields/times.ts';

const maximumPurposeLength = 1000;
const maximumTermLength = 1000;

export const agreementSigned = eventType({
  description: 'Parties sign an agreement, a treaty or a contract.',
  fields: () => ({
    parties: actorsOf(2),
    purpose: textOf(maximumPurposeLength).describe('What the agreement is about.'),
    brokers: actorsSchema().optional(),
    venue: placeSchema().optional(),
    inForceFrom: momentSchema().optional(),
    terms: listOf(() => textOf(maximumTermLength)).optional(),
  }),
  actors: ['parties', 'brokers'],
  places: ['venue'],
});
