import type { IncomingMessage } from 'node:http';

/** API Gateway's limit for the body of a request. */
export const maximumBodyBytes = 10 * 1024 * 1024;
/** A body that is too large is read up to here, so that the client gets a response instead of a broken connection. */
const maximumDrainedBytes = 20 * maximumBodyBytes;
/** Headers of the connection between client and gateway, which are not passed on. */
const connectionHeaders = new Set([
  'connection',
  'expect',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

export interface GatewayRequest {
  readonly method: string;
  /** As sent: percent-encoded, without the query. */
  readonly path: string;
  /** As sent, without the question mark. */
  readonly query: string;
  readonly protocol: string;
  readonly sourceIp: string;
  /** Names in lower case; several headers of one name are joined with commas. Without `cookie`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: Buffer;
  /** The body exceeded API Gateway's limit, and `body` is empty. */
  readonly tooLarge: boolean;
}

async function readBody(request: IncomingMessage): Promise<Pick<GatewayRequest, 'body' | 'tooLarge'>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= maximumBodyBytes) chunks.push(chunk);
    if (bytes > maximumDrainedBytes) break;
  }
  const tooLarge = bytes > maximumBodyBytes;
  return { body: tooLarge ? Buffer.alloc(0) : Buffer.concat(chunks), tooLarge };
}

/** Reads a request as API Gateway does before it looks for a route. */
export async function readGatewayRequest(request: IncomingMessage): Promise<GatewayRequest> {
  const target = request.url ?? '/';
  // A client that treats this server as a proxy sends the whole address.
  const local = target.startsWith('/') ? target : target.replace(/^[a-z]+:\/\/[^/?]*/i, '') || '/';
  const [path = '/', ...query] = local.split('?');
  const { cookie = [], ...all } = request.headersDistinct;
  const headers = Object.entries(all).filter(([name]) => !connectionHeaders.has(name));
  return {
    method: request.method ?? 'GET',
    path,
    query: query.join('?'),
    protocol: `HTTP/${request.httpVersion}`,
    sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
    headers: Object.fromEntries(headers.map(([name, values]) => [name, (values ?? []).join(',')])),
    cookies: cookie.flatMap((text) => text.split(/; */)).filter(Boolean),
    ...(await readBody(request)),
  };
}
