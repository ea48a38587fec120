import type { Context } from 'aws-lambda';
import type { Request } from '../http/request.ts';
import { callerOf } from './caller.ts';
import type { GatewayEvent } from './gateway.ts';

/** The public address of the API: CloudFront passes on the host that was asked for, the gateway the protocol. */
function publicOrigin(headers: GatewayEvent['headers']): string {
  return `${headers['x-forwarded-proto']}://${headers['x-public-host']}`;
}

/** The request that an event of the gateway holds. */
export function requestOf(event: GatewayEvent, context: Context): Request {
  const caller = callerOf(event);
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
    ...(caller && { caller }),
  };
}
