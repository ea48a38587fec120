import { entrySchema } from '../../events/timeline/entry-schema.ts';
import { eventQuerySchema, historyQuerySchema } from '../../functions/lib/read/event-queries.ts';
import { historyAnswerSchema } from '../../functions/lib/read/history-answer-schema.ts';
import { entryExamples, historyExample } from '../examples.ts';
import type { Operations } from '../operation.ts';
import { conditional, json, readAnswers } from '../read-answers.ts';
import { replyHeaders } from '../reply-headers.ts';

/** The routes that answer a single event. */
export const events: Operations = {
  'GET /v1/events/{id}': {
    operationId: 'readEvent',
    tag: 'Events',
    summary: 'Read an event',
    description:
      'The entry of an event as it stands, as of one of its revisions, or as the record held it at a moment. Until an accepted event has its place in the record it is 404 with `Retry-After`; a retracted one is 410, with what it was about and why.',
    query: eventQuerySchema,
    headers: conditional,
    answers: readAnswers('The entry.', json(entrySchema, entryExamples.corrected), { ETag: replyHeaders.Revision }),
    problems: ['invalidInput', 'notFound', 'retracted'],
  },
  'GET /v1/events/{id}/history': {
    operationId: 'readHistory',
    tag: 'Events',
    summary: 'Read all revisions of an event',
    description:
      'All that was ever said of an event, retracted or not: each revision with who changed what, when and why, field by field.',
    query: historyQuerySchema,
    headers: conditional,
    answers: readAnswers('The revisions, the first first.', json(historyAnswerSchema, historyExample), {
      Link: replyHeaders.Link,
    }),
    problems: ['invalidInput', 'notFound'],
  },
};
