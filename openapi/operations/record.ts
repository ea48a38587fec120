import { changesAnswerSchema } from '../../functions/lib/read/changes-answer.ts';
import { changesQuerySchema } from '../../functions/lib/read/changes-query.ts';
import { correctionsAnswerSchema } from '../../functions/lib/read/corrections-answer.ts';
import { correctionsQuerySchema } from '../../functions/lib/read/corrections-query.ts';
import { changesExample, correctionsExample } from '../examples.ts';
import type { Operations } from '../operation.ts';
import { conditional, json, readAnswers } from '../read-answers.ts';
import { replyHeaders } from '../reply-headers.ts';

const { Link } = replyHeaders;

/** The routes that answer what joined the record. */
export const record: Operations = {
  'GET /v1/changes': {
    operationId: 'readChanges',
    tag: 'Record',
    summary: 'Follow the record',
    description:
      'Every revision in the order of positions: what a copy of the timelines is kept by. Ask again with `after=<next>`; there is more while `next` is below `head`. Without filters positions rise by one; with them, what matched at an earlier revision comes too. A full page with something after it never changes. With `wait`, a last page that has nothing to tell is held until it has.',
    query: changesQuerySchema,
    headers: conditional,
    answers: readAnswers('The changes, the oldest first.', json(changesAnswerSchema, changesExample), { Link }),
    problems: ['invalidInput'],
  },
  'GET /v1/corrections': {
    operationId: 'listCorrections',
    tag: 'Record',
    summary: 'Read the corrections log',
    description: 'What was corrected and retracted, newest first. `from` and `to` are about publication here.',
    query: correctionsQuerySchema,
    headers: conditional,
    answers: readAnswers('A page of the log.', json(correctionsAnswerSchema, correctionsExample), { Link }),
    problems: ['invalidInput'],
  },
};
