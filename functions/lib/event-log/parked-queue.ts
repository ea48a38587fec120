import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { awsClient } from '../runtime/aws-client.ts';
import { environment } from '../runtime/environment.ts';
import { count, logger } from '../runtime/observability.ts';
import type { ItemKey } from '../runtime/stored-item.ts';

const queueUrl = environment('PARKED_QUEUE_URL');
const queue = awsClient(SQSClient, {});

/**
 * Parks a revision or an entry that fails permanently, by its key in the log, so that it does not block those behind
 * it. The queue has an alarm. `npx timeline reconcile` tries parked items again and lists those that still fail.
 */
export async function park(key: ItemKey, reason: unknown): Promise<void> {
  logger.error('Parked', { key, error: reason as Error });
  count('Parked');
  await queue.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(key) }));
}
