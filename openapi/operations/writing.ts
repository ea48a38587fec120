import * as z from 'zod';
import type { ZodOpenApiResponseObject } from 'zod-openapi';
import { acknowledgementSchema } from '../../events/decisions/acknowledgement.ts';
import { eventAttributes } from '../../events/event.ts';
import { eventIdPattern } from '../../events/identity.ts';
import { eventLimitsText, maximumBatchEvents, maximumEventIdentifierLength } from '../../events/input/limits.ts';
import { storySchema } from '../../events/story.ts';
import {
  batchResultsSchema,
  storyAcknowledgementSchema,
  unlistingAcknowledgementSchema,
} from '../../functions/lib/append/acknowledgement.ts';
import { idempotencyKeyPattern } from '../../functions/lib/append/cloud-events-request.ts';
import { putQuerySchema } from '../../functions/lib/append/put-request.ts';
import {
  correctionSchema,
  noteSchema,
  retractionSchema,
  unlistingSchema,
} from '../../functions/lib/append/revision-bodies.ts';
import { heldAnswerSchema, heldResultsSchema } from '../../functions/lib/embargo/held-answer.ts';
import { holdQuerySchema } from '../../functions/lib/embargo/held-queries.ts';
import type { ProblemName } from '../../functions/lib/http/problem-types.ts';
import { strictQuerySchema } from '../../functions/lib/http/query-schemas.ts';
import { revisionTag } from '../../functions/lib/http/revision-tag.ts';
import { batchSchema, dataSchema, eventSchema } from '../event-schema.ts';
import {
  acknowledgementExamples,
  batchResultsExample,
  correctionBody,
  heldExample,
  postedEvent,
  retractionBody,
  storyAcknowledgementExample,
  storyBody,
  unlistingExample,
} from '../examples.ts';
import type { Operation, Operations } from '../operation.ts';
import { replyHeaders } from '../reply-headers.ts';

const { Location, Revision, 'Idempotency-Replayed': Replayed } = replyHeaders;

const bodyProblems: readonly ProblemName[] = ['invalidInput', 'tooLarge', 'unsupportedMediaType'];
const revisionProblems: readonly ProblemName[] = ['staleRevision', 'revisionRequired'];

const { specversion, id, source, subject, time, traceparent, tracestate } = eventAttributes;

/** The headers of binary mode (CloudEvents HTTP binding, 3.1). */
export const binaryMode = {
  'ce-specversion': specversion,
  'ce-id': id,
  'ce-source': source,
  'ce-type': eventAttributes.type
    .optional()
    .describe(
      'The type of the event. With this header the request is in binary mode: the body is the data of the event.',
    ),
  'ce-subject': subject.optional(),
  'ce-time': time,
  'ce-traceparent': traceparent,
  'ce-tracestate': tracestate,
};

const idempotencyKey = z
  .string()
  .regex(idempotencyKeyPattern)
  .optional()
  .describe(
    `The id of an event that has no \`id\`; in a batch \`<key>/<index>\`. 1 to ${maximumEventIdentifierLength} printable ASCII characters.`,
  );

const follows = z
  .string()
  .regex(eventIdPattern)
  .optional()
  .describe(
    'The id of an event of your newsroom that you sent before. If neither has its position yet, that event gets its position first. The events of a batch follow each other anyway.',
  );

const ifMatch = z
  .string()
  .regex(revisionTag)
  .meta({
    description:
      'The revision that the change is based on, in double quotes: the `ETag` of the event or story, as it was read or written.',
    examples: ['"0"'],
  });

const ifNoneMatch = z
  .literal('*')
  .describe('`*`: creates a description. If the story has one already, the response is 412.');

function acknowledged(description: string, example: unknown, more = {}): ZodOpenApiResponseObject {
  return {
    description,
    headers: z.object({ Location, ETag: Revision, ...more }),
    content: { 'application/json': { schema: acknowledgementSchema, example } },
  };
}

const replayed = 'The same content was stored before. Nothing was written.';

