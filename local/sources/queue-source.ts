import type { Message } from '@aws-sdk/client-sqs';
import { SQSClient } from '@aws-sdk/client-sqs';
import { localClient } from '../engines/local-client.ts';
import { queueUrlOf } from '../engines/queues.ts';
import { chainedInvocation } from '../functions/lineage.ts';
import type { LocalFunction } from '../functions/local-function.ts';
import type { EventSourceMappingProperties } from '../template/source-definitions.ts';
import type { Resource } from '../template/stack.ts';
import { reportedFailures } from './batch-failures.ts';
import type { EventSource } from './event-source.ts';
import { compileFilters } from './filter.ts';
import { createQueueReader } from './queue-reader.ts';
import { filterable, queueRecord } from './queue-record.ts';

const defaultBatchSize = 10;
/** Lambda begins with five pollers, and adds more while all are busy. */
const firstPollers = 5;
/**
 * If pollers are busy for longer than this, their functions are waiting. Another poller then helps and uses few
 * resources. Lambda adds up to 300 a minute.
 */
const busyLimitMs = 200;
/** The maximum number of invocations at once, each in a thread. On Lambda only the mapping limits them. */
const maximumPollers = 20;
const errorPauseMs = 1_000;

export interface QueueSettings {
  readonly target: LocalFunction;
  readonly queuesEndpoint: string;
  /** The trace with which a message was sent. */
  readonly traceOf: (messageId: string) => string | undefined;
  readonly note: (line: string) => void;
  readonly afterInvocation: () => void;
}

/**
 * An event source mapping of a queue. Messages that the function has processed are deleted. The others return after
 * their visibility timeout, and the redrive policy of the queue finally moves them to the dead-letter queue. Until
 * then, a FIFO queue delivers no other messages of their group.
 */
export function startQueueSource(
  { properties }: Resource<EventSourceMappingProperties>,
  { target, queuesEndpoint, traceOf, note, afterInvocation }: QueueSettings,
): EventSource {
  const queueArn = properties.EventSourceArn;
  const matches = compileFilters(properties.FilterCriteria?.Filters.map((filter) => filter.Pattern) ?? []);
  const client = localClient(SQSClient, queuesEndpoint);
  const stopping = new AbortController();
  const queueUrl = queueUrlOf(queueArn, queuesEndpoint);
  const queue = createQueueReader(client, queueUrl, properties.BatchSize ?? defaultBatchSize, stopping.signal);
  const pollerLimit = Math.min(maximumPollers, properties.ScalingConfig?.MaximumConcurrency ?? firstPollers);
  const pollers = new Set<Promise<void>>();
  let invocations = 0;
  let busy = 0;
  let allBusy: NodeJS.Timeout | undefined;

  /** @returns the messages that are processed */
  async function handle(messages: readonly Message[]): Promise<readonly Message[]> {
    if (messages.length === 0) return [];
    const { trace, isLoop } = chainedInvocation(
      target.arn,
      messages.map(({ MessageId = '' }) => traceOf(MessageId)),
    );
    if (isLoop && !target.mayLoop) {
      note(`${target.name}: stopped as a recursive loop, as Lambda does. Its messages return to the queue.`);
      return [];
    }
    invocations++;
    try {
      const answer = await target.invoke(
        JSON.stringify({ Records: messages.map((message) => queueRecord(message, queueArn)) }),
        trace,
      );
      if (!properties.FunctionResponseTypes.includes('ReportBatchItemFailures')) return messages;
      const failed = reportedFailures(answer, new Set(messages.map((message) => message.MessageId ?? '')));
      return failed === 'all' ? [] : messages.filter((message) => !failed.has(message.MessageId ?? ''));
    } catch {
      // The reason is in the log of the function. The messages return.
      return [];
    } finally {
      afterInvocation();
    }
  }

  async function handleBatch(batch: readonly Message[]): Promise<void> {
    busy++;
    if (busy === pollers.size) allBusy = setTimeout(() => addPoller(true), busyLimitMs);
    try {
      const wanted = batch.filter((message) => matches(filterable(message)));
      const unwanted = batch.filter((message) => !wanted.includes(message));
      await queue.remove([...unwanted, ...(await handle(wanted))]);
    } finally {
      busy--;
      clearTimeout(allBusy);
    }
  }

  async function poll(isExtra: boolean): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        const batch = await queue.receive();
        if (batch.length > 0) await handleBatch(batch);
        else if (isExtra) return;
      } catch (error) {
        if (stopping.signal.aborted) return;
        note(`${target.name}: its queue cannot be read: ${(error as Error).message}. The local system will try again.`);
        await new Promise((resolve) => setTimeout(resolve, errorPauseMs));
      }
    }
  }

  function addPoller(isExtra: boolean): void {
    if (stopping.signal.aborted || pollers.size === pollerLimit) return;
    const poller = poll(isExtra).finally(() => pollers.delete(poller));
    pollers.add(poller);
  }

  const isIdle = async () => (await queue.isEmpty()) && busy === 0;

  for (let count = Math.min(firstPollers, pollerLimit); count > 0; count--) addPoller(false);
  return {
    // A receive call returns as soon as there are messages.
    wake() {},
    async whenIdle() {
      while (!stopping.signal.aborted && !(await isIdle())) await new Promise((resolve) => setTimeout(resolve, 10));
      return invocations;
    },
    async stop() {
      stopping.abort();
      clearTimeout(allBusy);
      await Promise.all(pollers);
      client.destroy();
    },
  };
}
