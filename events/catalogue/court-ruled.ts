import { eventType } from './event-type.ts';
import { actorSchema, actorsSchema } from './fields/actor.ts';
import { textOf } from './fields/text.ts';

const maximumCaseNameLength = 300;
const maximumCaseNumberLength = 200;
const maximumOutcomeLength = 1000;

export const courtRuled = eventType({
  description: 'A court decides: a judgment, a sentence, an order.',
  fields: () => ({
    court: actorSchema(),
    outcome: textOf(maximumOutcomeLength).describe('What the court decided.'),
    parties: actorsSchema().optional(),
    caseName: textOf(maximumCaseNameLength).optional().describe('What the case is called.'),
    caseNumber: textOf(maximumCaseNumberLength)
      .optional()
      .describe('The number or the citation of the case, such as `[2022] UKSC 31`.'),
  }),
  actors: ['court', 'parties'],
});
