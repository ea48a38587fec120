import * as z from 'zod';
import { eventIdPattern } from './identity.ts';

export const eventIdField = z
  .string()
  .regex(eventIdPattern)
  .meta({ description: 'The public id of the event.', examples: ['evt_te73c6vbre67e74ncy75l2s54c'] });

export const revisionField = z.int().min(0).describe('The number of the revision; the first is 0.');

export const positionField = z.int().min(1).describe('Its place in the record. Positions rise by one.');

/** An instant as answers have it: UTC with milliseconds. */
export const instantField = z.iso.datetime({ precision: 3 });

export const recordedAtField = instantField.describe('When it was accepted.');

export const publishedAtField = instantField.describe('When it joined the record. Strictly rising with the position.');

export const newsroomField = z.string().describe('The newsroom that wrote it.');

export const storyField = z.string().meta({ description: 'The slug of the story.', examples: ['karabakh-2020'] });

export const noteField = z
  .string()
  .nullable()
  .describe('Why it was corrected or retracted; null for what was recorded.');

export const changeKindField = z.enum(['recorded', 'corrected', 'retracted']).describe('What happened to the event.');

export const changedField = z
  .array(z.string())
  .meta({ description: 'What the correction changed, as JSON pointers.', examples: [['/data/quantity/best']] });
