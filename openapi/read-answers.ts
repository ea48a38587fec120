import * as z from 'zod';
import type { ZodOpenApiContentObject, ZodOpenApiResponseObject } from 'zod-openapi';
import { replyHeaders } from './reply-headers.ts';

const {
  'Cache-Control': caching,
  ETag,
  Link,
  'Timeline-Truncated': truncated,
  'Content-Language': language,
  'Content-Location': location,
} = replyHeaders;

/** It has the headers of the response that it stands for. */
const notModified: ZodOpenApiResponseObject = {
  id: 'NotModified',
  description: 'Nothing has changed since the response whose `ETag` you sent as `If-None-Match`. There is no body.',
  headers: z.object({
    ETag,
    'Cache-Control': caching,
    Link,
    'Timeline-Truncated': truncated,
    'Content-Language': language.optional(),
    'Content-Location': location.optional(),
  }),
};

/** The successful responses of a public route: the content, or 304. */
export function readAnswers(
  description: string,
  content: ZodOpenApiContentObject,
  headers: Readonly<Record<string, z.ZodType>> = {},
): Record<string, ZodOpenApiResponseObject> {
  return {
    '200': { description, headers: z.object({ ETag, 'Cache-Control': caching, ...headers }), content },
    '304': notModified,
  };
}

/** Content that is JSON. */
export const json = (schema: z.ZodType, example: unknown): ZodOpenApiContentObject => ({
  'application/json': { schema, example },
});

/** The header of a conditional request. */
export const conditional = z.object({
  'If-None-Match': z
    .string()
    .optional()
    .describe('The `ETag` of a response that you have. If nothing has changed, the response is 304.'),
});
