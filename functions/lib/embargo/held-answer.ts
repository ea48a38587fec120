import * as z from 'zod';
import { acknowledgementSchema } from '../../../events/decisions/acknowledgement.ts';
import { type HeldEvent, heldConflictReasons } from '../../../events/held-event.ts';
import { eventIdField, instantField } from '../../../events/revision-fields.ts';
import type { Answer } from '../http/answer.ts';
import { nextCursorField } from '../http/links.ts';

const publishAtField = instantField.describe('When the event is to be published.');

/** What the routes of held events answer. */
export const heldAnswerSchema = z
  .object({
    id: eventIdField.describe('The id that the event will have. It is taken only when the event is published.'),
    publishAt: publishAtField,
    heldAt: instantField.describe('When the event was accepted.'),
    version: z.int().min(0).describe('The number of changes of the held event. Its `ETag` is this number.'),
    status: z
      .enum(['held', 'publishing', 'conflict'])
      .describe(
        '`held`: waits for its time. `publishing`: its publication has begun, and nothing changes it any more. `conflict`: its time came, and it could not be published. Replace it, release it again, or retract it.',
      ),
    conflict: z
      .object({
        reason: z
          .enum(heldConflictReasons)
          .describe(
            '`taken`: an event with other content had its id by then. `story-closed`: the newsroom may not add events to its story any more.',
          ),
        detail: z.string().describe('What happened, in a sentence.'),
        at: instantField.describe('When it was to be published.'),
      })
      .nullable()
      .describe('Why it was not published. Null unless the status is `conflict`.'),
    event: acknowledgementSchema.shape.event,
    warnings: acknowledgementSchema.shape.warnings,
  })
  .meta({ id: 'HeldEvent', description: 'An event that is held until its time. Only its newsroom can read it.' });

export type HeldAnswer = z.infer<typeof heldAnswerSchema>;

/** What `GET /v1/held-events` answers. */
export const heldListSchema = z
  .object({ heldEvents: z.array(heldAnswerSchema), nextCursor: nextCursorField })
  .meta({ id: 'HeldEvents', description: 'A page of held events, in the order in which they will be published.' });

const heldResultSchema = z
  .object({
    id: eventIdField,
    outcome: z
      .enum(['held', 'replayed', 'published', 'conflict', 'redacted', 'no-room', 'not-tried'])
      .describe(
        '`held`: held now. `replayed`: the same event was held before, until the same instant. `published`: the same event is in the record already. `conflict`: another event has this id, and nothing was written. `redacted`: the event of this id was taken down, and nothing was written. `no-room`: your newsroom holds as much as it may, and nothing was written. `not-tried`: there was no room for an event before it in the batch. Send both again, in their order, when there is room.',
      ),
  })
  .meta({ id: 'HeldResult', description: 'The outcome for one event of a batch that is to be held.' });

export type HeldResult = z.infer<typeof heldResultSchema>;

/** The response of `POST /v1/events` to a batch with `publishAt`. */
export const heldResultsSchema = z
  .object({
    publishAt: publishAtField,
    results: z.array(heldResultSchema),
    warnings: acknowledgementSchema.shape.warnings,
  })
  .meta({ id: 'HeldResults', description: 'The outcome for each event, in the order of the batch.' });

/** A held event as its newsroom sees it. */
export function heldAnswer({ eventId, publishAt, heldAt, version, event, ...held }: HeldEvent): HeldAnswer {
  const status = held.isPublishing ? 'publishing' : held.conflict ? 'conflict' : 'held';
  return { id: eventId, publishAt, heldAt, version, status, conflict: held.conflict ?? null, event };
}

/** The response with one held event. @param more the rest of the answer */
export const answerWithHeld = (held: HeldEvent, { headers, ...more }: Partial<Answer> = {}): Answer => ({
  status: 200,
  headers: { etag: `"${held.version}"`, ...headers },
  body: heldAnswer(held),
  ...more,
});
