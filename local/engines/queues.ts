import { CreateQueueCommand, QueueNameExists, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';
import * as z from 'zod';
import { isFromPage, isLoopbackHost } from '../loopback-request.ts';
import type { QueueProperties } from '../template/data-definitions.ts';
import { queueDefinition, queueNameDefinition } from '../template/data-definitions.ts';
import { accountId, region } from '../template/intrinsics.ts';
import type { Stack } from '../template/stack.ts';
import { localClient } from './local-client.ts';

export interface QueueServer {
  /** Base address of the SQS API. */
  readonly endpoint: string;
  /** The trace with which a message was sent: SQS keeps it as `AWSTraceHeader`, and this server does not. */
  traceOf(messageId: string): string | undefined;
  stop(): Promise<void>;
}

/** Traces of so many messages are kept, those that were sent last. */
const mostTraces = 50_000;

const sentSchema = z.object({
  MessageId: z.string().optional(),
  Successful: z.array(z.object({ MessageId: z.string() })).default([]),
});

/** The ids of the messages in the answer to `SendMessage` or `SendMessageBatch`. */
function sentIn(answer: unknown): string[] {
  const { MessageId, Successful } = sentSchema.parse(JSON.parse(String(answer)));
  return [...(MessageId === undefined ? [] : [MessageId]), ...Successful.map((entry) => entry.MessageId)];
}

/** Starts SQS in memory, on a free port of the loopback interface. Messages are lost when this process ends. */
export async function startQueueServer(): Promise<QueueServer> {
  const server = buildApp({ logger: false, defaultRegion: region });
  // It would answer every page. Of the headers that a client of SQS sends, a page may not send `Authorization` unless
  // it is allowed to.
  server.addHook('onRequest', async ({ headers }, reply) => {
    if (isLoopbackHost(headers.host) && !isFromPage(headers) && headers.authorization !== undefined) return;
    await reply.code(403).send({ message: 'Only the local system uses these queues.' });
  });
  const traces = new Map<string, string>();
  server.addHook('onSend', async ({ headers }, reply, answer) => {
    const trace = headers['x-amzn-trace-id'];
    const sends = /\.SendMessage(Batch)?$/.test(String(headers['x-amz-target']));
    if (!sends || typeof trace !== 'string' || reply.statusCode !== 200) return;
    for (const id of sentIn(answer)) traces.set(id, trace);
    for (const id of traces.keys()) {
      if (traces.size <= mostTraces) break;
      traces.delete(id);
    }
  });
  const endpoint = await server.listen({ host: '127.0.0.1', port: 0 });
  return { endpoint, traceOf: (messageId) => traces.get(messageId), stop: () => server.close() };
}

/** The address of a queue, from its ARN. */
export function queueUrlOf(arn: string, endpoint: string): string {
  return `${endpoint}/${accountId}/${arn.slice(arn.lastIndexOf(':') + 1)}`;
}

function attributesOf({ QueueName: _, ...properties }: QueueProperties): Record<string, string> {
  const entries = Object.entries(properties).map(([name, value]) => [
    name,
    typeof value === 'object' ? JSON.stringify(value) : String(value),
  ]);
  return Object.fromEntries(entries);
}

/** Attributes that cannot be changed later (SQS API Reference, SetQueueAttributes; the server accepts no others). */
const unchangeable = new Set(['FifoQueue', 'DeduplicationScope', 'FifoThroughputLimit']);

async function ensure(client: SQSClient, name: string, url: string, Attributes: Record<string, string>): Promise<void> {
  try {
    await client.send(new CreateQueueCommand({ QueueName: name, Attributes }));
  } catch (error) {
    if (!(error instanceof QueueNameExists)) throw error;
    // The queue exists with other attributes, because the stack was changed while the system runs.
    const changeable = Object.entries(Attributes).filter(([attribute]) => !unchangeable.has(attribute));
    await client.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: Object.fromEntries(changeable) }));
  }
}

/** Creates the queues of the stack that do not exist yet, and gives the stack their names. */
export async function createQueues(stack: Stack, endpoint: string): Promise<void> {
  const names = new Map<string, string>();
  for (const { logicalId, properties } of stack.resources(queueNameDefinition)) {
    const name = properties.QueueName ?? `${logicalId}${properties.FifoQueue ? '.fifo' : ''}`;
    const arn = `arn:aws:sqs:${region}:${accountId}:${name}`;
    names.set(logicalId, name);
    stack.identify(logicalId, { ref: queueUrlOf(arn, endpoint), attributes: { Arn: arn, QueueName: name } });
  }
  const client = localClient(SQSClient, endpoint);
  try {
    for (const { logicalId, properties } of stack.resources(queueDefinition)) {
      const name = names.get(logicalId) ?? logicalId;
      await ensure(client, name, queueUrlOf(name, endpoint), attributesOf(properties));
    }
  } finally {
    client.destroy();
  }
}
