import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { eventIdOfKey } from './lib/event-log/event-log-table.ts';
import { park } from './lib/event-log/parked-queue.ts';
import { count, logger, milliseconds } from './lib/runtime/observability.ts';
import type { ItemKey } from './lib/runtime/stored-item.ts';
import { streamHandler } from './lib/runtime/stream.ts';
import { sequence } from './lib/sequence/sequencer.ts';

const keyOf = ({ dynamodb }: DynamoDBRecord): ItemKey => ({
  pk: dynamodb?.Keys?.pk?.S as string,
  sk: dynamodb?.Keys?.sk?.S as string,
});

/**
 * Sequences new revisions. A stream record only names the event: all of its revisions without a position are sequenced, so lost,
 * repeated and reordered stream records do no harm.
 */
async function sequenceRecords({ Records: records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  const { entries, failures } = await sequence(records.map((record) => eventIdOfKey(keyOf(record))));
  for (const { eventId, reason } of failures) {
    for (const key of records.map(keyOf).filter((key) => eventIdOfKey(key) === eventId)) await park(key, reason);
  }
  for (const { eventId, revision, position, publishedAt, recordedAt, correlationId } of entries) {
    logger.info('Sequenced', { eventId, revision, position, correlationId });
    milliseconds('SequencingLag', Date.parse(publishedAt) - Date.parse(recordedAt));
  }
  count('RevisionsSequenced', entries.length);
  return { batchItemFailures: [] };
}

export const handler = streamHandler(sequenceRecords);
