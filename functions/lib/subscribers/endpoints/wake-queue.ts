import { randomUUID } from 'node:crypto';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { inTurns, wakeGroup } from '../../../../events/webhooks/wake-group.ts';
import { awsClient } from '../../runtime/aws-client.ts';
import { inParallel } from '../../runtime/concurrency.ts';
import { isDryRun } from '../../runtime/dry-run.ts';
import { environment } from '../../runtime/environment.ts';
import { count, logger } from '../../runtime/observability.ts';
import type { DeliveryQueue } from './endpoint-state.ts';

const queueUrls: Readonly<Record<DeliveryQueue, string>> = {
  prompt: environment('PROMPT_QUEUE_URL'),
  slow: environment('SLOW_QUEUE_URL'),
};
const sqs = awsClient(SQSClient, {});

/** The largest batch (SQS API Reference, SendMessageBatch). */
const wakesPerBatch = 10;
const batchesAtOnce = 10;

/** An endpoint whose worker is woken. */
interface Target {
  readonly id: string;
  /** The newsroom that registered it; absent if it is not known. */
  readonly owner?: string | undefined;
}

async function send(endpoints: readonly Target[], queue: DeliveryQueue): Promise<void> {
  const ids = endpoints.map(({ id }) => id);
  const Entries = endpoints.map((endpoint, index) => ({
    Id: String(index),
    MessageBody: JSON.stringify({ endpointId: endpoint.id }),
    MessageGroupId: wakeGroup(endpoint),
    // No wake is taken for a duplicate of an earlier one, since there is more to send.
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
 * Wakes the workers of endpoints. Write what they have to do, and the due endpoint, before: a wake may be lost, which
 * is no error, and the sweep then sends another one within a minute. A dry run wakes nobody.
 */
export async function wake(endpoints: readonly Target[], queue: DeliveryQueue): Promise<void> {
  if (isDryRun()) return;
  const inOrder = inTurns(endpoints);
  const batches = Array.from({ length: Math.ceil(inOrder.length / wakesPerBatch) }, (_, index) =>
    inOrder.slice(index * wakesPerBatch, (index + 1) * wakesPerBatch),
  );
  await inParallel(batches, batchesAtOnce, (batch) => send(batch, queue));
}
