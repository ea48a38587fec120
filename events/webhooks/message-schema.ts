import * as z from 'zod';
import { recordTypeField } from '../event-type-fields.ts';
import { eventIdForm } from '../identity.ts';
import { redactedType, redactionSchema } from '../redaction.ts';
import {
  changeKindField,
  eventIdField,
  newsroomField,
  positionField,
  publishedAtField,
  revisionField,
  storyField,
} from '../revision-fields.ts';
import { storySchema, storyType } from '../story.ts';
import { type Entry, entrySchema } from '../timeline/entry-schema.ts';

const descriptionSchema = z
  .object({
    id: eventIdField,
    revision: revisionField,
    position: positionField,
    publishedAt: publishedAtField,
    newsroom: newsroomField,
    type: z.literal(storyType),
    story: storyField,
    note: z.string().optional(),
    data: storySchema,
  })
  .meta({ id: 'StoryDescription', description: 'How a newsroom describes a story.' });

const takedownSchema = z
  .object({
    id: eventIdField,
    revision: revisionField,
    position: positionField,
    publishedAt: publishedAtField,
    newsroom: newsroomField,
    type: z.enum([redactedType, storyType]),
    story: storyField,
    note: z.string().optional().describe('Why the content was taken down. Absent if this note was taken down too.'),
    redaction: redactionSchema(),
  })
  .meta({
    id: 'Takedown',
    description:
      'The whole event, or the description of a story, was taken down. Erase your copy of all its revisions.',
  });

/** The body of a message to an endpoint. */
export const messageSchema = z
  .object({
    specversion: z.literal('1.0'),
    id: z
      .string()
      .regex(new RegExp(`^${eventIdForm}_\\d+$`))
      .describe('`<event id>_<revision>`, the same as the header `webhook-id`. A correction has an id of its own.'),
    source: z
      .string()
      .describe(
        'The newsroom that wrote the event, as `/newsrooms/<newsroom>`; `/stories` for the description of a story.',
      ),
    type: recordTypeField,
    subject: storyField,
    time: publishedAtField,
    eventid: eventIdField,
    change: changeKindField,
    revision: revisionField,
    position: positionField,
    previousposition: positionField
      .optional()
      .describe(
        'The position of the previous message to the same endpoint, by which a gap can be seen; absent on the first. A message that is read before its first attempt does not have it either.',
      ),
    data: z
      .union([entrySchema, descriptionSchema, takedownSchema])
      .describe(
        'The entry as of this revision. A retraction has the entry as it was before. A redaction of some revisions has the entry that stays, and `redaction` says of which revisions to erase your copy.',
      ),
  })
  .meta({ id: 'Message', description: 'The message about one revision, as a CloudEvent (CloudEvents 1.0).' });

export type StoryDescription = z.infer<typeof descriptionSchema>;

export type Takedown = z.infer<typeof takedownSchema>;

/** A message about an event of any type, or about a story. */
export type Message = Omit<z.infer<typeof messageSchema>, 'data'> & {
  data: Entry | StoryDescription | Takedown;
};
