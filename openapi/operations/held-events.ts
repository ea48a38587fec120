import * as z from 'zod';
import { acknowledgementSchema } from '../../events/decisions/acknowledgement.ts';
import { longestEmbargoMs } from '../../events/held-event.ts';
import { bytesText, maximumHeldBytes, maximumHeldEvents } from '../../events/input/limits.ts';
import { heldAnswerSchema, heldListSchema } from '../../functions/lib/embargo/held-answer.ts';
import { replaceQuerySchema } from '../../functions/lib/embargo/held-queries.ts';
import { pageQuerySchema } from '../../functions/lib/http/query-schemas.ts';
import { revisionTag } from '../../functions/lib/http/revision-tag.ts';
import { newsroomAnswerSchema } from '../../functions/lib/newsroom/newsroom-answer.ts';
import { dataSchema, eventSchema } from '../event-schema.ts';
import { acknowledgementExamples, heldExample, newsroomExample, postedEvent } from '../examples.ts';
import type { Operations } from '../operation.ts';
import { json } from '../read-answers.ts';
import { replyHeaders } from '../reply-headers.ts';
import { binaryMode } from './writing.ts';

const { Location, Link, Revision, 'Idempotency-Replayed': Replayed } = replyHeaders;

const ifMatch = z
  .string()
  .regex(revisionTag)
  .optional()
  .describe('The version of the held event that the change is based on, in double quotes: its `ETag`. Default: any.');

const oneHeld = (description: string) => ({
  description,
  headers: z.object({ ETag: Revision }),
  content: json(heldAnswerSchema, heldExample),
});

/** The routes of events that are held until their time, and of what a newsroom has. */
export const heldEvents: Operations = {
  'GET /v1/newsroom': {
    operationId: 'readNewsroom',
    tag: 'Writing',
    summary: 'Read what your newsroom has',
    description:
      'The newsroom of the key, what the key may do, what the newsroom has used of its quotas today, and its stories, held events and endpoints. It has no secrets.',
    answers: {
      '200': { description: 'The newsroom.', content: json(newsroomAnswerSchema, newsroomExample) },
    },
    problems: ['invalidInput'],
  },
  'GET /v1/held-events': {
    operationId: 'listHeldEvents',
    tag: 'Writing',
    summary: 'List held events',
    description: `The events that your newsroom has sent with \`publishAt\`, in the order in which they will be published, at most ${longestEmbargoMs / 86_400_000} days ahead. A newsroom holds at most ${maximumHeldEvents} events, of ${bytesText(maximumHeldBytes)} in all. A key that is limited to stories sees the events of these.`,
    query: pageQuerySchema,
    answers: {
      '200': {
        description: 'A page of held events.',
        headers: z.object({ Link }),
        content: json(heldListSchema, { heldEvents: [heldExample], nextCursor: null }),
      },
    },
    problems: ['invalidInput'],
  },
  'GET /v1/held-events/{id}': {
    operationId: 'readHeldEvent',
    tag: 'Writing',
    summary: 'Read a held event',
    description:
      'An event that your newsroom holds. When it is published it is not held any more: `GET /v1/events/{id}` shows it then.',
    answers: { '200': oneHeld('The held event.') },
    problems: ['invalidInput', 'notFound'],
  },
  'PUT /v1/held-events/{id}': {
    operationId: 'replaceHeldEvent',
    tag: 'Writing',
    summary: 'Replace a held event',
    description:
      'Puts another event in the place of a held one, with the same `id` and `source`, and another `publishAt` if one is given. Nobody sees that there was another one. It may be sent in the modes of `POST /v1/events`, but not as a batch.',
    query: replaceQuerySchema,
    headers: z.object({ 'If-Match': ifMatch, ...binaryMode }),
    body: {
      description: 'The whole event. Without `id` and `source` it has those of the held event.',
      content: {
        'application/json': { schema: z.union([eventSchema, dataSchema]), example: postedEvent },
        'application/cloudevents+json': { schema: eventSchema, example: postedEvent },
      },
    },
    answers: { '200': oneHeld('The event as it is held now.') },
    problems: ['invalidInput', 'tooLarge', 'unsupportedMediaType', 'notFound', 'stateConflict', 'staleRevision'],
  },
  'DELETE /v1/held-events/{id}': {
    operationId: 'retractHeldEvent',
    tag: 'Writing',
    summary: 'Take a held event back',
    description:
      'Deletes a held event. No public response has shown it, and no message about it is sent. No quota refuses it.',
    headers: z.object({ 'If-Match': ifMatch }),
    answers: { '204': { description: 'The event is not held any more.' } },
    problems: ['invalidInput', 'tooLarge', 'unsupportedMediaType', 'notFound', 'stateConflict', 'staleRevision'],
  },
  'POST /v1/held-events/{id}/release': {
    operationId: 'releaseHeldEvent',
    tag: 'Writing',
    summary: 'Publish a held event at once',
    description:
      'Records a held event now, instead of at its time. It is the same as if it were posted now, and does not count against the quota of events again. If it cannot be recorded, it stays held, with the conflict.',
    answers: {
      '201': {
        description: 'The event was recorded.',
        headers: z.object({ Location, ETag: Revision }),
        content: json(acknowledgementSchema, acknowledgementExamples.recorded),
      },
      '200': {
        description: 'The event was recorded before. Nothing was written.',
        headers: z.object({ Location, ETag: Revision, 'Idempotency-Replayed': Replayed }),
        content: json(acknowledgementSchema, acknowledgementExamples.recorded),
      },
    },
    problems: ['invalidInput', 'tooLarge', 'unsupportedMediaType', 'notFound', 'conflict', 'redacted'],
  },
};
