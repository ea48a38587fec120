import { eventType } from './event-type.ts';
import { actorSchema } from './fields/actor.ts';
import { textOf } from './fields/text.ts';

const maximumQuotationLength = 4000;
const maximumSubjectLength = 300;

export const statementMade = eventType({
  description: 'Somebody makes a statement that matters to the story.',
  fields: () => ({
    speaker: actorSchema(),
    onBehalfOf: actorSchema().optional(),
    quotation: textOf(maximumQuotationLength).optional(),
    about: textOf(maximumSubjectLength).optional(),
  }),
  actors: ['speaker', 'onBehalfOf'],
});
