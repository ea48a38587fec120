import { countsAnswerSchema } from '../../functions/lib/read/counts-answer.ts';
import { countsQuerySchema, timelineQuerySchema } from '../../functions/lib/read/timeline-query.ts';
import { countsExample } from '../examples.ts';
import { timelineContent } from '../formats.ts';
import type { Operations } from '../operation.ts';
import { conditional, json, readAnswers } from '../read-answers.ts';
import { replyHeaders } from '../reply-headers.ts';

const { Link } = replyHeaders;

/** The routes that answer what happened in a range of dates. */
export const timelines: Operations = {
  'GET /v1/timeline': {
    operationId: 'readTimeline',
    tag: 'Timelines',
    summary: 'Read a timeline by date range',
    description:
      'What happened in a range of dates, by when it happened: earliest, then latest, then id. Civil bounds (day, month, year) include the whole unit and match each event by its own civil date, unless `tz` is given; instants are half open. All filters that are given must match. A walk by cursor shows the record as it stood at `asOf`, the moment of its first page: nothing twice and nothing missed, whatever is added or corrected meanwhile.',
    query: timelineQuerySchema,
    headers: conditional,
    answers: readAnswers('A page of the timeline.', timelineContent, { Link }),
    problems: ['invalidInput', 'notAcceptable'],
  },
  'GET /v1/timeline/counts': {
    operationId: 'countTimeline',
    tag: 'Timelines',
    summary: 'Count a timeline by day, month or year',
    description:
      'How many entries the timeline has in each day, month or year, for a histogram. Each entry is counted once, in the bucket of the later of its earliest date and `from`, so that the sum is what a walk finds.',
    query: countsQuerySchema,
    headers: conditional,
    answers: readAnswers('The counts.', json(countsAnswerSchema, countsExample), { Link }),
    problems: ['invalidInput'],
  },
};
