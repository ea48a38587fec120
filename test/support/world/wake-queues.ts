import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A message that wakes the worker of an endpoint, and the queue that it was sent to. */
export interface Wake {
  readonly queue: 'prompt' | 'slow';
  readonly endpointId: string;
}

interface Entry {
  readonly Id: string;
  readonly MessageBody: string;
  readonly MessageGroupId: string;
  readonly MessageDeduplicationId: string;
}

/** The queues that wake workers: they take what is sent and deliver it to nobody. */
export interface WakeQueues {
  readonly endpoint: string;
  /** The variables that tell the functions where they are. */
  readonly variables: Readonly<Record<'PROMPT_QUEUE_URL' | 'SLOW_QUEUE_URL', string>>;
  /** What was sent since the last time, in order. */
  take(): Wake[];
  stop(): Promise<void>;
}

const digest = (body: string) => createHash('md5').update(body).digest('hex');

/**
 * Starts the queues, as a server that answers `SendMessageBatch` (SQS API Reference, JSON protocol) and nothing else.
 */
export async function startWakeQueues(): Promise<WakeQueues> {
  let wakes: Wake[] = [];
  const known = new Set<string>();
  const server = createServer(async (request, response) => {
    const { QueueUrl, Entries } = JSON.parse(await text(request)) as { QueueUrl: string; Entries: readonly Entry[] };
    const queue = QueueUrl.endsWith('/slow.fifo') ? 'slow' : 'prompt';
    for (const { MessageBody, MessageGroupId, MessageDeduplicationId } of Entries) {
      const { endpointId } = JSON.parse(MessageBody) as Wake;
      if (!/^[a-z0-9-]+#\d$/.test(MessageGroupId) && MessageGroupId !== endpointId)
        throw new Error('The group of a wake is one of its newsroom, or its endpoint.');
      if (known.has(MessageDeduplicationId)) continue;
      known.add(MessageDeduplicationId);
      wakes.push({ queue, endpointId });
    }
    const Successful = Entries.map(({ Id, MessageBody }) => ({
      Id,
      MessageId: Id,
      MD5OfMessageBody: digest(MessageBody),
    }));
    response.setHeader('content-type', 'application/x-amz-json-1.0').end(JSON.stringify({ Successful, Failed: [] }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    endpoint: origin,
    variables: { PROMPT_QUEUE_URL: `${origin}/prompt.fifo`, SLOW_QUEUE_URL: `${origin}/slow.fifo` },
    take() {
      const taken = wakes;
      wakes = [];
      return taken;
    },
    async stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
