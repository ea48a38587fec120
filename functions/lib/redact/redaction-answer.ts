import * as z from 'zod';
import { redactionSchema } from '../../../events/redaction.ts';
import {
  eventIdField,
  instantField,
  newsroomField,
  revisionField,
  storyField,
} from '../../../events/revision-fields.ts';
import { type ListedRedaction, type OpenRedaction, redactionSteps } from '../redactions/redaction-state.ts';

/** The content delivery network forgets everything: any answer may have shown the content. */
export const invalidatedPaths = ['/*'] as const;

/** How far a redaction has come. */
export const redactionAnswerSchema = z
  .object({
    id: eventIdField,
    revision: revisionField.describe('The number of the revision that takes the content down.'),
    newsroom: newsroomField.describe('The newsroom that the event belongs to.'),
    ...redactionSchema().unwrap().shape,
    note: z.string().nullable().describe('The public note. Null if the operator has taken it down too.'),
    requestedAt: instantField.describe('When it was requested.'),
    removed: z
      .object({
        timelines: z.boolean().describe('Timelines and the corrections log have no content of it any more.'),
        messages: z.boolean().describe('Messages to endpoints have no content of it any more.'),
        log: z.boolean().describe('The log has no content of it any more: nobody can read it.'),
        caches: z.boolean().describe('The content delivery network was asked to forget its copies.'),
      })
      .describe('From where the content is removed by now.'),
    invalidatedPaths: z.array(z.string()).meta({
      description: 'The paths that the content delivery network is asked to forget.',
      examples: [[...invalidatedPaths]],
    }),
    reaches: z
      .object({
        revisions: z
          .array(revisionField)
          .describe('The revisions that would have no content. Some may have lost it before.'),
        stories: z.array(storyField).describe('The stories that list the event, or did.'),
      })
      .optional()
      .describe('What a dry run would take down. Only in dry runs.'),
    done: z.boolean().describe('Whether everything is done, and was looked through again.'),
    doneAt: instantField.nullable().describe('When it was done. Null if it is not.'),
  })
  .meta({ id: 'RedactionProgress', description: 'A redaction, and how far its removal has come.' });

export type RedactionAnswer = z.infer<typeof redactionAnswerSchema>;

/** How far a redaction has come, from what is stored of it. It is done if it is not open. */
export function redactionAnswer(stored: OpenRedaction | ListedRedaction): RedactionAnswer {
  const { eventId, revision, newsroom, reason, revisions, by, note = null, requestedAt } = stored;
  const step = 'step' in stored ? redactionSteps.indexOf(stored.step) : redactionSteps.length;
  const isAfter = (name: (typeof redactionSteps)[number]) => step > redactionSteps.indexOf(name);
  const doneAt = 'doneAt' in stored ? stored.doneAt : undefined;
  return {
    id: eventId,
    revision,
    newsroom,
    reason,
    ...(revisions && { revisions }),
    by,
    note,
    requestedAt,
    removed: {
      timelines: isAfter('erase'),
      messages: isAfter('erase'),
      log: isAfter('blank'),
      caches: isAfter('invalidate'),
    },
    invalidatedPaths: [...invalidatedPaths],
    done: doneAt !== undefined,
    doneAt: doneAt ?? null,
  };
}
