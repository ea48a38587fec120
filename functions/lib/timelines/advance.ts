import { TransactionCanceledException, type TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { isStoryFacet } from '../../../events/filters/facet-keys.ts';
import { IncompleteRead } from '../runtime/failures.ts';
import { type Checkpoint, checkpointItem, unchanged } from './checkpoint.ts';
import { writeDated } from './dated-write.ts';
import { type FacetHead, headItem } from './heads.ts';
import { headKey, type Projection, timelinesTable } from './timelines-table.ts';

/** The condition that the checkpoint is unchanged, or that there is none yet. */
const unchangedOrAbsent = (from: Checkpoint) => {
  const condition = unchanged(from);
  return { ...condition, ConditionExpression: `attribute_not_exists(pk) OR (${condition.ConditionExpression})` };
};

/**
 * The checkpoint is read with every page, and stays small. Beyond so many facets, or so many characters of their keys,
 * a search goes on when its facet changes next. Stories come first: readers are shown their days.
 */
const mostSearching = 64;
const mostSearchingLength = 1_500;

/** The first facets that the checkpoint has room for. */
function fitting(facets: readonly string[]): readonly string[] {
  let length = 0;
  return facets.slice(0, mostSearching).filter((facet) => {
    length += facet.length;
    return length <= mostSearchingLength;
  });
}

/** The facets whose first or last day is searched for after these heads are put. */
function searchingAfter(
  { searching = [] }: Checkpoint,
  { heads, removed = [] }: HeadChanges,
): Pick<Checkpoint, 'searching'> {
  const changed = new Set([...heads, ...removed].map(({ facet }) => facet));
  const begun = heads.filter(({ search }) => search).map(({ facet }) => facet);
  const all = [...searching.filter((facet) => !changed.has(facet)), ...begun];
  const kept = fitting([...all.filter(isStoryFacet), ...all.filter((facet) => !isStoryFacet(facet))]);
  return kept.length > 0 ? { searching: kept } : {};
}

/** Heads to be put, and the heads that they follow from, as they were read. */
export interface HeadChanges {
  readonly heads: readonly FacetHead[];
  readonly replaced: ReadonlyMap<string, FacetHead>;
  /** Heads to be removed, as they were read: nothing is left in their facets. */
  readonly removed?: readonly FacetHead[];
}

/** The condition that a head is as it was read. */
const unchangedHead = ({ position, entries }: FacetHead) => ({
  ConditionExpression: '#position = :position AND entries = :entries',
  ExpressionAttributeNames: { '#position': 'position' },
  ExpressionAttributeValues: marshall({ ':position': position, ':entries': entries }),
});

/**
 * The put of a head. It must follow from the one that is stored: a read may not have seen the last transaction whole.
 */
function headPut(generation: string, head: FacetHead, replaced: FacetHead | undefined): TransactWriteItem {
  const Item = headItem(generation, head);
  if (!replaced) return { Put: { TableName: timelinesTable, Item, ConditionExpression: 'attribute_not_exists(pk)' } };
  return { Put: { TableName: timelinesTable, Item, ...unchangedHead(replaced) } };
}

const headDelete = (generation: string, head: FacetHead): TransactWriteItem => ({
  Delete: { TableName: timelinesTable, Key: marshall(headKey(generation, head.facet)), ...unchangedHead(head) },
});

/** Whether only heads did not have the state that was read, although the checkpoint had. */
function isHeadUnread(error: unknown): boolean {
  if (!(error instanceof TransactionCanceledException)) return false;
  const [ofCheckpoint, ...others] = (error.CancellationReasons ?? []).map(({ Code }) => Code);
  return ofCheckpoint === 'None' && others.includes('ConditionalCheckFailed');
}

/**
 * Advances the checkpoint and puts or removes the heads, all or none, if the checkpoint has not moved and no entry was
 * parked or reprojected since.
 *
 * @param more other writes of the same transaction
 * @returns the checkpoint, but for its time
 * @throws {TransactionCanceledException} when another instance has changed the checkpoint
 * @throws {IncompleteRead} when the heads were read before all of the last transaction was visible
 */
export async function advance(
  from: Checkpoint,
  to: Checkpoint,
  changes: HeadChanges,
  projection: Projection = 'PROJECT',
  more: readonly TransactWriteItem[] = [],
): Promise<Checkpoint> {
  const { searching: _, ...rest } = to;
  const { heads, replaced, removed = [] } = changes;
  const next = { ...rest, ...searchingAfter(to, changes) };
  const checkpointAt = (advancedAt: string) => ({
    Put: {
      TableName: timelinesTable,
      Item: checkpointItem(projection, { ...next, advancedAt }),
      // A late write must not bring back a rebuild that has ended.
      ...(projection === 'PROJECT' ? unchangedOrAbsent(from) : unchanged(from)),
    },
  });
  const puts = heads.map((head) => headPut(to.generation, head, replaced.get(head.facet)));
  const deletes = removed.map((head) => headDelete(to.generation, head));
  try {
    await writeDated((now) => [checkpointAt(now), ...puts, ...deletes, ...more]);
  } catch (error) {
    if (isHeadUnread(error)) throw new IncompleteRead('A head of the timelines is not visible yet.');
    throw error;
  }
  return next;
}
