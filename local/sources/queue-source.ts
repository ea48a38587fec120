import type { Message } from '@aws-sdk/client-sqs';
import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { localAccount } from '../engines/account.ts';
import { queueUrlOf } from '../engines/queues.ts';
import type { LocalFunction } from '../functions/local-function.ts';
import type { EventSourceMappingProperties } from '../template/source-definitions.ts';
import type { Resource } from '../template/stack.ts';
import { reportedFailures } from './batch-failures.ts';
import type { EventSource } from './event-source.ts';
import { compileFilters } from './filter.ts';
import { filterable, queueRecord } from './queue-record.ts';

/** What SQS gives out and takes back at once. */
const messagesPerCall = 10;
const defaultBatchSize = 10;
/** Lambda begins with five pollers, and adds to them as long as all are at work. */
const firstPollers = 5;
/** Who is at work for so long waits for somebody: another thread then gains something, and takes little from the others. */
const patienceMs = 500;
/** As many invocations there may be at once, each in a thread of its own; Lambda goes as far as the mapping lets it. */
const mostPollers = 20;
/** Not the 20 s of Lambda: what comes in this time goes to the pollers of a deployment that has just been replaced. */
const waitSeconds = 5;
const errorPauseMs = 1_000;

export interface QueueSettings {
  readonly target: LocalFunction;
  readonly queuesEndpoint: string;
  readonly note: (line: string) => void;
  readonly afterInvocation: () => void;
}

/**
 * An event source mapping on a queue: what the function handles is deleted; the rest comes back when its visibility
 * timeout is over, and goes to the dead-letter queue in the end, as the queue's redrive policy has it. Of a group of a FIFO queue
 * nothing more is received meanwhile.
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
  const most = Math.min(mostPollers, properties.ScalingConfig?.MaximumConcurrency ?? firstPollers);
  const pollers = new Set<Promise<void>>();
  let invocations = 0;
  let atWork = 0;
  let allAtWork: NodeJS.Timeout | undefined;

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

  async function handleBatch(batch: readonly Message[]): Promise<void> {
    atWork++;
    if (atWork === pollers.size) allAtWork = setTimeout(() => addPoller(true), patienceMs);
    try {
      const wanted = batch.filter((message) => matches(filterable(message)));
      const unwanted = batch.filter((message) => !wanted.includes(message));
      await remove([...unwanted, ...(await handle(wanted))]);
    } finally {
      atWork--;
      clearTimeout(allAtWork);
    }
  }

  async function poll(isExtra: boolean): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        const batch = await receiveBatch();
        if (batch.length > 0) await handleBatch(batch);
        else if (isExtra) return;
      } catch (error) {
        if (stopping.signal.aborted) return;
        note(`${target.name}: cannot read its queue: ${(error as Error).message}`);
        await new Promise((resolve) => setTimeout(resolve, errorPauseMs));
      }
    }
  }

  function addPoller(isExtra: boolean): void {
    if (stopping.signal.aborted || pollers.size === most) return;
    const poller = poll(isExtra).finally(() => pollers.delete(poller));
    pollers.add(poller);
  }

  async function isIdle(): Promise<boolean> {
    const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] });
    const { Attributes } = await client.send(asked);
    return Attributes?.ApproximateNumberOfMessages === '0' && atWork === 0;
  }

  for (let count = Math.min(firstPollers, most); count > 0; count--) addPoller(false);
  return {
    // Receiving waits for messages by itself.
    wake() {},
    async whenIdle() {
      while (!stopping.signal.aborted && !(await isIdle())) await new Promise((resolve) => setTimeout(resolve, 10));
      return invocations;
    },
    async stop() {
      stopping.abort();
      clearTimeout(allAtWork);
      await Promise.all(pollers);
      client.destroy();
    },
  };
}
