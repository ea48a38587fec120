import * as z from 'zod';
import { eventTypeNames } from './catalogue/event-type-names.ts';
import { redactedType } from './redaction.ts';
import { storyType } from './story.ts';

/** As texts: what is stored may be of a type that another release knows. */
const names: readonly string[] = eventTypeNames;

export const eventTypeField = z.enum(names).describe('The type of the event.');

/** The type of a revision in the record, which contains descriptions of stories too. */
export const recordTypeField = z
  .enum([...names, storyType, redactedType])
  .describe(
    `The type of the event, \`${storyType}\` for the description of a story, or \`${redactedType}\` once its content was taken down.`,
  );
