import * as z from 'zod';
import { acknowledgementOf } from '../../../events/decisions/acknowledgement.ts';
import { allValues, bytesOfValues, noValues, valuesOf } from '../../../events/event-values.ts';
import { paceOfChange, paceOfEntry } from '../../../events/pace.ts';
import type { Amounts, Quota } from '../../../events/quota.ts';
import { eventIdField, recordedAtField, revisionField, storyField } from '../../../events/revision-fields.ts';
import { storyIn, storySchema } from '../../../events/story.ts';
import { cardsOf } from '../../../events/timeline/card.ts';
import { warningsField } from '../../../events/warnings.ts';
import type { Answer } from '../http/answer.ts';
import type { Appended } from './append-revision.ts';

const batchResultSchema = z
  .object({
    id: eventIdField,
    revision: revisionField,
    outcome: z
      .enum(['created', 'replayed', 'conflict', 'redacted'])
      .describe(
        '`created`: written now. `replayed`: the same content was stored before. `conflict`: an event with other content has this id, and nothing was written. `redacted`: the event of this id was taken down, and nothing was written.',
      ),
  })
  .meta({ id: 'BatchResult', description: 'The outcome for one event of a batch.' });

export type BatchResult = z.infer<typeof batchResultSchema>;

/** The response of `POST /v1/events` to a batch. */
export const batchResultsSchema = z
  .object({ results: z.array(batchResultSchema), warnings: warningsField })
  .meta({ id: 'BatchResults', description: 'The outcome for each event, in the order of the batch.' });

/** The response of `PUT /v1/stories/{story}`. */
export const storyAcknowledgementSchema = z
  .object({ story: storyField, revision: revisionField, recordedAt: recordedAtField, ...storySchema.shape })
  .meta({ id: 'StoryAcknowledgement', description: 'The stored description.' });

/** The response of `POST /v1/stories/{story}/unlistings`. */
export const unlistingAcknowledgementSchema = z
  .object({
    id: eventIdField,
    revision: revisionField,
    recordedAt: recordedAtField,
    story: storyField,
    unlisted: z.array(storyField).describe('All stories that the event names, but that do not list it.'),
  })
  .meta({ id: 'UnlistingAcknowledgement', description: 'The revision that took the event out of the story.' });

/**
 * What quotas count of a revision. A change stores the whole event again, however small it is, and the values of
 * earlier revisions that it carries.
 */
function writtenBy({ revision, outcome }: Appended, quota: Quota): Partial<Amounts> {
  if (outcome !== 'created') return {};
  const { event, carried } = revision;
  const bytes = Buffer.byteLength(JSON.stringify(event)) + (carried ? bytesOfValues(carried) : 0);
  return { [quota]: 1, bytes };
}

/** What a revision of an event takes of the pace. */
function pacedBy({ revision, outcome }: Appended): { readonly paced?: number } {
  if (outcome !== 'created') return {};
  const ofEntry = paceOfEntry(bytesOfValues(allValues(valuesOf(revision), revision.carried ?? noValues)));
  return { paced: revision.kind === 'corrected' ? Math.max(ofEntry, paceOfChange(cardsOf(revision))) : ofEntry };
}

/** The response to a write: 201 with the stored revision, or 200 with it if it was stored before. */
export function acknowledge(appended: Appended): Answer {
  const { revision, outcome } = appended;
  return {
    status: outcome === 'created' ? 201 : 200,
    headers: {
      location: `/v1/events/${revision.eventId}`,
      etag: `"${revision.revision}"`,
      ...(outcome === 'replayed' && { 'idempotency-replayed': 'true' }),
    },
    body: acknowledgementOf(revision),
    written: writtenBy(appended, revision.kind === 'recorded' ? 'events' : 'changes'),
    ...pacedBy(appended),
  };
}

/** The response to a batch: the outcome of each event. */
export function acknowledgeBatch(results: BatchResult[]): Answer {
  const body: z.infer<typeof batchResultsSchema> = { results };
  return { status: 200, body, written: { events: results.filter(({ outcome }) => outcome !== 'replayed').length } };
}

/** The response to the description of a story. */
export function acknowledgeStory(appended: Appended): Answer {
  const { revision, outcome } = appended;
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
    written: writtenBy(appended, 'changes'),
  };
}

/** The response to the withdrawal of a story. */
export const acknowledgeWithdrawal = (appended: Appended): Answer => ({
  status: 204,
  written: writtenBy(appended, 'changes'),
});

/**
 * The response to the unlisting of an event: 201, or 200 if the story does not list it already. The event may be
 * another newsroom's.
 */
export function acknowledgeUnlisting(story: string, appended: Appended): Answer {
  const { revision, outcome } = appended;
  const { eventId, recordedAt, unlisted = [] } = revision;
  const body: z.infer<typeof unlistingAcknowledgementSchema> = {
    id: eventId,
    revision: revision.revision,
    recordedAt,
    story,
    unlisted: [...unlisted],
  };
  return { status: outcome === 'created' ? 201 : 200, body, written: writtenBy(appended, 'changes') };
}
