import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { World } from './world.ts';

/** What came to a server, as far as it matters. */
export interface Received {
  readonly authorization: string | undefined;
  readonly bytes: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into any body
  readonly body: any;
}

/** An answer, or `undefined` to cut the connection. */
type Answer =
  | { readonly status: number; readonly text: string; readonly headers?: Readonly<Record<string, string>> }
  | undefined;

/** A server on a free port that keeps what it receives. */
export interface Server {
  readonly url: string;
  readonly received: Received[];
  stop(): Promise<void>;
}

/** @param port by default a free one */
export async function serve(
  answerTo: (text: string, path: string, headers: IncomingHttpHeaders, method?: string) => Answer | Promise<Answer>,
  port = 0,
): Promise<Server> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    received.push({
      authorization: request.headers.authorization,
      bytes: body.length,
      body: body.length > 0 ? JSON.parse(body.toString()) : undefined,
    });
    const answer = await answerTo(body.toString(), request.url ?? '', request.headers, request.method);
    if (!answer) return response.destroy();
    return response
      .writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers })
      .end(answer.text);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The functions behind a server: what they take is posted with any key, as the newsroom `example`. */
export const serveWorld = (world: World): Promise<Server> =>
  serve(async (text, path, { follows, 'content-type': sent }, method = 'POST') => {
    const type = { 'content-type': sent ?? 'application/cloudevents-batch+json' };
    const headers = { ...type, ...(typeof follows === 'string' && { follows }) };
    return world.call(method, path, { headers, body: text });
  });
