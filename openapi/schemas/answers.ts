import * as z from 'zod';
import { intervals } from '../../events/dates/bucket.ts';
import { entrySchema } from './entry.ts';
import {
  changedField,
  changeKindField,
  eventIdField,
  eventTypeField,
  instantField,
  newsroomField,
  nextCursorField,
  noteField,
  positionField,
  publishedAtField,
  recordTypeField,
  revisionField,
  storyField,
} from './fields.ts';

const rangeSchema = z
  .object({
    from: z.string().nullable().describe('As asked for; null if open.'),
    to: z.string().nullable().describe('As asked for; null if open.'),
    tz: z.string().nullable().describe('The zone asked for; null if each event is matched by its own civil date.'),
    match: z.enum(['overlap', 'within', 'starts']),
  })
  .meta({ id: 'Range', description: 'The range as it was understood.' });

const asOfField = instantField.describe('The moment whose record the answer shows.');

export const timelineSchema = z
  .object({
    entries: z.array(entrySchema).describe('May be fewer than asked for, even none, while there is a next page.'),
    range: rangeSchema,
    asOf: asOfField,
    nextCursor: nextCursorField,
  })
  .meta({ id: 'Timeline', description: 'A page of a timeline.' });

export const storySchema = z
  .object({
    story: storyField,
    title: z.string().describe('What it is called; its slug where nobody described it.'),
    description: z.string().nullable(),
    timezone: z.string().describe('The IANA zone that it is told in.'),
    language: z.string().describe('BCP 47.'),
    entries: z.int().min(0).describe('How many entries its timeline has.'),
    first: z.string().nullable().describe('The first day of its timeline; null where open or without entries.'),
    last: z.string().nullable().describe('The last day of its timeline; null where open or without entries.'),
    updatedAt: instantField.describe('When it last changed.'),
  })
  .meta({ id: 'Story', description: 'What a story is called, how many entries it has, and from when to when.' });

export const storiesSchema = z
  .object({ stories: z.array(storySchema), nextCursor: nextCursorField })
  .meta({ id: 'Stories', description: 'A page of stories, by name.' });

const fieldChangeSchema = z
  .object({
    pointer: z.string().meta({ description: 'Which field, as a JSON pointer.', examples: ['/data/quantity/best'] }),
    before: z.unknown().optional().describe('Absent where the field was not there.'),
    after: z.unknown().optional().describe('Absent where the field is there no more.'),
  })
  .meta({ id: 'FieldChange', description: 'One field that a correction changed.' });

export const historySchema = z
  .object({
    id: eventIdField,
    revisions: z.array(
      z
        .object({
          revision: revisionField,
          kind: changeKindField,
          note: noteField,
          newsroom: newsroomField,
          recordedAt: instantField.describe('When it was accepted.'),
          publishedAt: publishedAtField,
          position: positionField,
          changed: z.array(fieldChangeSchema),
          entry: entrySchema.nullable().describe('The entry as of this revision; null for a retraction.'),
        })
        .meta({ id: 'EventRevision' }),
    ),
    next: z.int().min(0).optional().describe('Only if there are more: send it as `after` to go on.'),
  })
  .meta({ id: 'History', description: 'All revisions of an event, the first first.' });

const changeSchema = z
  .object({
    position: positionField,
    publishedAt: publishedAtField,
    change: changeKindField,
    id: eventIdField,
    revision: revisionField,
    type: recordTypeField.nullable(),
    story: storyField.nullable(),
    note: noteField,
    entry: entrySchema
      .nullable()
      .describe('The entry as of this revision; null for a retraction and for the description of a story.'),
  })
  .meta({
    id: 'Change',
    description: 'One revision that joined the record. Of one that cannot be read, type, story and entry are null.',
  });

export const changesSchema = z
  .object({
    changes: z.array(changeSchema),
    next: z.int().min(0).describe('Send it as `after` to go on.'),
    head: z
      .int()
      .min(0)
      .describe(
        'The last position of the record; on a page that has others after it, which never changes, the last position that it knows of: `next + 1`.',
      ),
  })
  .meta({ id: 'Changes', description: 'What joined the record, in the order of positions.' });

export const correctionsSchema = z
  .object({
    corrections: z.array(
      z
        .object({
          position: positionField,
          publishedAt: publishedAtField,
          change: z.enum(['corrected', 'retracted']),
          id: eventIdField,
          revision: revisionField,
          type: eventTypeField,
          story: storyField,
          note: z.string().nullable().describe('Why.'),
          changed: changedField,
        })
        .meta({ id: 'Correction' }),
    ),
    nextCursor: nextCursorField,
  })
  .meta({ id: 'Corrections', description: 'A page of the corrections log, newest first.' });

const count = z.int().min(0);

export const countsSchema = z
  .object({
    interval: z.enum(intervals).describe('How long the bars are.'),
    counts: z.array(
      z
        .object({
          bucket: z
            .string()
            .nullable()
            .meta({
              description: 'A day, month or year; null for what has no beginning, where the range has none either.',
              examples: ['2020-11'],
            }),
          certain: count,
          possible: count,
        })
        .meta({ id: 'Count' }),
    ),
    range: rangeSchema,
    asOf: asOfField,
    nextCursor: nextCursorField,
  })
  .meta({ id: 'Counts', description: 'How many entries begin in each bucket.' });
