import * as z from 'zod';
import { recordTypeField } from '../event-type-fields.ts';
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

/** The body of a message to a subscriber. */
export const messageSchema = z
  .object({
    specversion: z.literal('1.0'),
    id: z
      .string()
      .regex(/^evt_[a-z2-7]{26}_\d+$/)
      .describe('`<event id>_<revision>`, the same as `webhook-id`: a correction is no duplicate.'),
    source: z
      .string()
      .describe('The newsroom that wrote it, as `/newsrooms/<newsroom>`; `/stories` for a description.'),
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
        'The position of the message before it to the same endpoint, by which a gap can be seen; absent on the first. Where messages are read, it stands on those that were attempted.',
      ),
    data: z
      .union([entrySchema, descriptionSchema])
      .describe('The entry as of this revision; of a retraction, as it stood.'),
  })
  .meta({ id: 'Message', description: 'What subscribers are told of one revision: an event by CloudEvents 1.0.' });

export type StoryDescription = z.infer<typeof descriptionSchema>;

/** A message about an event of any type, or about a story. */
export type Message = Omit<z.infer<typeof messageSchema>, 'data'> & { data: Entry | StoryDescription };
