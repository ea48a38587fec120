import { randomBytes } from 'node:crypto';
import { accountId } from '../template/intrinsics.ts';
import { decodePercent } from './decode-percent.ts';
import type { GatewayRequest } from './gateway-request.ts';
import type { RouteMatch } from './route-table.ts';

/**
 * API Gateway passes on bodies of these types, and of text/*, as text, unless they name another charset than UTF-8. All
 * other bodies, and bodies without a type, are sent as base64. AWS does not document this; it was measured.
 */
const textTypes = new Set(['application/json', 'application/xml', 'application/javascript']);
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The parts of every event that come from the API and its stage. */
export interface StageSettings {
  readonly apiId: string;
  readonly stage: string;
  readonly stageVariables: Readonly<Record<string, string>> | undefined;
}

/** The fields that the events for the authorizer and for the function have in common. */
export interface CommonEvent {
  readonly version: '2.0';
  readonly routeKey: string;
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly cookies?: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly queryStringParameters?: Readonly<Record<string, string>>;
  readonly requestContext: Readonly<Record<string, unknown>>;
  readonly pathParameters?: Readonly<Record<string, string>>;
  readonly stageVariables?: Readonly<Record<string, string>>;
}

/** `07/Aug/2026:01:37:53 +0000` */
function logTime(now: Date): string {
  const [day, time] = now.toISOString().slice(8, 19).split('T');
  return `${day}/${months[now.getUTCMonth()]}/${now.getUTCFullYear()}:${time} +0000`;
}

function queryParameters(query: string): Record<string, string> | undefined {
  const parameters = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(query)) {
    parameters.set(name, [...(parameters.get(name) ?? []), value]);
  }
  if (parameters.size === 0) return undefined;
  return Object.fromEntries([...parameters].map(([name, values]) => [name, values.join(',')]));
}

function isText(contentType: string | undefined): boolean {
  const [mediaType = '', ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  const isUtf8 = parameters.every((parameter) => !/^charset\s*=\s*(?!"?utf-?8"?$)/.test(parameter));
  return (mediaType.startsWith('text/') || textTypes.has(mediaType)) && isUtf8;
}

/** The event of payload format 2.0 for a request, without body and authorizer. */
export function commonEvent(
  request: GatewayRequest,
  { key, pathParameters }: Pick<RouteMatch<unknown>, 'key' | 'pathParameters'>,
  { apiId, stage, stageVariables }: StageSettings,
): CommonEvent {
  const now = new Date();
  const host = request.headers.host ?? '127.0.0.1';
  const domainName = host.replace(/:\d+$/, '');
  // API Gateway decodes the path before it passes it on, although the field is called rawPath.
  const path = decodePercent(request.path);
  const traceRoot = `${Math.floor(now.getTime() / 1000).toString(16)}-${randomBytes(12).toString('hex')}`;
  const queryStringParameters = queryParameters(request.query);
  return {
    version: '2.0',
    routeKey: key,
    rawPath: path,
    rawQueryString: request.query,
    ...(request.cookies.length > 0 && { cookies: request.cookies }),
    headers: {
      ...request.headers,
      'content-length': String(request.body.length),
      'x-amzn-trace-id': request.headers['x-amzn-trace-id'] ?? `Root=1-${traceRoot}`,
      'x-forwarded-for': [request.headers['x-forwarded-for'], request.sourceIp].filter(Boolean).join(', '),
      'x-forwarded-port': /:(\d+)$/.exec(host)?.[1] ?? '80',
      'x-forwarded-proto': 'http',
    },
    ...(queryStringParameters && { queryStringParameters }),
    requestContext: {
      accountId,
      apiId,
      domainName,
      domainPrefix: domainName.split('.')[0],
      http: {
        method: request.method,
        path,
        protocol: request.protocol,
        sourceIp: request.sourceIp,
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId: randomBytes(11).toString('base64'),
      routeKey: key,
      stage,
      time: logTime(now),
      timeEpoch: now.getTime(),
    },
    ...(pathParameters && { pathParameters }),
    ...(stageVariables && { stageVariables }),
  };
}

/** The event for the function: with the body, and with the context from the authorizer. */
export function functionEvent(event: CommonEvent, body: Buffer, authorizerContext: object | undefined): object {
  const text = isText(event.headers['content-type']);
  return {
    ...event,
    requestContext: {
      ...event.requestContext,
      ...(authorizerContext && { authorizer: { lambda: authorizerContext } }),
    },
    ...(body.length > 0 && { body: body.toString(text ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !text,
  };
}
