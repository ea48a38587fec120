import { eventType } from './event-type.ts';
import { actorSchema } from './fields/actor.ts';
import { placesSchema } from './fields/place.ts';
import { textOf } from './fields/text.ts';
import { momentSchema } from './fields/times.ts';

const maximumWarningLength = 1000;
const maximumLevelLength = 100;

export const warningIssued = eventType({
  description: 'The public is warned: of a storm, an attack, a product.',
  fields: () => ({
    by: actorSchema(),
    warning: textOf(maximumWarningLength).describe('What the public is warned of.'),
    level: textOf(maximumLevelLength).optional().describe('How serious it is, such as `red`.'),
    areas: placesSchema().optional().describe('Where the warning applies.'),
    validUntil: momentSchema().optional(),
  }),
  actors: ['by'],
  places: ['areas'],
});
