import { createHash } from 'node:crypto';
import middy from '@middy/core';
import type {
  APIGatewayProxyEventV2WithLambdaAuthorizer,
  APIGatewayProxyStructuredResultV2,
  Context,
} from 'aws-lambda';
import { Forbidden } from '../../events/errors.ts';
import type { Scope } from '../routes.ts';
import { logger, observed } from './observability.ts';
import { problemOf } from './problem.ts';

/** Who holds the key, as the authorizer says. */
export interface Caller {
  readonly newsroom: string;
  readonly keyId: string;
  readonly scopes: readonly string[];
  /** Patterns of the stories that the key may write to; empty means all. */
  readonly stories: readonly string[];
}

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly rawQuery: string;
  readonly body: Buffer;
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly caller?: Caller;
}

/** `body`: an object is sent as JSON. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | object;
}

type GatewayEvent = APIGatewayProxyEventV2WithLambdaAuthorizer<Record<string, string> | undefined>;
type Result = APIGatewayProxyStructuredResultV2;
export type Handler = (event: GatewayEvent, context: Context) => Promise<Result>;

const readHeaders = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'etag, link, retry-after',
};

const correlated = {
  before({ event }: { event: GatewayEvent }): void {
    const { traceparent } = event.headers;
    logger.setCorrelationId(event.requestContext.requestId);
    if (traceparent) logger.appendKeys({ traceparent });
  },
};

function words(text: string | undefined): string[] {
  return (text ?? '').split(' ').filter((word) => word !== '');
}

function callerOf(event: GatewayEvent): Caller | undefined {
  const context = event.requestContext.authorizer?.lambda;
  if (!context?.newsroom || !context.keyId) return undefined;
  const { newsroom, keyId } = context;
  return { newsroom, keyId, scopes: words(context.scopes), stories: words(context.stories) };
}

function requestOf(event: GatewayEvent): Request {
  const caller = callerOf(event);
  return {
    method: event.requestContext.http.method,
    path: event.rawPath,
    pathParameters: (event.pathParameters ?? {}) as Record<string, string>,
    headers: Object.fromEntries(Object.entries(event.headers).map(([name, value]) => [name.toLowerCase(), value])),
    rawQuery: event.rawQueryString,
    body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
    requestId: event.requestContext.requestId,
    now: Date.now(),
    ...(caller && { caller }),
  };
}

function resultOf(answer: Answer, headers: Readonly<Record<string, string>> = {}): Result {
  const { status, body } = answer;
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  return {
    statusCode: status,
    headers: { ...type, ...headers, ...answer.headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  };
}

/** RFC 9110 13.1.2: `*`, or a list of entity tags, compared weakly. */
function isUnchanged(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  const tags = ifNoneMatch.match(/(?:W\/)?"[^"]*"/g) ?? [];
  return tags.some((tag) => tag.replace('W/', '') === etag.replace('W/', ''));
}

function withEtag(result: Result, request: Request): Result {
  if (result.statusCode !== 200) return result;
  const digest = () =>
    `"${createHash('sha256')
      .update(result.body ?? '')
      .digest('base64url')}"`;
  const etag = String(result.headers?.etag ?? digest());
  const headers = { 'cache-control': 'no-cache', ...result.headers, etag };
  if (!isUnchanged(request.headers['if-none-match'], etag)) return { ...result, headers };
  const { 'content-type': _, ...kept } = headers as Record<string, string>;
  return { statusCode: 304, headers: kept };
}

function withoutBody({ body: _, ...head }: Result): Result {
  return head;
}

/** Before Lambda ends the function, so that there still is an answer, a log line and the metrics. */
const timeoutEarlyInMillis = 200;

function route(work: (request: Request) => Promise<Result>, always: Record<string, string>): Handler {
  return middy<GatewayEvent, Result>((event: GatewayEvent) => work(requestOf(event)), { timeoutEarlyInMillis })
    .use(observed())
    .use(correlated)
    .onError((invocation) => {
      const { requestId } = invocation.event.requestContext;
      const problem = problemOf(invocation.error, requestId);
      if (problem.status >= 500) logger.error('The request failed.', invocation.error as Error);
      invocation.response = resultOf(problem, always);
    });
}

/**
 * The handler of a GET route, which answers HEAD too. Open to pages of any origin; every 200 has an `ETag` (strong, of the
 * body, unless the answer brings its own) and is 304 to who has it already. What says nothing else may be kept but must
 * be asked for again.
 */
export function readRoute(work: (request: Request) => Promise<Answer>): Handler {
  return route(async (request) => {
    const result = withEtag(resultOf(await work(request), readHeaders), request);
    return request.method === 'HEAD' ? withoutBody(result) : result;
  }, readHeaders);
}

/** The handler of a route that writes: the key must have the scope. Its answers are not for any cache. */
export function writeRoute(scope: Scope, work: (request: Request & { caller: Caller }) => Promise<Answer>): Handler {
  return route(async (request) => {
    const { caller } = request;
    if (!caller) throw new Error('The route has no authorizer.');
    if (!caller.scopes.includes(scope)) throw new Forbidden(`The key has not the scope ${scope}.`);
    return resultOf(await work({ ...request, caller }), { 'cache-control': 'no-store' });
  }, {});
}
