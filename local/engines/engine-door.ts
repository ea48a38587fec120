import { randomBytes, timingSafeEqual } from 'node:crypto';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isFromPage, isLoopbackHost } from '../loopback-request.ts';

const tokenBytes = 24;
const refusal = JSON.stringify({ message: 'Only the local system uses this database.' });

export interface EngineDoor {
  /** Base address of the DynamoDB API. Its path is a token, without which nothing is passed on. */
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** The path behind the token; undefined if the request may not pass. */
function pathFor({ headers, url = '/' }: IncomingMessage, token: Buffer): string | undefined {
  const [, sent = '', ...rest] = url.split('/');
  const given = Buffer.from(sent);
  const isKnown = given.length === token.length && timingSafeEqual(given, token);
  return isKnown && isLoopbackHost(headers.host) && !isFromPage(headers) ? `/${rest.join('/')}` : undefined;
}

/**
 * Stands before the engine, which answers every program and every page that finds its port, whatever the signature. It
 * passes on requests that have the token and do not come from a page. The token is in the address, which only the owner
 * of the data folder can read.
 *
 * @param engine base address of the engine
 */
export async function guardEngine(engine: string): Promise<EngineDoor> {
  const text = randomBytes(tokenBytes).toString('base64url');
  const token = Buffer.from(text);
  const { hostname, port } = new URL(engine);
  const agent = new Agent({ keepAlive: true });

  function passOn(incoming: IncomingMessage, response: ServerResponse): void {
    const path = pathFor(incoming, token);
    if (path === undefined) {
      response.writeHead(403, { 'content-type': 'application/json', connection: 'close' }).end(refusal);
      return;
    }
    const { method, headers } = incoming;
    const passed = request({ hostname, port, agent, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    response.on('close', () => passed.destroy());
    incoming.pipe(passed);
  }

  const server = createServer(passOn);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${text}`,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}
