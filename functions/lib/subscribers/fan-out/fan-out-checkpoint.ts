import { GetItemCommand, type TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { type Consistency, isConsistent } from '../../runtime/consistency.ts';
import { dynamodb } from '../../runtime/dynamodb.ts';
import { beforeFirstEntry, followerCheckpointSchema } from '../../runtime/follower-checkpoint.ts';
import { type Item, storedItem } from '../../runtime/stored-item.ts';
import { activeEndpointsVersionKey, fanOutKey, subscribersTable } from '../table/subscribers-table.ts';

const checkpoints = storedItem({
  kind: 'fan-out checkpoint',
  version: 2,
  schema: () =>
    followerCheckpointSchema.extend({
      /**
       * The number of redactions whose traces are being erased. Absent from items that were written before there were
       * redactions.
       */
      erasing: z.int().default(0),
    }),
});

export type FanOutCheckpoint = Readonly<ReturnType<typeof checkpoints.read>>;

/** The checkpoint in an item, if there is one. @throws {UnreadableItem} when it cannot be read */
export const fanOutCheckpointOfItem = (item: Item | undefined): FanOutCheckpoint =>
  item ? checkpoints.read(item) : { ...beforeFirstEntry, erasing: 0 };

/** The checkpoint of fan-out. Nothing beyond it is sent. */
export async function readFanOutCheckpoint(consistency: Consistency): Promise<FanOutCheckpoint> {
  const Key = marshall(fanOutKey);
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: subscribersTable, Key, ConsistentRead: isConsistent(consistency) }),
  );
  return fanOutCheckpointOfItem(Item);
}

/** The check that the list of active endpoints still has this version. */
const sameActiveEndpoints = (version: number) => ({
  TableName: subscribersTable,
  Key: marshall(activeEndpointsVersionKey),
  ConditionExpression: version === 0 ? 'attribute_not_exists(pk)' : 'version = :version',
  ...(version > 0 && { ExpressionAttributeValues: marshall({ ':version': version }) }),
});

const oneFewer = (counter: 'parked' | 'erasing'): TransactWriteItem => ({
  Update: {
    TableName: subscribersTable,
    Key: marshall(fanOutKey),
    UpdateExpression: `ADD ${counter} :less`,
    ConditionExpression: `${counter} > :none`,
    ExpressionAttributeValues: marshall({ ':less': -1, ':none': 0 }),
  },
});

/** The write that leaves one entry fewer parked. */
export const unparkingUpdate = (): TransactWriteItem => oneFewer('parked');

/** The write that leaves one redaction fewer whose traces are being erased. */
export const erasedUpdate = (): TransactWriteItem => oneFewer('erasing');

const isErasing = ({ erasing }: FanOutCheckpoint) =>
  erasing > 0 ? 'erasing = :erasing' : '(attribute_not_exists(erasing) OR erasing = :erasing)';

/**
 * Advances the checkpoint on the condition that it has not moved, and that the active endpoints still have the version
 * that all revisions up to there were matched with. So no endpoint misses a revision.
 *
 * @param endpointsVersion left out if nothing was matched
 * @param more other writes of the same transaction
 * @throws {TransactionCanceledException} when the condition does not hold
 */
export async function advanceFanOut(
  from: FanOutCheckpoint,
  to: FanOutCheckpoint,
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
            ConditionExpression: `attribute_not_exists(pk) OR (#position = :position AND parked = :parked AND ${isErasing(from)})`,
            ExpressionAttributeNames: { '#position': 'position' },
            ExpressionAttributeValues: marshall({
              ':position': from.position,
              ':parked': from.parked,
              ':erasing': from.erasing,
            }),
          },
        },
        ...(endpointsVersion === undefined ? [] : [{ ConditionCheck: sameActiveEndpoints(endpointsVersion) }]),
        ...more,
      ],
    }),
  );
}
