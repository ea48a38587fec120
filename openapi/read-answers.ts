import * as z from 'zod';
import type { ZodOpenApiContentObject, ZodOpenApiResponseObject } from 'zod-openapi';
import { replyHeaders } from './reply-headers.ts';

const { 'Cache-Control': caching, ETag } = replyHeaders;

const notModified: ZodOpenApiResponseObject = {
  id: 'NotModified',
  description: 'What the client has already, by `If-None-Match`.',
  headers: z.object({ ETag, 'Cache-Control': caching }),
};

/** What a route that reads answers where nothing is wrong: the content, or 304. */
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

/** A header that conditional requests send. */
export const conditional = z.object({
  'If-None-Match': z.string().optional().describe('The ETag of the answer that the client has.'),
});
