import * as z from 'zod';
import type { Operations } from '../operation.ts';
import { conditional, readAnswers } from '../read-answers.ts';

const nothing = z.strictObject({});

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
  'GET /docs': {
    operationId: 'readDocumentation',
    tag: 'Documentation',
    summary: 'Read the documentation',
    description: 'This document as a page to read.',
    query: nothing,
    headers: conditional,
    answers: readAnswers('The page.', { 'text/html': { schema: z.string() } }),
    problems: ['invalidInput'],
  },
};
