import { storiesQuerySchema, storyQuerySchema } from '../../functions/lib/read/query/story-queries.ts';
import { storiesAnswerSchema, storyAnswerSchema } from '../../functions/lib/read/story/story-answer.ts';
import { storyExample } from '../examples.ts';
import type { Operations } from '../operation.ts';
import { conditional, json, readAnswers } from '../read-answers.ts';
import { replyHeaders } from '../reply-headers.ts';

/** The routes for stories. */
export const stories: Operations = {
  'GET /v1/stories': {
    operationId: 'listStories',
    tag: 'Stories',
    summary: 'List the stories',
    description:
      'The stories by slug. A story exists from its first event or description on. A page may hold fewer than `limit` and still have a next page. With `asOf`, the response has the stories that there were at that instant, as they were described then.',
    query: storiesQuerySchema,
    headers: conditional,
    answers: readAnswers(
      'A page of stories.',
      json(storiesAnswerSchema, { stories: [storyExample], nextCursor: null }),
      {
        Link: replyHeaders.Link,
      },
    ),
    problems: ['invalidInput'],
  },
  'GET /v1/stories/{story}': {
    operationId: 'readStory',
    tag: 'Stories',
    summary: 'Read a story',
    description:
      'The title and description of a story, the newsroom that owns it, how many entries it has, and its first and last day. With `asOf`, the response has its title and description of that instant, without owner, numbers and dates.',
    query: storyQuerySchema,
    headers: conditional,
    answers: readAnswers('The story.', json(storyAnswerSchema, storyExample)),
    problems: ['invalidInput', 'notFound'],
  },
};
