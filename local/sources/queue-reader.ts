import type { Message, SQSClient } from '@aws-sdk/client-sqs';
import { DeleteMessageBatchCommand, GetQueueAttributesCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';

/** SQS returns and deletes at most this many messages in a call. */
const messagesPerCall = 10;
/** Shorter than the 20 s of Lambda: messages may go to the pollers of a replaced deployment until their wait ends. */
const waitSeconds = 5;

export interface QueueReader {
  /** Waits for messages, a few seconds at most. @returns a batch; an empty one if none came */
  receive(): Promise<Message[]>;
  /** Deletes messages that are processed. */
  remove(messages: readonly Message[]): Promise<void>;
  /** Whether no message can be received now. */
  isEmpty(): Promise<boolean>;
}

/** Reads a queue in batches. @param stopped ends a call that waits for messages */
export function createQueueReader(
  client: SQSClient,
  QueueUrl: string,
  batchSize: number,
  stopped: AbortSignal,
): QueueReader {
  async function receiveSome(limit: number, WaitTimeSeconds: number): Promise<Message[]> {
    const { Messages } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl,
        WaitTimeSeconds,
        MaxNumberOfMessages: Math.min(limit, messagesPerCall),
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
      { abortSignal: stopped },
    );
    return Messages ?? [];
  }

  return {
    async receive() {
      const batch = await receiveSome(batchSize, waitSeconds);
      while (batch.length > 0 && batch.length < batchSize && batch.length % messagesPerCall === 0) {
        const more = await receiveSome(batchSize - batch.length, 0);
        if (more.length === 0) break;
        batch.push(...more);
      }
      return batch;
    },
    async remove(messages) {
      for (let from = 0; from < messages.length; from += messagesPerCall) {
        const Entries = messages
          .slice(from, from + messagesPerCall)
          .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
        await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      }
    },
    async isEmpty() {
      const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] });
      const { Attributes } = await client.send(asked);
      return Attributes?.ApproximateNumberOfMessages === '0';
    },
  };
}
