import type { Message } from '@aws-sdk/client-sqs';
import { DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { localAccount } from '../account.ts';
import type { LocalFunction } from '../functions/local-function.ts';
import { queueUrlOf } from '../queues.ts';
import type { EventSourceMappingProperties } from '../template/source-definitions.ts';
import type { Resource } from '../template/stack.ts';
import { reportedFailures } from './batch-failures.ts';
import type { EventSource } from './event-source.ts';
import { compileFilters } from './filter.ts';
import { filterable, queueRecord } from './queue-record.ts';

/** What SQS gives out and takes back at once. */
const messagesPerCall = 10;
const defaultBatchSize = 10;
/** Lambda begins with five pollers. */
const pollers = 5;
const waitSeconds = 20;
const errorPauseMs = 1_000;

export interface QueueSettings {
  readonly target: LocalFunction;
  readonly queuesEndpoint: string;
  readonly note: (line: string) => void;
  readonly afterInvocation: () => void;
}

/**
 * An event source mapping on a queue: what the function handles is deleted; the rest comes back when its visibility
 * timeout is over, and goes to the dead-letter queue in the end, as the queue's redrive policy has it.
 */
export function startQueueSource(
  { properties }: Resource<EventSourceMappingProperties>,
  { target, queuesEndpoint, note, afterInvocation }: QueueSettings,
): EventSource {
  const queueArn = properties.EventSourceArn;
  const QueueUrl = queueUrlOf(queueArn, queuesEndpoint);
  const matches = compileFilters(properties.FilterCriteria?.Filters.map((filter) => filter.Pattern) ?? []);
  const batchSize = properties.BatchSize ?? defaultBatchSize;
  const client = new SQSClient({ ...localAccount, endpoint: queuesEndpoint });
  const stopping = new AbortController();
  let invocations = 0;
  let atWork = 0;

  async function receive(limit: number, WaitTimeSeconds: number): Promise<Message[]> {
    const { Messages } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl,
        WaitTimeSeconds,
        MaxNumberOfMessages: Math.min(limit, messagesPerCall),
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
      { abortSignal: stopping.signal },
    );
    return Messages ?? [];
  }

  async function receiveBatch(): Promise<Message[]> {
    const batch = await receive(batchSize, waitSeconds);
    while (batch.length > 0 && batch.length < batchSize && batch.length % messagesPerCall === 0) {
      const more = await receive(batchSize - batch.length, 0);
      if (more.length === 0) break;
      batch.push(...more);
    }
    return batch;
  }

  async function remove(messages: readonly Message[]): Promise<void> {
    for (let from = 0; from < messages.length; from += messagesPerCall) {
      const Entries = messages
        .slice(from, from + messagesPerCall)
        .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    }
  }

  /** @returns the messages that are done with */
  async function handle(messages: readonly Message[]): Promise<readonly Message[]> {
    if (messages.length === 0) return [];
    invocations++;
    try {
      const answer = await target.invoke(
        JSON.stringify({ Records: messages.map((message) => queueRecord(message, queueArn)) }),
      );
      if (!properties.FunctionResponseTypes.includes('ReportBatchItemFailures')) return messages;
      const failed = reportedFailures(answer, new Set(messages.map((message) => message.MessageId ?? '')));
      return failed === 'all' ? [] : messages.filter((message) => !failed.has(message.MessageId ?? ''));
    } catch {
      // The function's log has it; the messages come back.
      return [];
    } finally {
      afterInvocation();
    }
  }

  async function poll(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        const batch = await receiveBatch();
        atWork++;
        const wanted = batch.filter((message) => matches(filterable(message)));
        const unwanted = batch.filter((message) => !wanted.includes(message));
        await remove([...unwanted, ...(await handle(wanted))]).finally(() => atWork--);
      } catch (error) {
        if (stopping.signal.aborted) return;
        note(`${target.name}: cannot read its queue: ${(error as Error).message}`);
        await new Promise((resolve) => setTimeout(resolve, errorPauseMs));
      }
    }
  }

  const count = Math.min(pollers, properties.ScalingConfig?.MaximumConcurrency ?? pollers);
  const finished = Promise.all(Array.from({ length: count }, poll));
  return {
    // Receiving waits for messages by itself.
    wake() {},
    async settled() {
      while (atWork > 0 && !stopping.signal.aborted) await new Promise((resolve) => setTimeout(resolve, 5));
      return invocations;
    },
    async stop() {
      stopping.abort();
      await finished;
      client.destroy();
    },
  };
}
