import * as z from 'zod';
import {
  changeKindField,
  eventIdField,
  newsroomField,
  noteField,
  positionField,
  publishedAtField,
  recordedAtField,
  revisionField,
} from '../../../events/revision-fields.ts';
import { type Entry, entrySchema } from '../../../events/timeline/entry-schema.ts';

const fieldChangeSchema = z
  .object({
    pointer: z.string().meta({ description: 'A JSON pointer to the field.', examples: ['/data/quantity/best'] }),
    before: z.unknown().optional().describe('The value before. Absent if the field was added.'),
    after: z.unknown().optional().describe('The value after. Absent if the field was removed.'),
  })
  .meta({ id: 'FieldChange', description: 'One field that a correction changed.' });

const revisionSchema = z
  .object({
    revision: revisionField,
    kind: changeKindField,
    note: noteField,
    newsroom: newsroomField,
    recordedAt: recordedAtField,
    publishedAt: publishedAtField,
    position: positionField,
    changed: z.array(fieldChangeSchema).describe('The fields that this revision changed.'),
    entry: entrySchema.nullable().describe('The entry as of this revision. Null for a retraction.'),
  })
  .meta({ id: 'EventRevision', description: 'One revision of an event.' });

/** What `GET /v1/events/{id}/history` answers. */
export const historyAnswerSchema = z
  .object({
    id: eventIdField,
    revisions: z.array(revisionSchema),
    next: z.int().min(0).optional().describe('Send it as `after` to read the next page. Absent on the last page.'),
  })
  .meta({ id: 'History', description: 'The revisions of an event, the oldest first.' });

export type HistoryAnswer = z.infer<typeof historyAnswerSchema>;

/** One revision as answers show it. */
export type ShownRevision = Omit<z.infer<typeof revisionSchema>, 'entry'> & { entry: Entry | null };
