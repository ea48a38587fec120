import { eventType } from './event-type.ts';
import { actorSchema, actorsOf } from './fields/actor.ts';
import { placeSchema } from './fields/place.ts';
import { textOf } from './fields/text.ts';

const maximumAgendaLength = 1000;
const maximumOutcomeLength = 1000;

export const meetingHeld = eventType({
  description: 'People or organizations meet: a summit, a session, a hearing.',
  fields: () => ({
    attendees: actorsOf(1),
    host: actorSchema().optional(),
    venue: placeSchema().optional(),
    agenda: textOf(maximumAgendaLength).optional(),
    outcome: textOf(maximumOutcomeLength).optional(),
  }),
  actors: ['attendees', 'host'],
  places: ['venue'],
});
