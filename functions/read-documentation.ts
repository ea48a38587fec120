import document from '../openapi.json' with { type: 'json' };
import type { OpenApiDocument } from './lib/documentation/open-api.ts';
import { documentationCaching, pageAnswer } from './lib/documentation/page-answer.ts';
import { referencePage } from './lib/documentation/reference.ts';
import type { Answer } from './lib/http/answer.ts';
import type { Request } from './lib/http/request.ts';
import { publicRoute } from './lib/route/route.ts';

const text = JSON.stringify(document);

/** Answers the description of the API: the OpenAPI document for programs, and pages made from it for people. */
async function readDocumentation({ path }: Request): Promise<Answer> {
  if (path !== '/v1/openapi.json') return pageAnswer(referencePage(document as unknown as OpenApiDocument, path));
  return { status: 200, headers: { ...documentationCaching, 'content-type': 'application/json' }, body: text };
}

export const handler = publicRoute(readDocumentation);
