import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { awsClient } from '../runtime/aws-client.ts';
import { environment } from '../runtime/environment.ts';
import { count, logger } from '../runtime/observability.ts';
import type { ItemKey } from '../runtime/stored-item.ts';

const queueUrl = environment('PARKED_QUEUE_URL');
const queue = awsClient(SQSClient, {});

/**
 * Puts aside what fails for good, by its key in the log, so that it holds up nothing else. The queue has an alarm, and
 * `npx timeline reconcile` lists them and tries them again.
 */
export async function park(key: ItemKey, reason: unknown): Promise<void> {
  logger.error('Parked for good', { key, error: reason as Error });
  count('Parked');
  await queue.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(key) }));
}
