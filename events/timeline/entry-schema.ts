import * as z from 'zod';
import { eventDataSchema } from '../catalogue/event-fields.ts';
import type { EventType } from '../catalogue/event-type.ts';
import { componentName, unionByType } from '../catalogue/event-type.ts';
import { relationSchema } from '../catalogue/fields/relation.ts';
import { catalogue } from '../catalogue/index.ts';
import { precisions } from '../dates/edtf-date.ts';
import { once } from '../input/once.ts';
import { redactionSchema } from '../redaction.ts';
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

const whenSchema = once(() =>
  z
    .object({
      edtf: z.string().meta({ description: 'The date in EDTF, as it was sent.', examples: ['2020-12-01'] }),
      tz: z
        .string()
        .meta({ description: 'The time zone in which its days begin and end (tz database).', examples: ['Asia/Baku'] }),
      kind: z
        .enum(['point', 'span'])
        .describe(
          '`point`: it happened at one time between `earliest` and `latest`. `span`: it went on from the one to the other.',
        ),
      precision: z.enum(precisions).describe('How precise the date is. For an interval, the less precise of its ends.'),
      earliest: instantField
        .nullable()
        .describe('The first instant of the date. Null if the start is open or unknown.'),
      latest: instantField.nullable().describe('The last instant of the date. Null if the end is open or unknown.'),
    })
    .meta({ id: 'EntryWhen', description: 'When the event happened.' }),
);

const correctionSchema = once(() =>
  z
    .object({
      note: z.string().describe('Why the event was corrected.'),
      at: instantField.describe('When the correction was published.'),
      changed: changedField,
    })
    .meta({ id: 'EntryCorrection', description: 'The correction of which this entry is the result.' }),
);

const relatedSchema = once(() =>
  z
    .object({ rel: relationSchema().shape.rel, id: eventIdField })
    .meta({ id: 'RelatedEvent', description: 'How this event relates to another.' }),
);

const entryFields = once(() => ({
  id: eventIdField,
  revision: revisionField,
  position: positionField,
  publishedAt: publishedAtField,
  newsroom: newsroomField,
  story: storyField,
  unlisted: z
    .array(storyField)
    .optional()
    .describe('Stories that the event names, but whose owners have taken it out of their timelines.'),
  when: whenSchema(),
  correction: correctionSchema().optional(),
  related: z.array(relatedSchema()).optional().describe('The relations of the event to others, by their public ids.'),
  note: z
    .string()
    .optional()
    .describe('Why the event was corrected, retracted or unlisted. Only in messages to endpoints.'),
  redaction: redactionSchema().optional().describe('What this revision takes down. Only in messages to endpoints.'),
  certainty: z
    .enum(['certain', 'possible'])
    .optional()
    .describe('Whether the event certainly happened in the requested range, or possibly. Only in timelines.'),
}));

const entriesByType = () =>
  Object.entries<EventType>(catalogue).map(([type, { description, schema }]) =>
    z
      .object({ ...entryFields(), type: z.literal(type), data: schema.omit({ when: true }) })
      .meta({ id: `${componentName(type)}Entry`, description }),
  );

/**
 * An entry of a timeline: an event as of one of its revisions. It is made when it is used, which functions do not: they
 * answer stored text.
 */
export const entrySchema = z
  .lazy(() => unionByType(entriesByType()))
  .meta({
    id: 'Entry',
    description: 'An event as of one of its revisions. The `type` says which fields `data` has.',
  });

const anyEntrySchema = () =>
  z.object({ ...entryFields(), type: z.string(), data: eventDataSchema().omit({ when: true }) });

/** An entry of any type. */
export type Entry = z.infer<ReturnType<typeof anyEntrySchema>>;
