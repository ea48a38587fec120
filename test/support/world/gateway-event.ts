import type { APIGatewayProxyEventV2WithLambdaAuthorizer, Context } from 'aws-lambda';

type GatewayEvent = APIGatewayProxyEventV2WithLambdaAuthorizer<Record<string, string> | undefined>;

interface Sent {
  readonly method?: string;
  readonly path?: string;
  /** By which the gateway chose the function, as `POST /v1/events`; the default route if left out. */
  readonly routeKey?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly caller?: Readonly<Record<string, string>>;
}

/** What Lambda hands a function beside the event, with all the time in the world. */
export const lambdaContext = {
  functionName: 'test',
  awsRequestId: 'invocation-1',
  getRemainingTimeInMillis: () => 30_000,
} as unknown as Context;

/** What the distribution before the API, and the API itself, add to each request. */
export const frontHeaders = {
  'x-origin-verify': process.env.ORIGIN_SECRET as string,
  'x-public-host': 'timeline.example.org',
  'x-forwarded-proto': 'https',
};

/**
 * A request as an HTTP API passes it on (payload format 2.0); a Buffer as base64, as it does with unknown media types.
 */
export function gatewayEvent({
  method = 'GET',
  path = '/',
  routeKey = '$default',
  query = '',
  headers = {},
  body,
  caller,
}: Sent): GatewayEvent {
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: query,
    headers: { ...frontHeaders, ...headers },
    isBase64Encoded: Buffer.isBuffer(body),
    ...(body !== undefined && { body: Buffer.isBuffer(body) ? body.toString('base64') : body }),
    requestContext: {
      requestId: 'request-1',
      http: { method, path },
      ...(caller && { authorizer: { lambda: caller } }),
    },
  } as unknown as GatewayEvent;
}
