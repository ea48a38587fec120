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

/** The checkpoint is read with every page, and stays small. Beyond so many, a search goes on when its facet changes next. */
const mostSearching = 8;

/** The facets whose first or last day is searched for after these heads are put. */
function searchingAfter({ searching = [] }: Checkpoint, heads: readonly FacetHead[]): Pick<Checkpoint, 'searching'> {
  const changed = new Set(heads.map(({ facet }) => facet));
  const begun = heads.filter(({ search }) => search).map(({ facet }) => facet);
  const all = [...searching.filter((facet) => !changed.has(facet)), ...begun].slice(0, mostSearching);
  return all.length > 0 ? { searching: all } : {};
}

/**
 * Advances the checkpoint and puts the heads, all or none, if the checkpoint has not moved and no entry was parked or
 * reprojected since.
 *
 * @param more other writes of the same transaction
 * @returns the checkpoint, but for its time
 * @throws {TransactionCanceledException} when another instance has changed the checkpoint
 */
export async function advance(
  from: Checkpoint,
  to: Checkpoint,
  heads: readonly FacetHead[],
  projection: Projection = 'PROJECT',
  more: readonly TransactWriteItem[] = [],
): Promise<Checkpoint> {
  const { searching: _, ...rest } = to;
  const next = { ...rest, ...searchingAfter(to, heads) };
  const checkpointAt = (advancedAt: string) => ({
    Put: {
      TableName: timelinesTable,
      Item: checkpointItem(projection, { ...next, advancedAt }),
      // A late write must not bring back a rebuild that has ended.
      ...(projection === 'PROJECT' ? unchangedOrAbsent(from) : unchanged(from)),
    },
  });
  const puts = heads.map((head) => ({ Put: { TableName: timelinesTable, Item: headItem(to.generation, head) } }));
  await writeDated((now) => [checkpointAt(now), ...puts, ...more]);
  return next;
}
