import * as z from 'zod';
import { redactionAnswerSchema } from '../../functions/lib/redact/redaction-answer.ts';
import { redactionBodySchema } from '../../functions/lib/redact/redaction-body.ts';
import { redactionExample } from '../examples.ts';
import type { Operations } from '../operation.ts';
import { replyHeaders } from '../reply-headers.ts';

const { Location, 'Idempotency-Replayed': Replayed } = replyHeaders;

const progress = { 'application/json': { schema: redactionAnswerSchema, example: redactionExample.answer } };

/** The routes that take content down. */
export const redactions: Operations = {
  'POST /v1/events/{id}/redaction': {
    operationId: 'redactEvent',
    tag: 'Writing',
    summary: 'Take an event down',
    description:
      'Removes the content of an event, or of some of its earlier revisions, from everything that this API stores and returns. It cannot be undone. That it was taken down, when, by whom and why stays on the record: the event then is 410 with the note. The latest revision cannot be named: correct the event first, or take it down whole. No quota refuses it. A newsroom may have two redactions at a time that read all revisions of an event, dry runs too: to compare a note that is not confirmed, or to find what stays. More are 429; send them again after `Retry-After`.',
    body: {
      description: 'The reason, the public note, and what is taken down.',
      content: { 'application/json': { schema: redactionBodySchema, example: redactionExample.body } },
    },
    answers: {
      '202': {
        description: 'It is on the record, and the content is being removed. `Location` says how far that has come.',
        headers: z.object({ Location }),
        content: progress,
      },
      '200': {
        description: 'The same redaction was stored before. Nothing was written.',
        headers: z.object({ Location, 'Idempotency-Replayed': Replayed }),
        content: progress,
      },
    },
    problems: [
      'invalidInput',
      'tooLarge',
      'unsupportedMediaType',
      'notFound',
      'redacted',
      'stateConflict',
      'tooManyRequests',
    ],
  },
  'GET /v1/events/{id}/redaction': {
    operationId: 'readRedaction',
    tag: 'Writing',
    summary: 'Read how far a redaction has come',
    description:
      'The last redaction of an event of your newsroom, and from where its content is removed by now. The content is gone within a minute or two. About a quarter of an hour later everything was looked through again for work that had been under way, and `done` is true.',
    answers: { '200': { description: 'The redaction.', content: progress } },
    problems: ['invalidInput', 'notFound'],
  },
};
