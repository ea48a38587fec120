import type { ZodOpenApiContentObject } from 'zod-openapi';
import { formats } from '../../functions/lib/formats/index.ts';
import { essenceOf } from '../../functions/lib/formats/media-types.ts';
import { countsAnswerSchema } from '../../functions/lib/read/counts/counts-answer.ts';
import { facetsAnswerSchema } from '../../functions/lib/read/counts/facets-answer.ts';
import { countsQuerySchema, facetsQuerySchema } from '../../functions/lib/read/query/counted-query.ts';
import { timelineQuerySchema } from '../../functions/lib/read/query/timeline-query.ts';
import { countsExample, facetsExample, timelineDocumentExample } from '../examples.ts';
import type { Operations } from '../operation.ts';
import { conditional, json, readAnswers } from '../read-answers.ts';
import { replyHeaders } from '../reply-headers.ts';

/**
 * A timeline in each of its formats, with an example that the format itself wrote. The example is JSON if the format
 * is, else text.
 */
export const timelineContent: ZodOpenApiContentObject = Object.fromEntries(
  Object.values(formats).map((format) => {
    const mediaType = essenceOf(format.name);
    const written = format.render(timelineDocumentExample);
    const example: unknown = /[/+]json$/.test(mediaType) ? JSON.parse(written) : written;
    return [mediaType, { schema: format.schema, example }];
  }),
);

const { Link, 'Timeline-Truncated': truncated, 'Content-Language': language } = replyHeaders;

/** The routes for events in a range of dates. */
export const timelines: Operations = {
  'GET /v1/timeline': {
    operationId: 'readTimeline',
    tag: 'Timelines',
    summary: 'Read a timeline by date range',
    description:
      'Entries in the order in which they happened: by their earliest instant, then by their latest, then by id. `order` chooses another order; feeds are in order of publication. A day, month or year as a bound includes all of it and is compared with the civil date of each event, unless `tz` names a zone. An entry must match all filters.\n\nAll pages of a walk by `cursor` show the record as of the same instant, `asOf`. No entry appears twice and none is missing, whatever is added or corrected meanwhile.',
    query: timelineQuerySchema,
    headers: conditional,
    answers: readAnswers('A page of the timeline.', timelineContent, {
      Link,
      'Timeline-Truncated': truncated,
      'Content-Language': language.optional(),
    }),
    problems: ['invalidInput'],
  },
  'GET /v1/timeline/counts': {
    operationId: 'countTimeline',
    tag: 'Timelines',
    summary: 'Count a timeline by day, month or year',
    description:
      'The number of entries of a timeline per day, month or year, for a histogram. Each entry is counted once: in the bucket of its earliest date, or of `from` if that is later. The sum of all counts is the number of entries that `/v1/timeline` has for the same query.',
    query: countsQuerySchema,
    headers: conditional,
    answers: readAnswers('The counts.', json(countsAnswerSchema, countsExample), { Link }),
    problems: ['invalidInput'],
  },
  'GET /v1/timeline/facets': {
    operationId: 'readFacets',
    tag: 'Timelines',
    summary: 'Find the values that filters take',
    description:
      'The stories, types, places, actors, topics, statuses and newsrooms of the entries of a timeline, with their names and the number of entries that have them. To see these entries, add a value to the query as a filter.',
    query: facetsQuerySchema,
    headers: conditional,
    answers: readAnswers('The values.', json(facetsAnswerSchema, facetsExample), { Link }),
    problems: ['invalidInput'],
  },
};
