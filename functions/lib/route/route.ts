import middy from '@middy/core';
import httpCors from '@middy/http-cors';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import type { Context } from 'aws-lambda';
import type { Answer } from '../http/answer.ts';
import type { KeyedRequest, Request } from '../http/request.ts';
import { observed } from '../runtime/observability.ts';
import { conditionalResponse } from './conditional-response.ts';
import { correlation } from './correlation.ts';
import type { GatewayEvent, GatewayResponse, Handler, Middleware } from './gateway.ts';
import { requestOf, responseOf } from './gateway.ts';
import { headResponse } from './head-response.ts';
import { originSecret } from './origin-secret.ts';
import { problemResponse } from './problem-response.ts';
import { scopeCheck } from './scope-check.ts';
import { strictHeaders } from './strict-headers.ts';
import { strictQuery } from './strict-query.ts';
import { uncachedResponse } from './uncached-response.ts';

/** Before Lambda ends the function, so that there still is a response, a log line and the metrics. */
const timeoutEarlyInMillis = 200;

/** Pages of any origin may read, and see the headers by which they ask for more. */
const openToPages = { origins: ['*'], exposeHeaders: 'etag, link, retry-after' };

/** A request passes the list from its beginning to its end, a response or an error from its end to its beginning. */
function handlerOf(middlewares: readonly Middleware[], work: (request: Request) => Promise<Answer>): Handler {
  return middy<GatewayEvent, GatewayResponse>(
    async (event: GatewayEvent, context: Context) => responseOf(await work(requestOf(event, context))),
    { timeoutEarlyInMillis },
  ).use([...middlewares]);
}

/** The handler of a route that anyone may read: cacheable, compressed, open to pages of any origin. It answers HEAD too. */
export function publicRoute(work: (request: Request) => Promise<Answer>): Handler {
  return handlerOf(
    [
      ...observed(),
      httpHeaderNormalizer(),
      correlation(),
      headResponse(),
      httpCors(openToPages),
      problemResponse(),
      originSecret(),
      strictQuery(),
      strictHeaders(),
      conditionalResponse(),
    ],
    work,
  );
}

/** The handler of a route that needs a key with the scope in the table of routes. No cache keeps its answers. */
export function keyedRoute(work: (request: KeyedRequest) => Promise<Answer>): Handler {
  return handlerOf(
    [
      ...observed(),
      httpHeaderNormalizer(),
      correlation(),
      headResponse(),
      problemResponse(),
      originSecret(),
      scopeCheck(),
      strictQuery(),
      strictHeaders(),
      uncachedResponse(),
    ],
    // `scopeCheck` lets nobody past without a caller.
    (request) => work(request as KeyedRequest),
  );
}
