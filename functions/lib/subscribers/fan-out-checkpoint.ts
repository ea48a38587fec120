import { GetItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { dynamodb } from '../runtime/dynamodb.ts';
import { beforeFirstEntry, type FollowerCheckpoint, followerCheckpointSchema } from '../runtime/follower-checkpoint.ts';
import { storedItem } from '../runtime/stored-item.ts';
import { activeEndpointsVersionKey, fanOutKey, subscribersTable } from './subscribers-table.ts';

const checkpoints = storedItem({ kind: 'fan-out checkpoint', version: 2, schema: followerCheckpointSchema });

/** How far fan-out has come. Nothing beyond it is sent. */
export async function readFanOutCheckpoint(consistent: boolean): Promise<FollowerCheckpoint> {
  const Key = marshall(fanOutKey);
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: subscribersTable, Key, ConsistentRead: consistent }),
  );
  return Item ? checkpoints.read(Item) : beforeFirstEntry;
}

/** That the registry still is of this version. */
const sameActiveEndpoints = (version: number) => ({
  TableName: subscribersTable,
  Key: marshall(activeEndpointsVersionKey),
  ConditionExpression: version === 0 ? 'attribute_not_exists(pk)' : 'version = :version',
  ...(version > 0 && { ExpressionAttributeValues: marshall({ ':version': version }) }),
});

/**
 * Advances the checkpoint, if it still is where it was and the registry of endpoints still is of the version with which all up to
 * there was matched: no endpoint can fall between.
 *
 * @param endpointsVersion left out where nothing was matched
 * @throws TransactionCanceledException if another has advanced it, or the registry has changed
 */
export async function advanceFanOut(
  from: FollowerCheckpoint,
  to: FollowerCheckpoint,
  endpointsVersion?: number,
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
      ],
    }),
  );
}
