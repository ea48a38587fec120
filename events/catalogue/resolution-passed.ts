import * as z from 'zod';
import { eventType } from './event-type.ts';
import { actorSchema } from './fields/actor.ts';
import { textOf } from './fields/text.ts';
import { votesSchema } from './fields/votes.ts';

const maximumDemandLength = 1000;

export const resolutionPassed = eventType({
  description: 'A parliament, a council or another body passes a resolution.',
  fields: () => ({
    body: actorSchema(),
    binding: z.boolean(),
    callsFor: textOf(maximumDemandLength).optional(),
    votes: votesSchema().optional(),
  }),
  actors: ['body'],
});
