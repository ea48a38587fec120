import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';

/** A request that a receiver got. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into any message
  readonly body: any;
}

/** How a receiver responds to a request; a number is the status of a response without a body. */
export type Reaction = number | ((request: Received, response: ServerResponse) => unknown);

/** A receiver of messages on this machine. */
export interface Receiver {
  readonly url: string;
  /** All requests, in order. */
  readonly received: Received[];
  /** The largest number of requests in progress at once. */
  mostAtOnce(): number;
  /** Sets the reactions to the next requests, one each. */
  answer(...reactions: [...Reaction[]]): void;
  otherwise(reaction: Reaction): void;
  stop(): Promise<void>;
}

interface Identity {
  readonly key: string;
  readonly cert: string;
}

const isJson = (text: string) => text.startsWith('{');

/**
 * Sends a body without end in pieces, until the client closes the connection. With `everyMs` 0, as fast as it is read.
 */
const endless =
  (headers: Record<string, string>, piece: Buffer, everyMs: number) => (_: Received, to: ServerResponse) => {
    to.writeHead(200, headers);
    const more = () => {
      if (to.destroyed) return;
      if (everyMs > 0) setTimeout(more, everyMs).unref();
      else if (to.write(piece)) setImmediate(more);
      else to.once('drain', more);
      if (everyMs > 0) to.write(piece);
    };
    more();
  };

/** Reactions of receivers that are hostile or fail. */
export const reactions = {
  /** Answers verifications, and accepts everything else. */
  takes: (({ body, method }, response) => {
    response.statusCode = method === 'POST' ? 200 : 405;
    response.end(body?.type === 'webhook.verification' ? body.data.challenge : '');
  }) satisfies Reaction,
  resets: (_: Received, { socket }: ServerResponse) => (socket as { resetAndDestroy(): void }).resetAndDestroy(),
  hangsUp: (_: Received, response: ServerResponse) => response.destroy(),
  neverAnswers: () => undefined,
  neverEnds: endless({}, Buffer.alloc(65_536, 'x'), 0),
  drips: endless({}, Buffer.from('x'), 20),
  isBomb: (_: Received, response: ServerResponse) => {
    response.writeHead(200, { 'content-encoding': 'gzip' });
    response.end(gzipSync(Buffer.alloc(8_000_000)));
  },
  saysTooMuch: (_: Received, response: ServerResponse) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('short', () => response.destroy());
  },
  saysTooLittle: (_: Received, { socket }: ServerResponse) => {
    socket?.end(`HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok${'x'.repeat(10_000)}`);
  },
  hasLargeHeaders: (_: Received, { socket }: ServerResponse) => {
    socket?.end(`HTTP/1.1 200 OK\r\n${`x: ${'y'.repeat(1_000)}\r\n`.repeat(100)}\r\n`);
  },
  hasHeadersWithoutEnd: (_: Received, { socket }: ServerResponse) => {
    socket?.write('HTTP/1.1 200 OK\r\n');
    const more = () => {
      if (socket && !socket.destroyed) socket.write(`x: ${'y'.repeat(1_000)}\r\n`, () => setImmediate(more));
    };
    more();
  },
  hasTrailersWithoutEnd: (_: Received, { socket }: ServerResponse) => {
    socket?.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n');
    const more = () => {
      if (socket && !socket.destroyed) socket.write(`x: ${'y'.repeat(1_000)}\r\n`, () => setImmediate(more));
    };
    more();
  },
  announcesWithoutEnd: (_: Received, { socket }: ServerResponse) => {
    const more = () => {
      if (socket && !socket.destroyed)
        socket.write('HTTP/1.1 103 Early Hints\r\nlink: <a>\r\n\r\n', () => setImmediate(more));
    };
    more();
  },
  switches: (_: Received, { socket }: ServerResponse) => {
    socket?.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n');
  },
  /** Writes an answer as it is. */
  writes:
    (...packets: readonly string[]) =>
    (_: Received, { socket }: ServerResponse) => {
      const [first = '', ...more] = packets;
      socket?.write(first, 'latin1', () => {
        if (more.length === 0) socket.end();
        else setTimeout(() => socket.end(more.join(''), 'latin1'), 20).unref();
      });
    },
  speaksNoHttp: (_: Received, { socket }: ServerResponse) => {
    socket?.end('220 mail.example ESMTP\r\n');
  },
  redirects: (_: Received, response: ServerResponse) => {
    response.writeHead(307, { location: '/elsewhere' }).end();
  },
  answersAfter:
    (ms: number, status = 200) =>
    (_: Received, response: ServerResponse) => {
      setTimeout(() => response.writeHead(status).end(), ms).unref();
    },
  answersWith:
    (status: number, headers: Record<string, string>, text = '') =>
    (_: Received, response: ServerResponse) => {
      response.writeHead(status, headers).end(text);
    },
};

/** Starts a receiver, which accepts everything by default. With an identity it uses TLS. */
export async function startReceiver(identity?: Identity): Promise<Receiver> {
  const received: Received[] = [];
  let next: Reaction[] = [];
  let usual: Reaction = reactions.takes;
  let atOnce = 0;
  let most = 0;

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    atOnce += 1;
    most = Math.max(most, atOnce);
    response.once('close', () => {
      atOnce -= 1;
    });
    const text = (await buffer(request)).toString();
    const { method = '', url: path = '', headers } = request;
    const one = { method, path, headers, text, body: isJson(text) ? JSON.parse(text) : undefined };
    received.push(one);
    const reaction = next.shift() ?? usual;
    if (typeof reaction === 'number') response.writeHead(reaction).end();
    else reaction(one, response);
  }

  const listener = (request: IncomingMessage, response: ServerResponse) => {
    receive(request, response).catch(() => response.destroy());
  };
  const server = identity ? https.createServer(identity, listener) : http.createServer(listener);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket.once('close', () => sockets.delete(socket))));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `${identity ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    mostAtOnce: () => most,
    answer: (...reactions) => {
      next = reactions;
    },
    otherwise: (reaction) => {
      usual = reaction;
    },
    async stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
