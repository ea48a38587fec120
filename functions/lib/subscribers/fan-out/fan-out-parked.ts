import { paginateQuery, type TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { dynamodb } from '../../runtime/dynamodb.ts';
import { isConditionFailure } from '../../runtime/failures.ts';
import { keyOfItem, storedItem } from '../../runtime/stored-item.ts';
import { fanOutParkedKey, fanOutParkedPartition, subscribersTable } from '../table/subscribers-table.ts';
import { unparkingUpdate } from './fan-out-checkpoint.ts';

const parked = storedItem({
  kind: 'entry parked by fan-out',
  version: 1,
  schema: () => z.object({ eventId: z.string(), revision: z.int() }),
});

/**
 * The write that keeps the position of an entry that fan-out parks. It belongs to the transaction that passes the
 * entry.
 */
export function parkedByFanOut(entry: {
  readonly position: number;
  readonly eventId: string;
  readonly revision: number;
}): TransactWriteItem {
  const { position, eventId, revision } = entry;
  return { Put: { TableName: subscribersTable, Item: parked.write(fanOutParkedKey(position), { eventId, revision }) } };
}

/** The positions that fan-out has parked, in order; read consistently. */
export async function positionsParkedByFanOut(): Promise<number[]> {
  const pages = paginateQuery(
    { client: dynamodb },
    {
      TableName: subscribersTable,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: marshall({ ':pk': fanOutParkedPartition }),
      ConsistentRead: true,
    },
  );
  const positions: number[] = [];
  for await (const { Items = [] } of pages) positions.push(...Items.map((item) => Number(keyOfItem(item).sk)));
  return positions;
}

/** Records that the entry at a position is not parked any more. Another process may have recorded it before. */
export async function unparkByFanOut(position: number): Promise<void> {
  const remove = {
    Delete: {
      TableName: subscribersTable,
      Key: marshall(fanOutParkedKey(position)),
      ConditionExpression: 'attribute_exists(pk)',
    },
  };
  try {
    await dynamodb.send(new TransactWriteItemsCommand({ TransactItems: [remove, unparkingUpdate()] }));
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
}
