import * as z from 'zod';
import { changesBetween } from '../../../../events/decisions/changes.ts';
import { isRedacted, redactionSchema } from '../../../../events/redaction.ts';
import type { PublishedRevision } from '../../../../events/revision.ts';
import {
  changeKindField,
  eventIdField,
  newsroomField,
  noteField,
  positionField,
  publishedAtField,
  recordedAtField,
  revisionField,
} from '../../../../events/revision-fields.ts';
import { entryOf } from '../../../../events/timeline/entry.ts';
import { type Entry, entrySchema } from '../../../../events/timeline/entry-schema.ts';
import type { PublishedPage } from '../../event-log/published.ts';
import { answerText } from '../../http/answer.ts';
import { answerLimitBytes, bytesInJson } from '../../http/answer-size.ts';

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
    entry: entrySchema
      .nullable()
      .describe('The entry as of this revision. Null for a retraction, and once the content was taken down.'),
    redaction: redactionSchema().optional(),
    redactedBy: revisionField.optional().describe('The revision that took the content of this one down.'),
    commitment: z
      .string()
      .optional()
      .describe('SHA-256, in base64url, of a salt and of the content that was taken down. It reveals nothing.'),
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

/** A revision as answers show it. @param previous the revision before; undefined if it is the first, or not known */
export function shownRevision(revision: PublishedRevision, previous: PublishedRevision | undefined): ShownRevision {
  const { kind, note = null, newsroom, by = newsroom, recordedAt, publishedAt, position } = revision;
  const { redaction, redactedBy, commitment } = revision;
  const isComparable = previous && !isRedacted(previous) && !isRedacted(revision);
  const changed = isComparable ? changesBetween(previous.event.data, revision.event.data, '/data') : [];
  return {
    revision: revision.revision,
    kind,
    note,
    newsroom: by,
    recordedAt,
    publishedAt,
    position,
    changed,
    entry: kind === 'retracted' || isRedacted(revision) ? null : entryOf(revision),
    ...(redaction && { redaction }),
    ...(redactedBy !== undefined && { redactedBy, ...(commitment && { commitment }) }),
  };
}

/**
 * A part of the history of an event as JSON text: each revision with the fields that it changed and the entry as of it.
 * It holds as many revisions as fit into an answer, and `next` only if there are more.
 */
export function historyAnswer(
  id: string,
  { before, revisions, more }: PublishedPage,
): { text: string; next: number | null } {
  const shownRevisions: string[] = [];
  let bytes = 0;
  let previous = before ?? undefined;
  let isCut = false;
  for (const revision of revisions) {
    const text = JSON.stringify(shownRevision(revision, previous));
    bytes += bytesInJson(text);
    isCut = bytes > answerLimitBytes;
    if (isCut) break;
    shownRevisions.push(text);
    previous = revision;
  }
  const next = isCut || more ? (previous?.revision ?? null) : null;
  const rest = next === null ? {} : { next };
  const text = answerText<Omit<HistoryAnswer, 'id'>, 'revisions'>('revisions', shownRevisions, rest);
  return { text: `{"id":"${id}",${text.slice(1)}`, next };
}
