import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { awsClient } from '../../functions/lib/runtime/aws-client.ts';
import type { ItemKey } from '../../functions/lib/runtime/stored-item.ts';
import { localAccount } from '../../local/engines/local-client.ts';
import type { TableTarget } from '../tables/table-target.ts';

const messagesPerRead = 10;

/** A message that is left is not received again in this run. */
const visibilitySeconds = 600;

/** How many messages of a queue were removed, and how many are left. */
export interface ParkedMessages {
  readonly removed: number;
  readonly left: number;
  /**
   * Messages that another run has received, perhaps one that was killed: only it sees them for ten minutes. Absent if
   * there are none.
   */
  readonly hidden?: number;
}

/** The number of messages that were received and not removed. */
async function hiddenIn(client: SQSClient, QueueUrl: string): Promise<number> {
  const name = 'ApproximateNumberOfMessagesNotVisible';
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [name] }));
  return Number(Attributes?.[name] ?? 0);
}

/** The key in a message, as `park` sent it; null if it is no such message. */
function keyIn(body = ''): ItemKey | null {
  try {
    const { pk, sk } = JSON.parse(body);
    return typeof pk === 'string' && typeof sk === 'string' ? { pk, sk } : null;
  } catch {
    return null;
  }
}

/**
 * Removes the messages about what is done by now from the queue of what failed for good. The others are visible again
 * afterwards.
 *
 * @param isDone whether the item with a key of the log is processed
 */
export async function removeParkedMessages(
  { url, endpoint }: NonNullable<TableTarget['parkedQueue']>,
  isDone: (key: ItemKey) => Promise<boolean>,
): Promise<ParkedMessages> {
  const client = awsClient(SQSClient, endpoint === undefined ? {} : { ...localAccount, endpoint });
  const left: string[] = [];
  let removed = 0;
  let hidden = 0;
  try {
    // What this run receives would count later.
    hidden = await hiddenIn(client, url);
    for (;;) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: url,
          MaxNumberOfMessages: messagesPerRead,
          VisibilityTimeout: visibilitySeconds,
          // Without waiting, SQS asks only some of its servers, and may find nothing although there is something.
          WaitTimeSeconds: 1,
        }),
      );
      if (Messages.length === 0) break;
      for (const { Body, ReceiptHandle = '' } of Messages) {
        const key = keyIn(Body);
        if (key && (await isDone(key))) {
          await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
          removed += 1;
        } else left.push(ReceiptHandle);
      }
    }
  } finally {
    for (const ReceiptHandle of left) {
      await client.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout: 0 }));
    }
    client.destroy();
  }
  return { removed, left: left.length, ...(hidden > 0 && { hidden }) };
}
