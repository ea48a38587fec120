import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { type Checkpoint, checkpointItem, unchanged } from './checkpoint.ts';
import { writeDated } from './dated-write.ts';
import { type FacetHead, headItem } from './heads.ts';
import { type Projection, timelinesTable } from './timelines-table.ts';

/** The condition that the checkpoint is unchanged, or that there is none yet. */
const unchangedOrAbsent = (from: Checkpoint) => {
  const condition = unchanged(from);
  return { ...condition, ConditionExpression: `attribute_not_exists(pk) OR (${condition.ConditionExpression})` };
};

/**
 * Advances the checkpoint and puts the heads, all or none, if the checkpoint has not moved and no entry was parked or
 * reprojected since.
 *
 * @param more other writes of the same transaction
 * @throws {TransactionCanceledException} when another instance has changed the checkpoint
 */
export async function advance(
  from: Checkpoint,
  to: Checkpoint,
  heads: readonly FacetHead[],
  projection: Projection = 'PROJECT',
  more: readonly TransactWriteItem[] = [],
): Promise<void> {
  const checkpointAt = (advancedAt: string) => ({
    Put: {
      TableName: timelinesTable,
      Item: checkpointItem(projection, { ...to, advancedAt }),
      // A late write must not bring back a rebuild that has ended.
      ...(projection === 'PROJECT' ? unchangedOrAbsent(from) : unchanged(from)),
    },
  });
  const puts = heads.map((head) => ({ Put: { TableName: timelinesTable, Item: headItem(to.generation, head) } }));
  await writeDated((now) => [checkpointAt(now), ...puts, ...more]);
}
