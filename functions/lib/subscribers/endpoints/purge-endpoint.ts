import { type AttributeValue, DeleteItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { inParallel } from '../../runtime/concurrency.ts';
import { isDryRun } from '../../runtime/dry-run.ts';
import { dynamodb } from '../../runtime/dynamodb.ts';
import { behindKey, endpointPartition, secretsKey, subscribersTable } from '../table/subscribers-table.ts';

const itemsPerRead = 100;
const removalsAtOnce = 25;

const remove = (Key: Record<string, AttributeValue>) =>
  dynamodb.send(new DeleteItemCommand({ TableName: subscribersTable, Key }));

/**
 * Purges a deleted endpoint of its secrets, deliveries, attempts and operational messages, and of what a worker that
 * was about to catch up has written. Which events it received stays recorded. A dry run deletes nothing.
 *
 * @param hasTime whether there is time for one more step
 * @returns whether nothing is left
 */
export async function purgeEndpoint(id: string, hasTime: () => boolean): Promise<boolean> {
  if (isDryRun()) return false;
  await remove(marshall(secretsKey(id)));
  await remove(marshall(behindKey(id)));
  while (hasTime()) {
    const { Items = [] } = await dynamodb.send(
      new QueryCommand({
        TableName: subscribersTable,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: marshall({ ':pk': endpointPartition(id) }),
        ProjectionExpression: 'pk, sk',
        Limit: itemsPerRead,
        ConsistentRead: true,
      }),
    );
    if (Items.length === 0) return true;
    await inParallel(Items, removalsAtOnce, remove);
  }
  return false;
}
