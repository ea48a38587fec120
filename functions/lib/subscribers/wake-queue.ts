import { randomUUID } from 'node:crypto';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { awsClient } from '../runtime/aws-client.ts';
import { environment } from '../runtime/environment.ts';
import { inParallel } from '../runtime/in-parallel.ts';
import { count, logger } from '../runtime/observability.ts';
import type { DeliveryQueue } from './endpoint-state.ts';

const queueUrls: Readonly<Record<DeliveryQueue, string>> = {
  prompt: environment('PROMPT_QUEUE_URL'),
  slow: environment('SLOW_QUEUE_URL'),
};
const sqs = awsClient(SQSClient, {});

/** As many as a batch may have (SQS API Reference, SendMessageBatch). */
const wakesPerBatch = 10;
const batchesAtOnce = 10;

async function send(ids: readonly string[], queue: DeliveryQueue): Promise<void> {
  const Entries = ids.map((endpointId, index) => ({
    Id: String(index),
    MessageBody: JSON.stringify({ endpointId }),
    // Of one endpoint one at a time; and never taken for one that was sent before: what it wakes for came after that.
    MessageGroupId: endpointId,
    MessageDeduplicationId: randomUUID(),
  }));
  try {
    const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrls[queue], Entries }));
    if (Failed.length > 0) throw new Error(`${Failed.length} of ${ids.length} were refused: ${Failed[0]?.Message}`);
  } catch (error) {
    logger.warn('Workers were not woken.', { ids, error: error as Error });
    count('WakesLost', ids.length);
  }
}

/**
 * Wakes the workers of endpoints. What they are to do must stand in the table before, and the endpoint among those that are due:
 * should a wake be lost, which is no failure here, the sweep sends another within a minute.
 */
export async function wake(endpointIds: readonly string[], queue: DeliveryQueue): Promise<void> {
  const batches = Array.from({ length: Math.ceil(endpointIds.length / wakesPerBatch) }, (_, index) =>
    endpointIds.slice(index * wakesPerBatch, (index + 1) * wakesPerBatch),
  );
  await inParallel(batches, batchesAtOnce, (batch) => send(batch, queue));
}
