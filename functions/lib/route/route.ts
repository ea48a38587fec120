import middy from '@middy/core';
import httpCors from '@middy/http-cors';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import type { Context } from 'aws-lambda';
import { exposedHeaders } from '../../routes.ts';
import type { Answer } from '../http/answer.ts';
import type { KeyedRequest, Request } from '../http/request.ts';
import { logger, observed } from '../runtime/observability.ts';
import { conditionalResponse } from './conditional-response.ts';
import type { GatewayEvent, GatewayResponse, Handler, Middleware } from './gateway.ts';
import { requestOf, responseOf } from './gateway.ts';
import { originSecret } from './origin-secret.ts';
import { problemResponse, type WriteProblem } from './problem-response.ts';
import { scopeCheck } from './scope-check.ts';
import { strictHeaders, strictQuery } from './strict-request.ts';

/** Before Lambda ends the function, so that there still is a response, a log line and the metrics. */
const timeoutEarlyInMillis = 200;

/** Pages of any origin may read. */
const openToPages = { origins: ['*'], exposeHeaders: exposedHeaders.join(', ') };

/** Writes the ids of the request and of the trace that it belongs to into its log lines. */
function correlation(): Middleware {
  return {
    before({ event }) {
      const { traceparent } = event.headers;
      logger.setCorrelationId(event.requestContext.requestId);
      if (traceparent) logger.appendKeys({ traceparent });
    },
  };
}

/** Sends the response to HEAD without its body. */
function headResponse(): Middleware {
  const withoutBody: Middleware['after'] = (invocation) => {
    const { event, response } = invocation;
    if (event.requestContext.http.method !== 'HEAD' || !response) return;
    const { body: _body, isBase64Encoded: _coding, ...head } = response;
    invocation.response = head;
  };
  return { after: withoutBody, onError: withoutBody };
}

/** Keeps the response out of every cache, unless the handler says otherwise. */
function uncachedResponse(): Middleware {
  return {
    after({ response }) {
      if (response) response.headers = { 'cache-control': 'no-store', ...response.headers };
    },
  };
}

/** A request passes the list from its beginning to its end, a response or an error from its end to its beginning. */
function handlerOf(middlewares: readonly Middleware[], work: (request: Request) => Promise<Answer>): Handler {
  return middy<GatewayEvent, GatewayResponse>(
    async (event: GatewayEvent, context: Context) => responseOf(await work(requestOf(event, context))),
    { timeoutEarlyInMillis },
  ).use([...middlewares]);
}

/**
 * The handler of a route that anyone may read: cacheable, compressed, open to pages of any origin. It answers HEAD too.
 *
 * @param writeProblem by default as problem details
 */
export function publicRoute(work: (request: Request) => Promise<Answer>, writeProblem?: WriteProblem): Handler {
  return handlerOf(
    [
      ...observed(),
      httpHeaderNormalizer(),
      correlation(),
      headResponse(),
      httpCors(openToPages),
      problemResponse(writeProblem),
      originSecret(),
      strictQuery(),
      strictHeaders(),
      conditionalResponse(),
    ],
    work,
  );
}

/**
 * The handler of a page for readers: cacheable and compressed. Forms may send its query, and its errors are pages too.
 *
 * @param writeProblem writes a problem as a page
 */
export function pageRoute(work: (request: Request) => Promise<Answer>, writeProblem: WriteProblem): Handler {
  return handlerOf(
    [
      ...observed(),
      httpHeaderNormalizer(),
      correlation(),
      headResponse(),
      problemResponse(writeProblem),
      originSecret(),
      strictQuery(true),
      strictHeaders(),
      conditionalResponse(),
    ],
    work,
  );
}

/**
 * The handler of a route that needs a key with the scope in the table of routes. No cache keeps its answers.
 *
 * @param more middlewares for requests that have passed the check of the scope
 */
export function keyedRoute(
  work: (request: KeyedRequest) => Promise<Answer>,
  more: readonly Middleware[] = [],
): Handler {
  return handlerOf(
    [
      ...observed(),
      httpHeaderNormalizer(),
      correlation(),
      headResponse(),
      problemResponse(),
      originSecret(),
      scopeCheck(),
      ...more,
      strictQuery(),
      strictHeaders(),
      uncachedResponse(),
    ],
    // `scopeCheck` lets nobody past without a caller.
    (request) => work(request as KeyedRequest),
  );
}
