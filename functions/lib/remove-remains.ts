import { setTimeout } from 'node:timers/promises';
import { BatchWriteItemCommand, QueryCommand, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { dynamodb } from './dynamodb.ts';
import { endpointPartition, subscribersTable } from './subscribers-table.ts';

/** DynamoDB API Reference, BatchWriteItem. */
const itemsPerBatch = 25;
const pauseMs = 20;

async function removeBatch(requests: WriteRequest[]): Promise<void> {
  let left = requests;
  while (left.length > 0) {
    const batch = new BatchWriteItemCommand({ RequestItems: { [subscribersTable]: left } });
    const { UnprocessedItems = {} } = await dynamodb.send(batch);
    left = UnprocessedItems[subscribersTable] ?? [];
    if (left.length > 0) await setTimeout(Math.random() * pauseMs);
  }
}

/**
 * Removes what was queued for an endpoint that there is no more: deliveries, attempts, what it was to be told. For whom an event
 * was meant stays in the record of its reach.
 *
 * @param hasTime whether to go on
 * @returns whether all of it is gone
 */
export async function removeRemains(id: string, hasTime: () => boolean): Promise<boolean> {
  while (hasTime()) {
    const { Items = [] } = await dynamodb.send(
      new QueryCommand({
        TableName: subscribersTable,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: marshall({ ':pk': endpointPartition(id) }),
        ProjectionExpression: 'pk, sk',
        Limit: itemsPerBatch,
        ConsistentRead: true,
      }),
    );
    if (Items.length === 0) return true;
    await removeBatch(Items.map((Key) => ({ DeleteRequest: { Key } })));
  }
  return false;
}
