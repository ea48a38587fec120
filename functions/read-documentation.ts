import { createHash } from 'node:crypto';
import document from '../openapi.json' with { type: 'json' };
import type { OpenApiDocument } from './lib/documentation/open-api.ts';
import { documentationPage } from './lib/documentation/page.ts';
import { style } from './lib/documentation/style.ts';
import type { Answer } from './lib/http/answer.ts';
import type { Request } from './lib/http/request.ts';
import { publicRoute } from './lib/route/route.ts';

/** It changes with a release only; five minutes later everybody has the new one. */
const caching = { 'cache-control': 'public, max-age=300, stale-while-revalidate=3600, stale-if-error=86400' };

const text = JSON.stringify(document);
const page = documentationPage(document as unknown as OpenApiDocument);
const styleHash = createHash('sha256').update(style).digest('base64');

const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  // The page holds nothing but text and its own style: whatever else a browser finds in it is not ours.
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
};

/** Answers the description of the API: as it is for programs, and as a page for people. */
async function readDocumentation(request: Request): Promise<Answer> {
  if (request.path === '/docs') return { status: 200, headers: { ...caching, ...pageHeaders }, body: page };
  return { status: 200, headers: { ...caching, 'content-type': 'application/json' }, body: text };
}

export const handler = publicRoute(readDocumentation);
