import * as z from 'zod';
import { acknowledgementOf } from '../../../events/acknowledgement.ts';
import { eventIdField, recordedAtField, revisionField, storyField } from '../../../events/revision-fields.ts';
import { storyIn, storySchema } from '../../../events/story.ts';
import type { Answer } from '../http/answer.ts';
import type { Appended } from './append-revision.ts';

const batchResultSchema = z
  .object({
    id: eventIdField,
    revision: revisionField,
    outcome: z
      .enum(['created', 'replayed', 'conflict'])
      .describe(
        '`created`: written now. `replayed`: the same was stored before. `conflict`: the id is taken by other content, and nothing was written.',
      ),
  })
  .meta({ id: 'BatchResult', description: 'The outcome for one event of a batch.' });

export type BatchResult = z.infer<typeof batchResultSchema>;

/** What `POST /v1/events` answers to a batch. */
export const batchResultsSchema = z
  .object({ results: z.array(batchResultSchema) })
  .meta({ id: 'BatchResults', description: 'The outcome for each event, in the order of the batch.' });

/** What `PUT /v1/stories/{story}` answers. */
export const storyAcknowledgementSchema = z
  .object({ story: storyField, revision: revisionField, recordedAt: recordedAtField, ...storySchema.shape })
  .meta({ id: 'StoryAcknowledgement', description: 'The stored description.' });

/** The answer to a write: 201 with what was written, 200 with the same if it was there already. */
export function acknowledge({ revision, outcome }: Appended): Answer {
  return {
    status: outcome === 'created' ? 201 : 200,
    headers: {
      location: `/v1/events/${revision.eventId}`,
      etag: `"${revision.revision}"`,
      ...(outcome === 'replayed' && { 'idempotency-replayed': 'true' }),
    },
    body: acknowledgementOf(revision),
  };
}

/** The answer to a batch: what became of each event. */
export function acknowledgeBatch(results: BatchResult[]): Answer {
  const body: z.infer<typeof batchResultsSchema> = { results };
  return { status: 200, body };
}

/** The answer to the description of a story. */
export function acknowledgeStory({ revision, outcome }: Appended): Answer {
  const { event, recordedAt } = revision;
  const story = event.subject;
  const body: z.infer<typeof storyAcknowledgementSchema> = {
    story,
    revision: revision.revision,
    recordedAt,
    ...storyIn(event),
  };
  return {
    status: outcome === 'created' ? 201 : 200,
    headers: { location: `/v1/stories/${story}`, etag: `"${revision.revision}"` },
    body,
  };
}
