import * as z from 'zod';
import { eventType } from './event-type.ts';
import { actorSchema } from './fields/actor.ts';
import { placeSchema } from './fields/place.ts';
import { textOf } from './fields/text.ts';

const maximumCauseLength = 1000;

export const personDied = eventType({
  description: 'A public figure dies.',
  fields: () => ({
    person: actorSchema(),
    age: z.int().nonnegative().optional().describe('How old the person was, in years.'),
    cause: textOf(maximumCauseLength).optional().describe('What the person died of.'),
    at: placeSchema().optional().describe('Where the person died.'),
  }),
  actors: ['person'],
  places: ['at'],
});
