import { eventType } from './event-type.ts';
import { actorSchema } from './fields/actor.ts';
import { textOf } from './fields/text.ts';
import { durationSchema, momentSchema } from './fields/times.ts';

const maximumOfficeLength = 300;

export const appointmentMade = eventType({
  description: 'Somebody is appointed to an office, or chosen for it by a body such as a parliament.',
  fields: () => ({
    person: actorSchema(),
    office: textOf(maximumOfficeLength),
    by: actorSchema().optional().describe('Who made the appointment.'),
    predecessor: actorSchema().optional(),
    inOfficeFrom: momentSchema().optional(),
    term: durationSchema().optional(),
  }),
  actors: ['person', 'by', 'predecessor'],
});
