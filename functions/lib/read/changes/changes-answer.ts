import * as z from 'zod';
import { recordTypeField } from '../../../../events/event-type-fields.ts';
import { isRedacted, redactionSchema } from '../../../../events/redaction.ts';
import type { PublishedRevision } from '../../../../events/revision.ts';
import {
  changeKindField,
  eventIdField,
  noteField,
  positionField,
  publishedAtField,
  revisionField,
  storyField,
} from '../../../../events/revision-fields.ts';
import { storyType } from '../../../../events/story.ts';
import { entryOf } from '../../../../events/timeline/entry.ts';
import { type Entry, entrySchema } from '../../../../events/timeline/entry-schema.ts';
import type { ReadablePart } from '../../event-log/log-items.ts';

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
      .describe(
        'The entry as of this revision. Null for a retraction, for the description of a story, and once the content was taken down.',
      ),
    redaction: redactionSchema().optional(),
  })
  .meta({
    id: 'Change',
    description: 'One revision. If it cannot be read, `type`, `story` and `entry` are null.',
  });

/** One change as answers show it. */
export type Change = Omit<z.infer<typeof changeSchema>, 'entry'> & { entry: Entry | null };

/** What `GET /v1/changes` answers. */
export const changesAnswerSchema = z
  .object({
    changes: z.array(changeSchema),
    next: z.int().min(0).describe('Send it as `after` to read the next page.'),
    head: z
      .int()
      .min(0)
      .describe(
        'The last position of the record; there is more while `next` is below it. On a full page, which never changes, it is `next + 1`.',
      ),
  })
  .meta({ id: 'Changes', description: 'A page of changes, in the order of positions.' });

export type ChangesAnswer = z.infer<typeof changesAnswerSchema>;

/** A change as JSON text, with the entry as of its revision if there is one to show. */
export function changeLine(published: PublishedRevision): string {
  const { position, publishedAt, kind, eventId, revision, note = null, event, redaction } = published;
  const isShown = kind !== 'retracted' && event.type !== storyType && !isRedacted(published);
  const { type, subject: story } = event;
  const entry = isShown ? entryOf(published) : null;
  const change: Change = { position, publishedAt, change: kind, id: eventId, revision, type, story, note, entry };
  return JSON.stringify({ ...change, ...(redaction && { redaction }) } satisfies Change);
}

/**
 * A change whose revision cannot be read, as JSON text without type, story, note and entry. So the positions have no
 * gap, and a copy keeps the entry that it has, as the timelines do, which park such a revision.
 */
export function unreadableLine({ position, publishedAt, kind, eventId, revision }: ReadablePart): string {
  const unknown = { type: null, story: null, note: null, entry: null };
  const change: Change = { position, publishedAt, change: kind, id: eventId, revision, ...unknown };
  return JSON.stringify(change);
}
