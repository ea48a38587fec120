import * as z from 'zod';
import {
  correctionsPageQuerySchema,
  eventPageQuerySchema,
  storiesPageQuerySchema,
  storyPageQuerySchema,
} from '../../functions/lib/pages/page-queries.ts';
import type { Operation, Operations } from '../operation.ts';
import { conditional, readAnswers } from '../read-answers.ts';

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
    { description: reasons[status], content: html },
  ]);
  return {
    operationId,
    tag: 'Pages',
    summary,
    description,
    query,
    headers: conditional,
    answers: { ...readAnswers('The page.', html), ...Object.fromEntries(errors) },
    problems: [],
  };
}

/** The routes of pages for readers. */
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
};
