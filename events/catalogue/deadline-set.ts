import { eventType } from './event-type.ts';
import { actorsSchema } from './fields/actor.ts';
import { textOf } from './fields/text.ts';

const maximumDeadlineLength = 1000;

export const deadlineSet = eventType({
  description: 'A deadline is set. The date of the event is the deadline.',
  fields: () => ({
    deadline: textOf(maximumDeadlineLength).describe('What ends, or must be done, by then.'),
    setBy: actorsSchema().optional().describe('Who set the deadline.'),
    appliesTo: actorsSchema().optional().describe('Who must meet the deadline.'),
  }),
  actors: ['setBy', 'appliesTo'],
});
