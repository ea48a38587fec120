import { changesAnswerSchema } from '../../functions/lib/read/changes/changes-answer.ts';
import { correctionsAnswerSchema, correctionsQuerySchema } from '../../functions/lib/read/corrections/corrections.ts';
import { healthAnswerSchema } from '../../functions/lib/read/health/health-answer.ts';
import { changesQuerySchema, waitQuerySchema } from '../../functions/lib/read/query/changes-query.ts';
import { changesExample, correctionsExample } from '../examples.ts';
import type { Operations } from '../operation.ts';
import { conditional, json, readAnswers } from '../read-answers.ts';
import { replyHeaders } from '../reply-headers.ts';

const { Link } = replyHeaders;

/** The routes for the record: changes and corrections. */
export const record: Operations = {
  'GET /v1/changes': {
    operationId: 'readChanges',
    tag: 'Record',
    summary: 'Follow the record',
    description:
      'Every revision in the order of positions, to keep a copy of the record. To continue, send `next` as `after`; there is more while `next` is below `head`. Without filters the positions have no gaps. With filters, all later revisions of an event that matched once are included, even those that no longer match.\n\nA full page that is not the last never changes. To wait for the next change, use `GET /v1/changes/wait`.',
    query: changesQuerySchema,
    headers: conditional,
    answers: readAnswers('A page of changes, the oldest first.', json(changesAnswerSchema, changesExample), { Link }),
    problems: ['invalidInput'],
  },
  'GET /v1/changes/wait': {
    operationId: 'waitForChanges',
    tag: 'Record',
    summary: 'Wait for changes',
    description:
      'The same page as `GET /v1/changes`. If it would be empty, the response is held until there is a change or the time is over. A newsroom can have five requests held at a time.',
    query: waitQuerySchema,
    headers: conditional,
    answers: readAnswers('A page of changes, the oldest first.', json(changesAnswerSchema, changesExample), { Link }),
    problems: ['invalidInput', 'notAcceptable', 'tooManyRequests'],
  },
  'GET /v1/corrections': {
    operationId: 'listCorrections',
    tag: 'Record',
    summary: 'Read the log of corrections',
    description:
      'Corrections and retractions, the newest first. `from` and `to` limit when they were published, not when the event happened.',
    query: correctionsQuerySchema,
    headers: conditional,
    answers: readAnswers('A page of the log of corrections.', json(correctionsAnswerSchema, correctionsExample), {
      Link,
    }),
    problems: ['invalidInput'],
  },
  'GET /v1/health': {
    operationId: 'readHealth',
    tag: 'Record',
    summary: 'Check that the system works',
    description:
      'For uptime checks. It reads the tables each time and is never cached: `200` says that they can be read, and `status` whether the timelines show what is published.',
    headers: conditional,
    answers: readAnswers('The system works.', json(healthAnswerSchema, { status: 'ok', position: 195 })),
    problems: ['invalidInput'],
  },
};
