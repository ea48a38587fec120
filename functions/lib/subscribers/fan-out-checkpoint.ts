import { GetItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { dynamodb } from '../runtime/dynamodb.ts';
import { activeEndpointsVersionKey, fanOutKey, subscribersTable } from './subscribers-table.ts';

/** How far fan-out has come. Nothing beyond it is sent. Instants are RFC 3339. */
export interface FanOutCheckpoint {
  readonly position: number;
  /** When the entry at that position joined the record. */
  readonly publishedAt: string;
  readonly advancedAt: string;
  /** Positions put aside because they fail for good. */
  readonly parked: readonly number[];
}

const beforeAll: FanOutCheckpoint = {
  position: 0,
  publishedAt: new Date(0).toISOString(),
  advancedAt: new Date(0).toISOString(),
  parked: [],
};

/** How far fan-out has come. */
export async function readFanOutCheckpoint(consistent: boolean): Promise<FanOutCheckpoint> {
  const Key = marshall(fanOutKey);
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: subscribersTable, Key, ConsistentRead: consistent }),
  );
  if (!Item) return beforeAll;
  const { pk: _pk, sk: _sk, ...checkpoint } = unmarshall(Item);
  return checkpoint as FanOutCheckpoint;
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
  from: FanOutCheckpoint,
  to: FanOutCheckpoint,
  endpointsVersion?: number,
): Promise<void> {
  await dynamodb.send(
    new TransactWriteItemsCommand({
      TransactItems: [
        {
          Put: {
            TableName: subscribersTable,
            Item: marshall({ ...fanOutKey, ...to }),
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
