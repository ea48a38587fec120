import middy from '@middy/core';
import type {
  APIGatewayProxyEventV2WithLambdaAuthorizer,
  APIGatewayProxyStructuredResultV2,
  Context,
} from 'aws-lambda';
import { Forbidden } from '../../../events/input/errors.ts';
import type { Scope } from '../../routes.ts';
import { logger, observed } from '../runtime/observability.ts';
import { encode } from './content-coding.ts';
import { digestOfBody, entityTag, knownTag } from './entity-tag.ts';
import { assertFromFront, publicOrigin } from './origin.ts';
import { type Problem, problemOf } from './problem.ts';

/** Who holds the key, as the authorizer says. */
export interface Caller {
  readonly newsroom: string;
  readonly keyId: string;
  readonly scopes: readonly string[];
  /** Patterns of the stories that the key may write to; empty means all. */
  readonly stories: readonly string[];
}

/** What the client sent. */
export interface Request {
  readonly method: string;
  /** The public address that was asked, without a slash at its end. */
  readonly origin: string;
  readonly path: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly rawQuery: string;
  readonly body: Buffer;
  /** The gateway decoded the body before it handed it over: what was no UTF-8 is U+FFFD by now. */
  readonly bodyWasDecoded: boolean;
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** How much time is left to answer, in milliseconds. */
  readonly remainingMs: () => number;
  readonly caller?: Caller;
}

/** What the client gets. A `body` that is an object is sent as JSON, a text as it is. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | object;
  /** What tells this content from all other at this address, without quotes; a digest of the body if left out. */
  readonly contentTag?: string;
}

type GatewayEvent = APIGatewayProxyEventV2WithLambdaAuthorizer<Record<string, string> | undefined>;
type Result = APIGatewayProxyStructuredResultV2;

/** A Lambda function behind an HTTP API, payload format 2.0. */
export type Handler = (event: GatewayEvent, context: Context) => Promise<Result>;

/** Before Lambda ends the function, so that there still is an answer, a log line and the metrics. */
const timeoutEarlyInMillis = 200;

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

function requestOf(event: GatewayEvent, context: Context): Request {
  const caller = callerOf(event);
  const headers = Object.fromEntries(Object.entries(event.headers).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    method: event.requestContext.http.method,
    origin: publicOrigin(headers),
    path: event.rawPath,
    pathParameters: (event.pathParameters ?? {}) as Record<string, string>,
    headers,
    rawQuery: event.rawQueryString,
    body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
    bodyWasDecoded: !event.isBase64Encoded,
    requestId: event.requestContext.requestId,
    now: Date.now(),
    remainingMs: () => context.getRemainingTimeInMillis(),
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

/** 304 to who has the content already; otherwise as short as the client can read it. */
function conditional(answer: Answer, { headers: asked }: Request): Result {
  const result = resultOf(answer, readHeaders);
  if (answer.status !== 200 && answer.status !== 304) return result;
  const { etag: own, ...headers } = result.headers ?? {};
  const contentTag = answer.contentTag ?? (own ? String(own).slice(1, -1) : digestOfBody(result.body ?? ''));
  // An event's tag is its revision, by which it is changed: it stays as it is, and so does the body.
  const vary = [headers.vary, ...(own ? [] : ['Accept-Encoding'])].filter(Boolean).join(', ');
  const kept = { 'cache-control': 'no-cache', ...headers, ...(vary && { vary }) };
  const known = knownTag(contentTag, asked['if-none-match']);
  if (known !== null || answer.status === 304) {
    // With its media type: gateways say text/plain where nothing is said, and caches would believe them.
    return { statusCode: 304, headers: { ...kept, etag: known ?? entityTag(contentTag) } };
  }
  const encoded = own ? null : encode(Buffer.from(result.body ?? ''), asked['accept-encoding']);
  if (!encoded) return { ...result, headers: { ...kept, etag: entityTag(contentTag) } };
  return {
    statusCode: 200,
    headers: { ...kept, 'content-encoding': encoded.coding, etag: entityTag(contentTag, encoded.coding) },
    body: encoded.bytes.toString('base64'),
    isBase64Encoded: true,
  };
}

function withoutBody({ body: _, isBase64Encoded: _encoded, ...head }: Result): Result {
  return head;
}

/** The log has the cause of our own errors. Of a client's it has the type only: their texts quote what was sent. */
function report({ logLevel, body }: Problem, error: Error): void {
  if (logLevel === 'error') logger.error('The request failed.', error);
  else logger.debug('The request was refused.', { problem: (body as { type: string }).type });
}

/** `always` are headers of every answer, problems included. */
function route(work: (request: Request) => Promise<Result>, always: Record<string, string>): Handler {
  const headless = (invocation: { event: GatewayEvent; response: Result | null | undefined }) => {
    const { event, response } = invocation;
    if (event.requestContext.http.method === 'HEAD' && response) invocation.response = withoutBody(response);
  };
  return middy<GatewayEvent, Result>(
    async (event: GatewayEvent, context: Context) => {
      const request = requestOf(event, context);
      assertFromFront(request.headers);
      return work(request);
    },
    { timeoutEarlyInMillis },
  )
    .use(observed())
    .use(correlated)
    .use({ after: headless, onError: headless })
    .onError((invocation) => {
      const { requestId } = invocation.event.requestContext;
      const problem = problemOf(invocation.error, requestId);
      report(problem, invocation.error as Error);
      invocation.response = resultOf(problem, always);
    });
}

/** Whether the client has this content already: then the answer is 304, and need not be made. */
export function isKnownTo(request: Request, contentTag: string): boolean {
  return knownTag(contentTag, request.headers['if-none-match']) !== null;
}

/**
 * The handler of a GET route, which answers HEAD too. Open to pages of any origin, compressed by what the client takes; every
 * 200 has a strong `ETag` and is 304 to who has it already. What says nothing else may be kept but must be asked for
 * again.
 */
export function readRoute(work: (request: Request) => Promise<Answer>): Handler {
  return route(async (request) => conditional(await work(request), request), readHeaders);
}

/** The handler of a route that writes: the key must have the scope. Its answers are not for any cache. */
export function writeRoute(scope: Scope, work: (request: Request & { caller: Caller }) => Promise<Answer>): Handler {
  return route(async (request) => {
    const { caller } = request;
    if (!caller) throw new Error('The route has no authorizer.');
    if (!caller.scopes.includes(scope)) throw new Forbidden(`The key does not have the scope ${scope}.`);
    return resultOf(await work({ ...request, caller }), { 'cache-control': 'no-store' });
  }, {});
}

/** The handler of a route about webhook endpoints, reading ones too: what it answers is its newsroom's business alone. */
export function manageRoute(work: (request: Request & { caller: Caller }) => Promise<Answer>): Handler {
  return writeRoute('webhooks:manage', work);
}
