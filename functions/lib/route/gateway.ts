import type { MiddlewareObj } from '@middy/core';
import type {
  APIGatewayProxyEventV2WithLambdaAuthorizer,
  APIGatewayProxyStructuredResultV2,
  Context,
} from 'aws-lambda';
import type { Answer } from '../http/answer.ts';
import type { Caller, Request } from '../http/request.ts';

/** A request as an HTTP API hands it to a function (payload format 2.0). */
export type GatewayEvent = APIGatewayProxyEventV2WithLambdaAuthorizer<Record<string, string> | undefined>;

/** A response as an HTTP API takes it from a function. What it has of an `Answer` is for the middlewares on its way. */
export type GatewayResponse = APIGatewayProxyStructuredResultV2 & Pick<Answer, 'contentTag' | 'written' | 'paced'>;

/** A Lambda function behind an HTTP API. */
export type Handler = (event: GatewayEvent, context: Context) => Promise<GatewayResponse>;

/** One step of the way of a request in, and of its response out. */
export type Middleware = MiddlewareObj<GatewayEvent, GatewayResponse>;

const words = (text = ''): string[] => text.split(' ').filter((word) => word !== '');

/** The public address of the API: CloudFront passes on the host that was asked for, the gateway the protocol. */
function publicOrigin(headers: GatewayEvent['headers']): string {
  return `${headers['x-forwarded-proto']}://${headers['x-public-host']}`;
}

/** The caller, if the authorizer named one. */
export function callerOf({ requestContext }: GatewayEvent): Caller | undefined {
  const context = requestContext.authorizer?.lambda;
  if (!context?.newsroom || !context.keyId) return undefined;
  const { newsroom, keyId } = context;
  return { newsroom, keyId, scopes: words(context.scopes), stories: words(context.stories) };
}

/** The request that an event of the gateway holds. */
export function requestOf(event: GatewayEvent, context: Context): Request {
  const caller = callerOf(event);
  const { dailyUse } = event.requestContext.authorizer?.lambda ?? {};
  return {
    method: event.requestContext.http.method,
    origin: publicOrigin(event.headers),
    path: event.rawPath,
    pathParameters: (event.pathParameters ?? {}) as Record<string, string>,
    headers: event.headers,
    rawQuery: event.rawQueryString,
    query: (event.queryStringParameters ?? {}) as Record<string, string>,
    body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
    bodyWasDecoded: !event.isBase64Encoded,
    requestId: event.requestContext.requestId,
    now: Date.now(),
    remainingMs: () => context.getRemainingTimeInMillis(),
    ...(dailyUse !== undefined && { dailyUse }),
    ...(caller && { caller }),
  };
}

/** The response that carries an answer. */
export function responseOf({ status, headers, body, contentTag, written, paced }: Answer): GatewayResponse {
  const isPresent = body !== undefined;
  return {
    statusCode: status,
    headers: { ...(isPresent && { 'content-type': 'application/json' }), ...headers },
    ...(isPresent && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    ...(contentTag !== undefined && { contentTag }),
    ...(written !== undefined && { written }),
    ...(paced !== undefined && { paced }),
  };
}
