import * as z from 'zod';
import type { ZodOpenApiResponseObject } from 'zod-openapi';
import { acknowledgementSchema } from '../../events/acknowledgement.ts';
import { eventAttributes } from '../../events/event.ts';
import { storySchema } from '../../events/story.ts';
import { batchResultsSchema, storyAcknowledgementSchema } from '../../functions/lib/append/acknowledgement.ts';
import { idempotencyKeyPattern } from '../../functions/lib/append/cloud-events-request.ts';
import { correctionSchema, retractionSchema } from '../../functions/lib/append/revision-bodies.ts';
import type { ProblemName } from '../../functions/lib/http/problem-types.ts';
import { batchSchema, dataSchema, eventSchema } from '../event-schema.ts';
import {
  acknowledgementExamples,
  batchResultsExample,
  correctionBody,
  postedEvent,
  retractionBody,
  storyAcknowledgementExample,
  storyBody,
} from '../examples.ts';
import type { Operation, Operations } from '../operation.ts';
import { replyHeaders } from '../reply-headers.ts';

const { Location, Revision, 'Idempotency-Replayed': Replayed } = replyHeaders;

const bodyProblems: readonly ProblemName[] = ['invalidInput', 'tooLarge', 'unsupportedMediaType'];
const revisionProblems: readonly ProblemName[] = ['staleRevision', 'revisionRequired'];

const { specversion, id, source, subject, time, traceparent, tracestate } = eventAttributes;

/** Which other form a request has is told by these (CloudEvents HTTP binding, 3.1). */
const binaryMode = {
  'ce-specversion': specversion,
  'ce-id': id,
  'ce-source': source,
  'ce-type': eventAttributes.type.optional().describe('In binary mode: the type of the event, whose data is the body.'),
  'ce-subject': subject.optional(),
  'ce-time': time,
  'ce-traceparent': traceparent,
  'ce-tracestate': tracestate,
};

const idempotencyKey = z
  .string()
  .regex(idempotencyKeyPattern)
  .optional()
  .describe('The id of an event that has none of its own; in a batch it is `<key>/<index>`.');

const ifMatch = z
  .string()
  .regex(/^(?:W\/)?"(0|[1-9]\d{0,5})"$/)
  .meta({ description: 'The revision that the change builds on, in double quotes.', examples: ['"0"'] });

const ifNoneMatch = z.literal('*').describe('Creates only: where there is a description already, it is 412.');

function acknowledged(description: string, example: unknown, more = {}): ZodOpenApiResponseObject {
  return {
    description,
    headers: z.object({ Location, ETag: Revision, ...more }),
    content: { 'application/json': { schema: acknowledgementSchema, example } },
  };
}

const replayed = 'The very same was there already.';

/** A change of an event, which is a revision on top of the one that If-Match names. */
function change(
  operation: Pick<Operation, 'operationId' | 'summary' | 'description' | 'body'>,
  example: object,
): Operation {
  return {
    ...operation,
    tag: 'Writing',
    headers: z.object({ 'If-Match': ifMatch }),
    answers: {
      '201': acknowledged('Written.', example),
      '200': acknowledged(replayed, example, { 'Idempotency-Replayed': Replayed }),
    },
    problems: [...bodyProblems, ...revisionProblems, 'notFound', 'conflict'],
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
    description:
      'Takes one event, or up to 100 as a batch: CloudEvents 1.0 in structured, batch or binary mode, or plain JSON. Nothing is written unless all of it is valid. The public id is a function of `source` and `id`, so that a retry is recognised for ever: the same again is a replay, other content under the same id a conflict.',
    headers: z.object({ 'Idempotency-Key': idempotencyKey, ...binaryMode }),
    body: {
      description:
        'An event, a batch, or with `ce-` headers the data of an event. At most 64 KB an event and 1 MB a request.',
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
        description: 'The very same event was there already; or, of a batch, what became of each event.',
        headers: z.object({
          Location: Location.optional(),
          ETag: Revision.optional(),
          'Idempotency-Replayed': Replayed.optional(),
        }),
        content: {
          'application/json': {
            schema: z.union([acknowledgementSchema, batchResultsSchema]),
            examples: {
              event: { value: acknowledgementExamples.recorded, summary: 'An event' },
              batch: { value: batchResultsExample, summary: 'A batch' },
            },
          },
        },
      },
    },
    problems: [...bodyProblems, 'conflict'],
  },
  'POST /v1/events/{id}/corrections': change(
    {
      operationId: 'correctEvent',
      summary: 'Correct an event',
      description:
        'Appends a revision: what the event says from now on, with a note that says why. Type and story cannot be corrected: retract the event and post it anew under a new id.',
      body: {
        description:
          'The note, and a JSON merge patch (RFC 7396) on the data of the event. What it makes of the event is validated.',
        content: { 'application/json': { schema: correctionSchema, example: correctionBody } },
      },
    },
    acknowledgementExamples.corrected,
  ),
  'POST /v1/events/{id}/retraction': change(
    {
      operationId: 'retractEvent',
      summary: 'Retract an event',
      description: 'Appends a retraction, which is final: the event is shown no more, and the note says why.',
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
      'Says what a story is called and how it is told. The first newsroom to describe a story owns it. To change a description send `If-Match`; to be sure that there is none yet, `If-None-Match: *`.',
    headers: z.object({ 'If-Match': ifMatch.optional(), 'If-None-Match': ifNoneMatch.optional() }),
    body: {
      description: 'The whole description: it takes the place of the one before.',
      content: { 'application/json': { schema: storySchema, example: storyBody } },
    },
    answers: Object.fromEntries(
      [
        ['201', 'The description was written.'],
        ['200', 'The very same was there already.'],
      ].map(([status, description]) => [
        status,
        {
          description,
          headers: z.object({ Location, ETag: Revision }),
          content: { 'application/json': { schema: storyAcknowledgementSchema, example: storyAcknowledgementExample } },
        },
      ]),
    ),
    problems: [...bodyProblems, ...revisionProblems, 'notFound'],
  },
};
