import { connect } from 'node:net';

/** A response of the engine. */
export interface PlainResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Connections to one engine. */
export interface PlainConnections {
  /** @throws {Error} with the code ECONNRESET when the connection ends before the response */
  post(headers: Readonly<Record<string, string>>, body: Uint8Array): Promise<PlainResponse>;
}

interface Connection {
  isOpen(): boolean;
  ask(request: Buffer): Promise<PlainResponse>;
}

const endOfHead = '\r\n\r\n';

function readHead(text: string): Omit<PlainResponse, 'body'> {
  const [statusLine = '', ...lines] = text.split('\r\n');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return { statusCode: Number(statusLine.split(' ')[1]), headers };
}

/** How many bytes a response has, with its head; undefined until its head has arrived. */
function lengthOf(received: Buffer): number | undefined {
  const end = received.indexOf(endOfHead);
  if (end < 0) return undefined;
  const [, length] = /\r\ncontent-length: *(\d+)/i.exec(received.toString('latin1', 0, end)) ?? [];
  if (length === undefined) throw new Error('The engine sends every response with its length.');
  return end + endOfHead.length + Number(length);
}

function readResponse(received: Buffer): PlainResponse {
  const end = received.indexOf(endOfHead);
  return { ...readHead(received.toString('latin1', 0, end)), body: received.subarray(end + endOfHead.length) };
}

function openConnection(hostname: string, port: number, onIdle: (connection: Connection) => void): Connection {
  const socket = connect({ host: hostname, port, noDelay: true });
  let waiting: PromiseWithResolvers<PlainResponse> | undefined;
  let chunks: Buffer[] = [];
  let received = 0;
  let expected: number | undefined;
  const fail = (error: Error) => waiting?.reject(error);
  socket.on('error', fail);
  socket.on('close', () => fail(Object.assign(new Error('The connection has ended.'), { code: 'ECONNRESET' })));
  socket.on('data', (chunk) => {
    chunks.push(chunk);
    received += chunk.length;
    expected ??= lengthOf(chunks.length === 1 ? chunk : Buffer.concat(chunks));
    if (expected === undefined || received < expected) return;
    const response = readResponse(chunks.length === 1 ? chunk : Buffer.concat(chunks));
    [chunks, received, expected] = [[], 0, undefined];
    socket.unref();
    onIdle(connection);
    waiting?.resolve(response);
  });
  const connection: Connection = {
    isOpen: () => !socket.destroyed,
    ask(request) {
      waiting = Promise.withResolvers();
      socket.ref().write(request);
      return waiting.promise;
    },
  };
  return connection;
}

/**
 * Speaks to the engine of the tests over plain sockets. For calls as small as theirs, the HTTP client of Node takes
 * several times as much CPU as everything else. It knows nothing but what the engine does: keep-alive, and responses
 * with their length.
 */
export function plainConnections(hostname: string, port: number): PlainConnections {
  const idle: Connection[] = [];
  const onIdle = (connection: Connection) => idle.push(connection);
  return {
    post(headers, body) {
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      const head = Buffer.from(`POST / HTTP/1.1\r\n${lines.join('')}\r\n`);
      let connection = idle.pop();
      while (connection?.isOpen() === false) connection = idle.pop();
      connection ??= openConnection(hostname, port, onIdle);
      return connection.ask(Buffer.concat([head, body]));
    },
  };
}
