import { eventType } from './event-type.ts';
import { actorSchema } from './fields/actor.ts';
import { placeSchema } from './fields/place.ts';
import { textOf } from './fields/text.ts';
import { momentSchema } from './fields/times.ts';

const maximumReasonLength = 1000;

export const handoverRescheduled = eventType({
  description: 'The date of a handover is changed.',
  fields: () => ({
    district: placeSchema(),
    from: actorSchema(),
    to: actorSchema(),
    previously: momentSchema().optional().describe('The previous date.'),
    reason: textOf(maximumReasonLength).optional(),
  }),
  actors: ['from', 'to'],
  places: ['district'],
});
