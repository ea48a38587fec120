import { eventType } from './event-type.ts';
import { quantitySchema } from './fields/quantity.ts';
import { textOf } from './fields/text.ts';

const maximumKindLength = 100;
const maximumNameLength = 200;

export const disasterStruck = eventType({
  description: 'A disaster strikes: a storm, an earthquake, a flood, a fire, an accident.',
  fields: () => ({
    disaster: textOf(maximumKindLength).describe('What kind of disaster it is, such as `earthquake`.'),
    disasterName: textOf(maximumNameLength).optional().describe('What it is called, such as `Hurricane Sandy`.'),
    magnitude: quantitySchema().optional().describe('How strong it was; the unit names the scale.'),
    casualties: quantitySchema().optional(),
    displaced: quantitySchema().optional().describe('The people who had to leave their homes.'),
    damage: quantitySchema().optional(),
  }),
});
