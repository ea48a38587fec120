import { TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../runtime/dynamodb.ts';
import { type Checkpoint, checkpointItem, unchanged } from './checkpoint.ts';
import { type FacetHead, headItem } from './heads.ts';
import { type Projection, timelinesTable } from './timelines-table.ts';

/** The same condition, or that there is no checkpoint yet. */
const unchangedOrAbsent = (from: Checkpoint) => {
  const condition = unchanged(from);
  return { ...condition, ConditionExpression: `attribute_not_exists(pk) OR (${condition.ConditionExpression})` };
};

/**
 * Advances the checkpoint and puts the heads, all or none, if the checkpoint is where it was and no entry was parked or taken
 * back since.
 *
 * @throws {TransactionCanceledException} when another instance has changed the checkpoint
 */
export async function advance(
  from: Checkpoint,
  to: Checkpoint,
  heads: readonly FacetHead[],
  projection: Projection = 'PROJECT',
): Promise<void> {
  const checkpoint = {
    Put: {
      TableName: timelinesTable,
      Item: checkpointItem(projection, to),
      // A rebuild that has ended must not come back.
      ...(projection === 'PROJECT' ? unchangedOrAbsent(from) : unchanged(from)),
    },
  };
  const puts = heads.map((head) => ({ Put: { TableName: timelinesTable, Item: headItem(to.generation, head) } }));
  await dynamodb.send(new TransactWriteItemsCommand({ TransactItems: [checkpoint, ...puts] }));
}
