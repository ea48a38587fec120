import * as z from 'zod';
import { eventIdPattern } from './identity.ts';
import { revisionKinds } from './revision.ts';

/** The largest possible position: sort keys of the feed have twelve digits. */
export const largestPosition = 999_999_999_999;

export const eventIdField = z
  .string()
  .regex(eventIdPattern, 'Must be the id of an event as the API returned it: evt_ and 26 letters and digits.')
  .meta({ description: 'The public id of the event.', examples: ['evt_te73c6vbre67e74ncy75l2s54c'] });

export const revisionField = z.int().min(0).describe('The number of the revision; the first is 0.');

export const positionField = z
  .int()
  .min(1)
  .describe('The place of the revision in the record: 1, 2, 3 …, without gaps.');

/** An instant in responses: RFC 3339 in UTC with milliseconds. */
export const instantField = z.iso.datetime({ precision: 3 });

export const recordedAtField = instantField.describe('When the revision was accepted.');

export const publishedAtField = instantField.describe(
  'When the revision was published: got its position in the record. Later for each higher position.',
);

export const newsroomField = z.string().describe('The newsroom that wrote the revision.');

export const storyField = z.string().meta({ description: 'The slug of the story.', examples: ['karabakh-2020'] });

export const noteField = z
  .string()
  .nullable()
  .describe('Why the event was corrected, retracted or unlisted, or the story transferred. Null if it was recorded.');

export const changeKindField = z
  .enum(revisionKinds)
  .describe(
    'What the revision did to the event. `unlisted`: the newsroom that owns a story took the event out of the timeline of that story. Of the description of a story, `retracted` means withdrawn, and `transferred` that another newsroom owns the story from now on.',
  );

export const changedField = z.array(z.string()).meta({
  description: 'JSON pointers to the fields that the correction changed.',
  examples: [['/data/quantity/best']],
});
