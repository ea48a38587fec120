import { GetItemCommand, type TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { dynamodb } from '../runtime/dynamodb.ts';
import { beforeFirstEntry, type FollowerCheckpoint, followerCheckpointSchema } from '../runtime/follower-checkpoint.ts';
import { storedItem } from '../runtime/stored-item.ts';
import { activeEndpointsVersionKey, fanOutKey, subscribersTable } from './subscribers-table.ts';

const checkpoints = storedItem({ kind: 'fan-out checkpoint', version: 2, schema: followerCheckpointSchema });

/** The checkpoint of fan-out. Nothing beyond it is sent. */
export async function readFanOutCheckpoint(consistent: boolean): Promise<FollowerCheckpoint> {
  const Key = marshall(fanOutKey);
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: subscribersTable, Key, ConsistentRead: consistent }),
  );
  return Item ? checkpoints.read(Item) : beforeFirstEntry;
}

/** The check that the list of active endpoints still has this version. */
const sameActiveEndpoints = (version: number) => ({
  TableName: subscribersTable,
  Key: marshall(activeEndpointsVersionKey),
  ConditionExpression: version === 0 ? 'attribute_not_exists(pk)' : 'version = :version',
  ...(version > 0 && { ExpressionAttributeValues: marshall({ ':version': version }) }),
});

/** The write that leaves one entry fewer parked. */
export const unparkingUpdate = (): TransactWriteItem => ({
  Update: {
    TableName: subscribersTable,
    Key: marshall(fanOutKey),
    UpdateExpression: 'ADD parked :less',
    ConditionExpression: 'parked > :none',
    ExpressionAttributeValues: marshall({ ':less': -1, ':none': 0 }),
  },
});

/**
 * Advances the checkpoint on the condition that it has not moved, and that the active endpoints still have the version that all
 * revisions up to there were matched with. So no endpoint misses a revision.
 *
 * @param endpointsVersion left out if nothing was matched
 * @param more other writes of the same transaction
 * @throws {TransactionCanceledException} when the condition does not hold
 */
export async function advanceFanOut(
  from: FollowerCheckpoint,
  to: FollowerCheckpoint,
  endpointsVersion?: number,
  more: readonly TransactWriteItem[] = [],
): Promise<void> {
  await dynamodb.send(
    new TransactWriteItemsCommand({
      TransactItems: [
        {
          Put: {
            TableName: subscribersTable,
            Item: checkpoints.write(fanOutKey, to),
            ConditionExpression: 'attribute_not_exists(pk) OR (#position = :position AND parked = :parked)',
            ExpressionAttributeNames: { '#position': 'position' },
            ExpressionAttributeValues: marshall({ ':position': from.position, ':parked': from.parked }),
          },
        },
        ...(endpointsVersion === undefined ? [] : [{ ConditionCheck: sameActiveEndpoints(endpointsVersion) }]),
        ...more,
      ],
    }),
  );
}
