import * as z from 'zod';
import { componentName } from '../catalogue/component-name.ts';
import { eventDataSchema } from '../catalogue/event-fields.ts';
import type { EventType } from '../catalogue/event-type.ts';
import { relationSchema } from '../catalogue/fields/relation.ts';
import { catalogue } from '../catalogue/index.ts';
import { unionByType } from '../catalogue/union-by-type.ts';
import { precisions } from '../dates/edtf-date.ts';
import {
  changedField,
  eventIdField,
  instantField,
  newsroomField,
  positionField,
  publishedAtField,
  revisionField,
  storyField,
} from '../revision-fields.ts';

const whenSchema = z
  .object({
    edtf: z.string().meta({ description: 'The date in EDTF, as it was sent.', examples: ['2020-12-01'] }),
    tz: z.string().meta({ description: 'The IANA zone that its days are of.', examples: ['Asia/Baku'] }),
    kind: z
      .enum(['point', 'span'])
      .describe('It happened once, somewhere between its ends; or it went on all through.'),
    precision: z.enum(precisions).describe('How precise the date is; of an interval the coarser of its sides.'),
    earliest: instantField.nullable().describe('The first instant that it covers; null where unbounded.'),
    latest: instantField.nullable().describe('The last instant that it covers; null where unbounded.'),
  })
  .meta({ id: 'EntryWhen', description: 'When it happened.' });

const correctionSchema = z
  .object({
    note: z.string().describe('Why.'),
    at: instantField.describe('When it joined the record.'),
    changed: changedField,
  })
  .meta({ id: 'EntryCorrection', description: 'The latest correction.' });

const relatedSchema = z
  .object({ rel: relationSchema.shape.rel, id: eventIdField })
  .meta({ id: 'RelatedEvent', description: 'What this event is to another, by its public id.' });

const entryFields = {
  id: eventIdField,
  revision: revisionField,
  position: positionField,
  publishedAt: publishedAtField,
  newsroom: newsroomField,
  story: storyField,
  when: whenSchema,
  correction: correctionSchema.optional(),
  related: z.array(relatedSchema).optional().describe('The relations of the event, by public ids.'),
  note: z.string().optional().describe('Only in messages to subscribers: why it was corrected or retracted.'),
  certainty: z
    .enum(['certain', 'possible'])
    .optional()
    .describe('Whether it happened within the range, or may have happened outside of it. Only in answers to a range.'),
};

const entries = Object.entries<EventType>(catalogue).map(([type, { description, schema }]) =>
  z
    .object({ ...entryFields, type: z.literal(type), data: schema.omit({ when: true }) })
    .meta({ id: `${componentName(type)}Entry`, description }),
);

/** An entry of a timeline: an event as of one of its revisions. */
export const entrySchema = unionByType(entries).meta({
  id: 'Entry',
  description: 'An event as of one of its revisions. Its type says which fields its data has.',
});

const anyEntrySchema = z.object({ ...entryFields, type: z.string(), data: eventDataSchema.omit({ when: true }) });

/** An entry of any type. */
export type Entry = z.infer<typeof anyEntrySchema>;
