import { entrySchema } from '../../events/timeline/entry-schema.ts';
import { historyAnswerSchema } from '../../functions/lib/read/event/history-answer.ts';
import {
  eventQuerySchema,
  historyQuerySchema,
  ownIdQuerySchema,
} from '../../functions/lib/read/query/event-queries.ts';
import { entryExamples, historyExample } from '../examples.ts';
import type { Operations } from '../operation.ts';
import { conditional, json, readAnswers } from '../read-answers.ts';
import { replyHeaders } from '../reply-headers.ts';

/** The routes for a single event. */
export const events: Operations = {
  'GET /v1/events/{id}': {
    operationId: 'readEvent',
    tag: 'Events',
    summary: 'Read an event',
    description:
      'An event as it is now, as of one of its revisions, or as of an earlier instant. A new event can be read about a second after it was accepted; until then the response is 404 with `Retry-After`. A retracted event is 410, with the reason.',
    query: eventQuerySchema,
    headers: conditional,
    answers: readAnswers('The entry.', json(entrySchema, entryExamples.corrected), { ETag: replyHeaders.Revision }),
    problems: ['invalidInput', 'notFound', 'retracted', 'redacted'],
  },
  'GET /v1/events': {
    operationId: 'readEventByOwnId',
    tag: 'Events',
    summary: 'Read an event by the id of its newsroom',
    description:
      'The same as `GET /v1/events/{id}`, by the `source` and the `id` that the event was sent with. The header `Content-Location` has its public address.',
    query: ownIdQuerySchema,
    headers: conditional,
    answers: readAnswers('The entry.', json(entrySchema, entryExamples.corrected), {
      ETag: replyHeaders.Revision,
      'Content-Location': replyHeaders['Content-Location'],
    }),
    problems: ['invalidInput', 'notFound', 'retracted', 'redacted'],
  },
  'GET /v1/events/{id}/history': {
    operationId: 'readHistory',
    tag: 'Events',
    summary: 'Read all revisions of an event',
    description:
      'All revisions of an event, even if it was retracted: what each revision changed, field by field, when and why.',
    query: historyQuerySchema,
    headers: conditional,
    answers: readAnswers('The revisions, the oldest first.', json(historyAnswerSchema, historyExample), {
      Link: replyHeaders.Link,
    }),
    problems: ['invalidInput', 'notFound'],
  },
};
