import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Chance } from '../../../test/support/models/chance.ts';

/** How the queues behave. */
export interface QueueWeather {
  /** Of the wakes: they are taken and never delivered. */
  lost: number;
  /** Of the wakes: they are delivered twice. */
  doubled: number;
}

/** A proxy before the queues, by which functions send messages. */
export interface QueueProxy {
  readonly endpoint: string;
  readonly weather: QueueWeather;
  readonly counts: { sent: number; lost: number; doubled: number };
  /** Sends messages to a server of queues from now on. */
  aim(queues: string): void;
  stop(): Promise<void>;
}

interface Entry {
  readonly Id: string;
  readonly MessageBody: string;
  readonly MessageDeduplicationId?: string;
}

/** A lost wake delays, and nothing else. What is sent to other queues is not lost: SQS keeps what it has taken. */
const isOfWakes = (path: string) => /\/Wakes/.test(path);

const md5 = (body: string) => createHash('md5').update(body).digest('hex');

/** Starts the proxy on a free port. */
export async function startQueueProxy(luck: Chance): Promise<QueueProxy> {
  let upstream = '';

  const server = createServer(async (request, response) => {
    try {
      const { QueueUrl, Entries, ...rest } = JSON.parse(await text(request)) as { QueueUrl: string; Entries?: Entry[] };
      const { pathname } = new URL(QueueUrl);
      const all = Entries ?? [];
      const lost = all.filter(() => isOfWakes(pathname) && luck.so(proxy.weather.lost));
      const kept = all.filter((entry) => !lost.includes(entry));
      const again = kept.filter(() => isOfWakes(pathname) && luck.so(proxy.weather.doubled));
      proxy.counts.sent += Entries ? all.length : 1;
      proxy.counts.lost += lost.length;
      proxy.counts.doubled += again.length;
      const headers = Object.fromEntries(
        Object.entries(request.headers).filter(([name]) => !['host', 'content-length', 'connection'].includes(name)),
      ) as Record<string, string>;
      const ask = (body: object) =>
        fetch(upstream, { method: 'POST', headers, body: JSON.stringify({ QueueUrl: upstream + pathname, ...body }) });
      const sendAgain = again.map((entry) => ({ ...entry, MessageDeduplicationId: randomUUID() }));
      const answer =
        Entries && kept.length === 0
          ? Response.json({ Successful: [], Failed: [] })
          : await ask({ ...rest, ...(Entries && { Entries: kept }) });
      if (sendAgain.length > 0) await (await ask({ ...rest, Entries: sendAgain })).text();
      const body = (await answer.json()) as { Successful?: object[] };
      for (const { Id, MessageBody } of lost)
        body.Successful?.push({ Id, MessageId: randomUUID(), MD5OfMessageBody: md5(MessageBody) });
      response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
    } catch {
      request.socket.destroy();
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const proxy: QueueProxy = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    weather: { lost: 0, doubled: 0 },
    counts: { sent: 0, lost: 0, doubled: 0 },
    aim(queues) {
      upstream = queues;
    },
    async stop() {
      server.close();
      server.closeAllConnections();
    },
  };
  return proxy;
}
