import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { ItemKey } from './lib/runtime/stored-item.ts';
import { streamHandler } from './lib/runtime/stream.ts';
import { postpone } from './lib/sequence/postponed-queue.ts';
import { isPostponed } from './lib/sequence/postponing.ts';
import { sequenceKeys } from './lib/sequence/sequence-keys.ts';

const keyOf = ({ dynamodb }: DynamoDBRecord): ItemKey => ({
  pk: dynamodb?.Keys?.pk?.S as string,
  sk: dynamodb?.Keys?.sk?.S as string,
});

/**
 * Sequences new revisions. A stream record only names the event: all of its revisions without a position are sequenced,
 * so lost, repeated and reordered stream records do no harm. What a newsroom takes back beyond a small number is left
 * to `sequence-postponed`.
 */
async function sequenceRecords({ Records: records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  const { delayed } = await sequenceKeys(records.map(keyOf), isPostponed);
  await postpone(delayed);
  return { batchItemFailures: [] };
}

export const handler = streamHandler(sequenceRecords);
