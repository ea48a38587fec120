import { eventType } from './event-type.ts';
import { actorsSchema } from './fields/actor.ts';
import { listOf } from './fields/list.ts';
import { placeSchema } from './fields/place.ts';
import { quantitySchema } from './fields/quantity.ts';
import { resultSchema } from './fields/result.ts';
import { textOf } from './fields/text.ts';

const maximumContestLength = 1000;

export const electionHeld = eventType({
  description: 'People vote, in an election or a referendum.',
  fields: () => ({
    contest: textOf(maximumContestLength).describe('The office, the body or the question that is voted on.'),
    area: placeSchema().optional().describe('Where people vote.'),
    results: listOf(resultSchema).optional(),
    winners: actorsSchema().optional().describe('Those who won.'),
    turnout: quantitySchema().optional().describe('The share of those entitled to vote who voted, in percent.'),
  }),
  actors: ['winners'],
  places: ['area'],
});
