import { randomUUID } from 'node:crypto';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { awsClient } from '../runtime/aws-client.ts';
import { inParallel } from '../runtime/concurrency.ts';
import { environment } from '../runtime/environment.ts';
import { count, logger } from '../runtime/observability.ts';
import type { DeliveryQueue } from './endpoint-state.ts';

const queueUrls: Readonly<Record<DeliveryQueue, string>> = {
  prompt: environment('PROMPT_QUEUE_URL'),
  slow: environment('SLOW_QUEUE_URL'),
};
const sqs = awsClient(SQSClient, {});

/** The largest batch (SQS API Reference, SendMessageBatch). */
const wakesPerBatch = 10;
const batchesAtOnce = 10;

async function send(ids: readonly string[], queue: DeliveryQueue): Promise<void> {
  const Entries = ids.map((endpointId, index) => ({
    Id: String(index),
    MessageBody: JSON.stringify({ endpointId }),
    // The wakes of one endpoint are handled one at a time. None is taken for a duplicate of an earlier one, since there is more to send.
    MessageGroupId: endpointId,
    MessageDeduplicationId: randomUUID(),
  }));
  try {
    const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrls[queue], Entries }));
    if (Failed.length > 0)
      throw new Error(`SQS refused ${Failed.length} of ${ids.length} wakes: ${Failed[0]?.Message}`);
  } catch (error) {
    logger.warn('Wakes were lost. The sweep sends them again.', { ids, error: error as Error });
    count('WakesLost', ids.length);
  }
}

/**
 * Wakes the workers of endpoints. Write what they have to do, and the due endpoint, before: a wake may be lost, which is no error, and
 * the sweep then sends another one within a minute.
 */
export async function wake(endpointIds: readonly string[], queue: DeliveryQueue): Promise<void> {
  const batches = Array.from({ length: Math.ceil(endpointIds.length / wakesPerBatch) }, (_, index) =>
    endpointIds.slice(index * wakesPerBatch, (index + 1) * wakesPerBatch),
  );
  await inParallel(batches, batchesAtOnce, (batch) => send(batch, queue));
}