/** A route that appends a revision to the one that If-Match names. */
function change(
  operation: Pick<Operation, 'operationId' | 'summary' | 'description' | 'body' | 'query'>,
  example: object,
): Operation {
  return {
    ...operation,
    tag: 'Writing',
    headers: z.object({ 'If-Match': ifMatch }),
    answers: {
      '201': acknowledged('The revision was appended.', example),
      '200': acknowledged(replayed, example, { 'Idempotency-Replayed': Replayed }),
    },
    problems: [...bodyProblems, ...revisionProblems, 'notFound', 'conflict', 'redacted'],
  };
}

const event = { value: postedEvent, summary: 'An event' };
const batch = { value: [postedEvent], summary: 'A batch' };

/** The routes that write. */
export const writing: Operations = {
  'POST /v1/events': {
    operationId: 'appendEvents',
    tag: 'Writing',
    summary: 'Record an event, or a batch',
    description: `Records one event, or a batch of up to ${maximumBatchEvents}, as CloudEvents 1.0 in structured, batch or binary mode, or as plain JSON. If one event of a batch is invalid, nothing is written.\n\nThe public id is derived from \`source\` and \`id\`, so a retry is recognized for ever: the same event again is replayed, and other content under the same \`id\` is a conflict.\n\nWith \`publishAt\`, nothing is recorded yet: the events are held until that instant, and published within a minute after it, in that order.`,
    query: holdQuerySchema,
    headers: z.object({ 'Idempotency-Key': idempotencyKey, Follows: follows, ...binaryMode }),
    body: {
      description: `An event, a batch, or, in binary mode, the data of an event. ${eventLimitsText}`,
      content: {
        'application/json': {
          schema: z.union([eventSchema, batchSchema, dataSchema]),
          examples: { event, batch, data: { value: postedEvent.data, summary: 'Data, in binary mode' } },
        },
        'application/cloudevents+json': { schema: eventSchema, examples: { event } },
        'application/cloudevents-batch+json': { schema: batchSchema, examples: { batch } },
      },
    },
    answers: {
      '201': acknowledged('The event was recorded.', acknowledgementExamples.recorded),
      '200': {
        description: 'For one event: the same event was stored before. For a batch: the outcome of each event.',
        headers: z.object({
          Location: Location.optional(),
          ETag: Revision.optional(),
          'Idempotency-Replayed': Replayed.optional(),
        }),
        content: {
          'application/json': {
            schema: z.union([acknowledgementSchema, batchResultsSchema, heldAnswerSchema, heldResultsSchema]),
            examples: {
              event: { value: acknowledgementExamples.recorded, summary: 'An event' },
              batch: { value: batchResultsExample, summary: 'A batch' },
            },
          },
        },
      },
      '202': {
        description: 'The event is held until `publishAt`.',
        headers: z.object({ Location, ETag: Revision }),
        content: { 'application/json': { schema: heldAnswerSchema, example: heldExample } },
      },
    },
    problems: [...bodyProblems, 'conflict', 'redacted', 'stateConflict'],
  },
  'PUT /v1/events': {
    operationId: 'putEvent',
    tag: 'Writing',
    summary: 'Put an event by your own id',
    description:
      'Makes the event with your `id` what the body says. If there is no such event, it is recorded. If it has this content already, nothing is written. If it has other data, it is corrected, and `note` must say why: without it, the response is 409, and `changed` lists what differs. The type and the story of an event cannot be corrected. With `If-Match`, only that revision is corrected.',
    query: putQuerySchema,
    headers: z.object({ 'If-Match': ifMatch.optional() }),
    body: {
      description: `The event, and why it is corrected if it is. ${eventLimitsText}`,
      content: {
        'application/json': {
          schema: z.strictObject({ event: eventSchema, note: noteSchema.optional() }).meta({
            id: 'PutEventBody',
            description: 'An event as it is to be. `note` is used only if the event is corrected.',
          }),
          example: { event: postedEvent, note: correctionBody.note },
        },
      },
    },
    answers: {
      '201': acknowledged('The event was recorded, as revision 0, or corrected.', acknowledgementExamples.corrected),
      '200': acknowledged(replayed, acknowledgementExamples.recorded, { 'Idempotency-Replayed': Replayed }),
    },
    problems: [...bodyProblems, 'staleRevision', 'conflict', 'redacted'],
  },
  'POST /v1/events/{id}/corrections': change(
    {
      operationId: 'correctEvent',
      query: strictQuerySchema,
      summary: 'Correct an event',
      description:
        'Appends a revision with the corrected data and a public note that says why. The type and the story of an event cannot be corrected: retract it, and post a new event under another id.',
      body: {
        description: 'The note, and a JSON merge patch (RFC 7396) for the data of the event.',
        content: { 'application/json': { schema: correctionSchema, example: correctionBody } },
      },
    },
    acknowledgementExamples.corrected,
  ),
  'POST /v1/events/{id}/retraction': change(
    {
      operationId: 'retractEvent',
      summary: 'Retract an event',
      description:
        'Removes an event from all timelines permanently, with a public note that says why. Earlier revisions can still be read as of an earlier instant.',
      body: {
        description: 'The note.',
        content: { 'application/json': { schema: retractionSchema, example: retractionBody } },
      },
    },
    acknowledgementExamples.retracted,
  ),
  'PUT /v1/stories/{story}': {
    operationId: 'describeStory',
    tag: 'Writing',
    summary: 'Describe a story',
    description:
      'Sets the title, description, zone and language of a story. Only the newsroom that owns the story may: the first that published an event in it or described it. To change a description, send `If-Match`. To only create one, send `If-None-Match: *`.',
    headers: z.object({ 'If-Match': ifMatch.optional(), 'If-None-Match': ifNoneMatch.optional() }),
    body: {
      description: 'The whole description. It replaces the previous one.',
      content: { 'application/json': { schema: storySchema, example: storyBody } },
    },
    answers: Object.fromEntries(
      [
        ['201', 'The description was written.'],
        ['200', replayed],
      ].map(([status, description]) => [
        status,
        {
          description,
          headers: z.object({ Location, ETag: Revision }),
          content: { 'application/json': { schema: storyAcknowledgementSchema, example: storyAcknowledgementExample } },
        },
      ]),
    ),
    problems: [...bodyProblems, ...revisionProblems, 'notFound', 'stateConflict'],
  },
  'DELETE /v1/stories/{story}': {
    operationId: 'withdrawStory',
    tag: 'Writing',
    summary: 'Withdraw a story',
    description:
      'Withdraws a story that was described by mistake. It must have no entries. Nobody owns it then, and any newsroom may begin it again. Only the newsroom that owns it may withdraw it.',
    headers: z.object({ 'If-Match': ifMatch.optional() }),
    answers: { '204': { description: 'The story is withdrawn.' } },
    problems: [...bodyProblems, 'staleRevision', 'notFound', 'stateConflict'],
  },
  'POST /v1/stories/{story}/unlistings': {
    operationId: 'unlistEvent',
    tag: 'Writing',
    summary: 'Take an event out of a story',
    description:
      'Takes an event, of whichever newsroom, out of the timeline of a story, for good. Only the newsroom that owns the story may. The event stays in all other timelines. It gets a revision of the kind `unlisted`, with a public note that says why.',
    body: {
      description: 'The event and the note.',
      content: { 'application/json': { schema: unlistingSchema, example: unlistingExample.body } },
    },
    answers: Object.fromEntries(
      [
        ['201', 'The event was taken out of the story.'],
        ['200', 'It was taken out before. Nothing was written.'],
      ].map(([status, description]) => [
        status,
        {
          description,
          content: { 'application/json': { schema: unlistingAcknowledgementSchema, example: unlistingExample.answer } },
        },
      ]),
    ),
    problems: [...bodyProblems, 'notFound', 'conflict', 'redacted'],
  },
};
