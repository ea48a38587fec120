import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isFromPage, isLoopbackHost } from '../loopback-request.ts';

const created = `<?xml version="1.0" encoding="UTF-8"?>
<Invalidation xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Id>local</Id><Status>Completed</Status></Invalidation>`;

/** A path of the CloudFront API, CreateInvalidation. */
const creating = /^\/2020-05-31\/distribution\/[^/]+\/invalidation$/;

export interface InvalidationServer {
  /** Base address of the CloudFront API. */
  readonly endpoint: string;
  stop(): Promise<void>;
}

/**
 * Answers requests to invalidate caches, on a free port of the loopback interface. The local distribution caches
 * nothing.
 */
export async function startInvalidationServer(): Promise<InvalidationServer> {
  const server = createServer(({ method, url = '', headers }, response) => {
    const isAllowed = isLoopbackHost(headers.host) && !isFromPage(headers);
    const isCreating = isAllowed && method === 'POST' && creating.test(url);
    response.writeHead(isCreating ? 201 : 403, { 'content-type': 'text/xml' }).end(isCreating ? created : '');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
