import { randomUUID } from 'node:crypto';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { localClient } from '../engines/local-client.ts';
import { queueUrlOf } from '../engines/queues.ts';
import type { StreamRecord } from './stream-record.ts';

export interface DiscardedBatch {
  readonly condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded';
  readonly records: readonly StreamRecord[];
  readonly invocations: number;
  readonly shardId: string;
  readonly streamArn: string;
  readonly functionArn: string;
  /** Whether the function threw, rather than reported failures. */
  readonly threw: boolean;
}

function seconds(epochMs: number | undefined): string {
  return `${new Date(epochMs ?? 0).toISOString().slice(0, 19)}Z`;
}

/**
 * The message that Lambda sends to an on-failure destination: the place of the records in the stream, not the records.
 */
export function discardedBatchMessage(batch: DiscardedBatch): object {
  const { records } = batch;
  return {
    requestContext: {
      requestId: randomUUID(),
      functionArn: batch.functionArn,
      condition: batch.condition,
      approximateInvokeCount: batch.invocations,
    },
    responseContext: {
      statusCode: 200,
      executedVersion: '$LATEST',
      functionError: batch.threw ? 'Unhandled' : null,
    },
    version: '1.0',
    timestamp: new Date().toISOString(),
    DDBStreamBatchInfo: {
      shardId: batch.shardId,
      startSequenceNumber: records[0]?.sequenceNumber,
      endSequenceNumber: records.at(-1)?.sequenceNumber,
      approximateArrivalOfFirstRecord: seconds(records[0]?.createdAt),
      approximateArrivalOfLastRecord: seconds(records.at(-1)?.createdAt),
      batchSize: records.length,
      streamArn: batch.streamArn,
    },
  };
}

/** Sends a queue the message about a discarded batch. */
export async function reportDiscardedBatch(batch: DiscardedBatch, queueArn: string, endpoint: string): Promise<void> {
  const client = localClient(SQSClient, endpoint);
  try {
    const MessageBody = JSON.stringify(discardedBatchMessage(batch));
    await client.send(new SendMessageCommand({ QueueUrl: queueUrlOf(queueArn, endpoint), MessageBody }));
  } finally {
    client.destroy();
  }
}
