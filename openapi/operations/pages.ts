import * as z from 'zod';
import { oembedAnswerSchema, oembedQuerySchema } from '../../functions/lib/pages/discovery/oembed.ts';
import { correctionsPageQuerySchema } from '../../functions/lib/pages/request/corrections-page-query.ts';
import { eventPageQuerySchema } from '../../functions/lib/pages/request/event-page-query.ts';
import { storiesPageQuerySchema } from '../../functions/lib/pages/request/stories-page-query.ts';
import { storyPageQuerySchema } from '../../functions/lib/pages/request/story-page-query.ts';
import type { Operation, Operations } from '../operation.ts';
import { conditional, readAnswers } from '../read-answers.ts';
import { replyHeaders } from '../reply-headers.ts';

const { 'Content-Language': language, 'Retry-After': retryAfter } = replyHeaders;

const html = { 'text/html': { schema: z.string() } };

const reasons = {
  '400': 'A parameter is not valid. The page says which.',
  '404': 'There is nothing at this address.',
  '410': 'The event was retracted, or its content was taken down. The page has its history.',
  '503': 'The service is temporarily unavailable.',
} as const;

type Status = keyof typeof reasons;

/** A page for readers. Its errors are pages too. */
function page(
  operationId: string,
  query: z.ZodObject,
  [summary, description]: readonly [string, string],
  statuses: readonly Status[] = [],
): Operation {
  const errors = (['400', '503', ...statuses] as const).map((status) => [
    status,
    {
      description: reasons[status],
      headers: z.object({ 'Content-Language': language, ...(status === '503' && { 'Retry-After': retryAfter }) }),
      content: html,
    },
  ]);
  return {
    operationId,
    tag: 'Pages',
    summary,
    description,
    query,
    headers: conditional,
    answers: { ...readAnswers('The page.', html, { 'Content-Language': language }), ...Object.fromEntries(errors) },
    problems: [],
  };
}

const text = (mediaType: string) => ({ [mediaType]: { schema: z.string() } });

/** The routes of pages for readers, and those by which programs find them. */
export const pages: Operations = {
  'GET /': page('readStoriesPage', storiesPageQuerySchema, [
    'Read the page of all stories',
    'The stories, with what was published and corrected last.',
  ]),
  'GET /stories/{story}': page(
    'readStoryPage',
    storyPageQuerySchema,
    ['Read the page of a story', 'The timeline of a story, by year and month, with a form that chooses what is shown.'],
    ['404'],
  ),
  'GET /embed/stories/{story}': page(
    'readEmbeddedStoryPage',
    storyPageQuerySchema,
    [
      'Read the page of a story for a frame',
      'The first events of the page of a story. Pages of any site may show it in a frame.',
    ],
    ['404'],
  ),
  'GET /events/{id}': page(
    'readEventPage',
    eventPageQuerySchema,
    ['Read the page of an event', 'The facts, the sources and the history of an event.'],
    ['404', '410'],
  ),
  'GET /corrections': page('readCorrectionsPage', correctionsPageQuerySchema, [
    'Read the page of the log of corrections',
    'What was corrected, retracted, unlisted and taken down, and why, the newest first.',
  ]),
  'GET /sitemap.xml': {
    operationId: 'readSitemap',
    tag: 'Pages',
    summary: 'Read the sitemap',
    description: 'The pages that search engines are to know: those of at most 1,000 stories.',
    headers: conditional,
    answers: readAnswers('The sitemap.', text('application/xml')),
    problems: ['invalidInput'],
  },
  'GET /robots.txt': {
    operationId: 'readRobots',
    tag: 'Pages',
    summary: 'Read what search engines may read',
    description: 'The pages, but neither the API nor the pages for frames.',
    headers: conditional,
    answers: readAnswers('The rules.', text('text/plain')),
    problems: ['invalidInput'],
  },
  'GET /oembed': {
    operationId: 'readOEmbed',
    tag: 'Pages',
    summary: 'Read how to show a story on another page',
    description: 'A frame with the page of a story, by oEmbed 1.0.',
    query: oembedQuerySchema,
    headers: conditional,
    answers: readAnswers('The frame.', { 'application/json': { schema: oembedAnswerSchema } }),
    problems: ['invalidInput', 'notFound'],
  },
};
