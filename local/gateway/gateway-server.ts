import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { LocalSystemError } from '../local-system-error.ts';
import { isLoopbackHost } from '../loopback-request.ts';
import type { GatewayAnswer } from './gateway-answer.ts';
import { gatewayMessage, internalServerError } from './gateway-answer.ts';
import { readGatewayRequest } from './gateway-request.ts';
import type { HttpApi } from './http-api.ts';

const keepAliveMs = 65_000;
/** How long requests may take after the server is stopped. */
const drainMs = 5_000;

export interface GatewayServer {
  readonly url: string;
  /** Sets the API that handles requests from now on. Before the first call, every request gets 503. */
  serve(api: HttpApi): void;
  stop(): Promise<void>;
}

/**
 * No browser may keep a response. It outlives the data folder, and the next system on this port may have another
 * record, in which the same event has the same tag.
 */
const uncached = { 'cache-control': 'no-store' };

function send(response: ServerResponse, { status, headers, body }: GatewayAnswer): void {
  const bodiless = status === 204 || status === 304 || status < 200;
  // If a function leaves out the body of its response to HEAD, the length of the response to GET is unknown.
  const lengthIsKnown = !bodiless && !(response.req.method === 'HEAD' && body.length === 0);
  response.writeHead(status, {
    ...headers,
    ...uncached,
    ...(lengthIsKnown && { 'content-length': String(body.length) }),
  } as Record<string, string | string[]>);
  // Node itself leaves out the body of a response to HEAD.
  response.end(bodiless ? undefined : body);
}

/** The host that a request asks for. A client that treats this server as a proxy names it in the address. */
function requestedHosts({ headersDistinct, url = '' }: IncomingMessage): readonly (string | undefined)[] {
  const [, inAddress] = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(url) ?? [];
  const [host, ...others] = headersDistinct.host ?? [];
  return [host, ...others, ...(inAddress === undefined ? [] : [inAddress])];
}

const otherHost = gatewayMessage(
  403,
  'This system answers requests to localhost and to addresses of this machine only.',
);

function errorAt(port: number, error: NodeJS.ErrnoException): Error {
  if (error.code === 'EADDRINUSE') {
    return new LocalSystemError(
      `Port ${port} is taken by another program. Stop it, or choose another port: npm start -- --port ${port === 65_535 ? 3001 : port + 1}`,
    );
  }
  if (error.code === 'EACCES') {
    return new LocalSystemError(
      `You are not allowed to use port ${port}. Choose a port above 1023: npm start -- --port 3000`,
    );
  }
  return error;
}

/**
 * Listens on the loopback interface, and answers requests to hosts of this machine only: a site whose name resolves to
 * this machine (DNS rebinding) would read whatever a page of this machine could.
 *
 * @param port 0 for any free port
 * @throws {LocalSystemError} when the port is taken or not allowed
 */
export async function startGatewayServer(port: number): Promise<GatewayServer> {
  let api: HttpApi = async () => gatewayMessage(503, 'Service Unavailable');

  const server = createServer({ keepAliveTimeout: keepAliveMs }, async (incoming, response) => {
    if (!requestedHosts(incoming).every(isLoopbackHost)) {
      send(response, otherHost);
      return;
    }
    try {
      send(response, await api(await readGatewayRequest(incoming)));
    } catch {
      // The client has closed the connection, or a header cannot be sent.
      if (!response.headersSent && !response.destroyed) send(response, internalServerError);
      else response.destroy();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(errorAt(port, error)));
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : port}`,
    serve(next) {
      api = next;
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), drainMs);
      await closed;
      clearTimeout(timer);
    },
  };
}
