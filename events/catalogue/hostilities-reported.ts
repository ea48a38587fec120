import { eventType } from './event-type.ts';
import { actorsOf } from './fields/actor.ts';
import { quantitySchema } from './fields/quantity.ts';
import { textOf } from './fields/text.ts';

const maximumOutcomeLength = 1000;

export const hostilitiesReported = eventType({
  description: 'There is fighting: a war, an offensive, a clash.',
  fields: () => ({
    parties: actorsOf(1),
    casualties: quantitySchema().optional(),
    outcome: textOf(maximumOutcomeLength).optional(),
  }),
  actors: ['parties'],
});
