import * as z from 'zod';
import { catalogue } from './catalogue/index.ts';
import { storyType } from './story.ts';

const eventTypes = Object.keys(catalogue);

export const eventTypeField = z.enum(eventTypes).describe('The type of the event.');

/** The type of a revision in the record, which contains descriptions of stories too. */
export const recordTypeField = z
  .enum([...eventTypes, storyType])
  .describe(`The type of the event, or \`${storyType}\` for the description of a story.`);
