/** A response to the client. */
export interface GatewayAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

/** Headers of the connection, which the gateway sets itself. */
const connectionHeaders = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding']);

/** A response of the gateway itself. */
export function gatewayMessage(status: number, message: string): GatewayAnswer {
  const body = Buffer.from(JSON.stringify({ message }));
  return { status, headers: { 'content-type': 'application/json' }, body };
}

export const internalServerError: GatewayAnswer = gatewayMessage(500, 'Internal Server Error');

function inferred(value: unknown): GatewayAnswer {
  const body = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  return { status: 200, headers: { 'content-type': 'application/json' }, body };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The response in the JSON that a function returned, by payload format 2.0. With `statusCode` it has a status, headers,
 * cookies and a body. Without it, all of the JSON is the body of a response 200.
 */
export function toGatewayAnswer(returned: string): GatewayAnswer {
  const value: unknown = JSON.parse(returned);
  if (!isRecord(value) || value.statusCode === undefined) return inferred(value);
  const { statusCode, headers, cookies, body, isBase64Encoded } = value;
  const status = Number(statusCode);
  const isWellFormed =
    Number.isInteger(status) &&
    status >= 100 &&
    status <= 599 &&
    (headers === undefined || headers === null || isRecord(headers)) &&
    (body === undefined || body === null || typeof body === 'string') &&
    (cookies === undefined || cookies === null || Array.isArray(cookies));
  if (!isWellFormed) return internalServerError;
  const own = Object.entries((headers ?? {}) as Record<string, unknown>)
    .map(([name, text]) => [name.toLowerCase(), String(text)] as const)
    .filter(([name]) => !connectionHeaders.has(name));
  return {
    status,
    headers: {
      'content-type': 'text/plain;charset=UTF-8',
      ...Object.fromEntries(own),
      ...(Array.isArray(cookies) && cookies.length > 0 && { 'set-cookie': cookies.map(String) }),
    },
    body: Buffer.from((body ?? '') as string, isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}
