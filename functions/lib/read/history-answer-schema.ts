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
    pointer: z.string().meta({ description: 'Which field, as a JSON pointer.', examples: ['/data/quantity/best'] }),
    before: z.unknown().optional().describe('Absent where the field was not there.'),
    after: z.unknown().optional().describe('Absent where the field is there no more.'),
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
    changed: z.array(fieldChangeSchema),
    entry: entrySchema.nullable().describe('The entry as of this revision; null for a retraction.'),
  })
  .meta({ id: 'EventRevision' });

/** What `GET /v1/events/{id}/history` answers. */
export const historyAnswerSchema = z
  .object({
    id: eventIdField,
    revisions: z.array(revisionSchema),
    next: z.int().min(0).optional().describe('Only if there are more: send it as `after` to go on.'),
  })
  .meta({ id: 'History', description: 'All revisions of an event, the first first.' });

export type HistoryAnswer = z.infer<typeof historyAnswerSchema>;

/** One revision as it is answered. */
export type ShownRevision = Omit<z.infer<typeof revisionSchema>, 'entry'> & { entry: Entry | null };
