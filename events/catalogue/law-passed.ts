import { eventType } from './event-type.ts';
import { actorSchema } from './fields/actor.ts';
import { textOf } from './fields/text.ts';
import { momentSchema } from './fields/times.ts';
import { votesSchema } from './fields/votes.ts';

const maximumTitleLength = 300;
const maximumNumberLength = 200;
const maximumPurposeLength = 1000;

export const lawPassed = eventType({
  description: 'A parliament or another lawmaker passes a law.',
  fields: () => ({
    body: actorSchema().describe('Who passed the law.'),
    law: textOf(maximumTitleLength).describe('The title of the law.'),
    lawNumber: textOf(maximumNumberLength).optional().describe('The number of the law, such as `2013 asp 14`.'),
    purpose: textOf(maximumPurposeLength).optional().describe('What the law does.'),
    inForceFrom: momentSchema().optional(),
    votes: votesSchema().optional(),
  }),
  actors: ['body'],
});
