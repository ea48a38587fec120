import { eventType } from './event-type.ts';
import { actorsSchema } from './fields/actor.ts';
import { textOf } from './fields/text.ts';

const maximumQuestionLength = 1000;

export const questionOpen = eventType({
  description: 'A question is open. The date of the event says from when to when.',
  fields: () => ({
    question: textOf(maximumQuestionLength),
    toBeAnsweredBy: actorsSchema().optional().describe('The actors who must answer the question.'),
  }),
  actors: ['toBeAnsweredBy'],
});
