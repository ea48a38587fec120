import * as z from 'zod';
import type { Operation, Operations } from '../operation.ts';
import { conditional, readAnswers } from '../read-answers.ts';

const nothing = z.strictObject({});

/** A page of the documentation. */
function page(operationId: string, summary: string, description: string): Operation {
  return {
    operationId,
    tag: 'Documentation',
    summary,
    description,
    query: nothing,
    headers: conditional,
    answers: readAnswers('The page.', { 'text/html': { schema: z.string() } }),
    problems: ['invalidInput'],
  };
}

/** The routes that describe the API. */
export const documentation: Operations = {
  'GET /v1/openapi.json': {
    operationId: 'readOpenApi',
    tag: 'Documentation',
    summary: 'Read the OpenAPI document',
    description: 'This API as an OpenAPI 3.1 document.',
    query: nothing,
    headers: conditional,
    answers: readAnswers('The document.', {
      'application/json': { schema: z.looseObject({ openapi: z.string() }).describe('An OpenAPI 3.1 document.') },
    }),
    problems: ['invalidInput'],
  },
  'GET /docs': page('readDocumentation', 'Read the overview', 'The first page of the documentation.'),
  'GET /docs/{page}': {
    ...page(
      'readDocumentationPage',
      'Read a page of the reference',
      'A group of routes, or the list of problems or schemas.',
    ),
    problems: ['invalidInput', 'notFound'],
  },
  'GET /docs/schemas/{schema}': {
    ...page('readSchemaPage', 'Read the page of a schema', 'A schema of this document, field by field.'),
    problems: ['invalidInput', 'notFound'],
  },
  'GET /docs/guides/{guide}': {
    ...page('readGuide', 'Read a guide', 'A guide, such as how to write dates.'),
    problems: ['invalidInput', 'notFound'],
  },
};
