import { QueryCommand, TransactGetItemsCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { spanClasses } from '../../../events/dates/span-class.ts';
import { once } from '../../../events/input/once.ts';
import { batchGet } from '../runtime/batch-get.ts';
import { type Consistency, isConsistent } from '../runtime/consistency.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { isTransient } from '../runtime/failures.ts';
import { retry } from '../runtime/retry.ts';
import { type Item, type ItemKey, keyOfItem, storedItem } from '../runtime/stored-item.ts';
import { type Checkpoint, checkpointOfItem, firstGeneration } from './checkpoint.ts';
import { storedStorySchema } from './descriptions.ts';
import { checkpointKey, headKey, headKeys, headsKeys, timelinesTable } from './timelines-table.ts';

/** The generation at the last read. The next read most likely finds the same, since only a rebuild changes it. */
let lastGeneration = firstGeneration;

const daySearchSchema = once(() =>
  z
    .object({
      /** The span classes that are not searched yet; the first one in part. */
      classes: z.array(z.enum(spanClasses)).readonly(),
      /** The order of the last card that was looked at; null to begin with the class. */
      after: z.string().nullable(),
      /** The best day so far, and its date if that is not a day. */
      found: z.string().nullable(),
      date: z.string().exactOptional(),
    })
    .readonly(),
);

/** A search for the first or last day of a facet, as far as it has come. */
export type DaySearch = z.infer<ReturnType<typeof daySearchSchema>>;

const headSchema = () =>
  z.object({
    entries: z.int(),
    /**
     * The number of events that were taken down, which the timeline of everything and those of stories tell. Absent if
     * there are none.
     */
    redacted: z.int().exactOptional(),
    /** The number of entries by span class. A class that was ever used stays, with 0. */
    classes: z.partialRecord(z.enum(spanClasses), z.int()).readonly(),
    /**
     * The range of milliseconds between midnight UTC of the date of an event and its start, over all events of the
     * class `d` that were ever in the facet. With it, a query by date reads only the requested days.
     */
    dayOffsets: z.object({ from: z.number(), to: z.number() }).readonly().exactOptional(),
    /**
     * The first and the last civil date that any entry is known to touch. While one of them is searched for, it is as
     * before.
     */
    first: z.string().nullable(),
    last: z.string().nullable(),
    /**
     * The dates that these days stand for, in EDTF, where they are no days: `199X` for 1990-01-01, and `..` for what is
     * open or unknown. Heads that were written before they were stored lack them.
     */
    firstDate: z.string().exactOptional(),
    lastDate: z.string().exactOptional(),
    search: z
      .object({ first: daySearchSchema().exactOptional(), last: daySearchSchema().exactOptional() })
      .readonly()
      .exactOptional(),
    position: z.int(),
    updatedAt: z.string(),
    /**
     * The newsroom that owns the story, and the position by which it does. Only in the head of a story that was not
     * withdrawn.
     */
    owner: z.object({ newsroom: z.string(), position: z.int() }).readonly().exactOptional(),
    /** The description of the story. Only in the head of a story's facet. */
    story: storedStorySchema()
      .extend({
        /** The revision of the description. Heads that were written before it was stored lack it. */
        revision: z.int().exactOptional(),
      })
      .readonly()
      .exactOptional(),
  });

const heads = storedItem({ kind: 'head', version: 2, schema: headSchema });

/** The summary of a facet. Its cards need not be read for it. */
export type FacetHead = Readonly<z.infer<ReturnType<typeof headSchema>>> & { readonly facet: string };

const getAll = (keys: readonly object[], consistency: Consistency) =>
  batchGet(
    timelinesTable,
    keys.map((key) => marshall(key)),
    consistency,
  );

const byFacet = (items: readonly Item[]) => new Map(items.map(headOfItem).map((head) => [head.facet, head] as const));

/** A head as an item. */
export function headItem(generation: string, { facet, ...head }: FacetHead): Item {
  return heads.write(headKey(generation, facet), head);
}

/** The head that an item holds. */
export function headOfItem(item: Item): FacetHead {
  return { facet: keyOfItem(item).sk, ...heads.read(item) };
}

/** The heads of these facets, by facet; a facet that never had an entry has none. */
export async function readHeads(
  generation: string,
  facets: readonly string[],
  consistency: Consistency,
): Promise<Map<string, FacetHead>> {
  return byFacet(await getAll(headKeys(generation, facets), consistency));
}

/**
 * The checkpoint and heads in one round trip. The read is eventually consistent, and they may be of different instants.
 */
export async function readCheckpointAndHeads(
  facets: readonly string[],
): Promise<{ checkpoint: Checkpoint; heads: Map<string, FacetHead> }> {
  const key = checkpointKey('PROJECT');
  const expected = lastGeneration;
  const items = await getAll([key, ...headKeys(expected, facets)], 'eventual');
  const isCheckpoint = (item: Item) => item.pk?.S === key.pk;
  const checkpoint = checkpointOfItem(items.find(isCheckpoint));
  lastGeneration = checkpoint.generation;
  const heads =
    checkpoint.generation === expected
      ? byFacet(items.filter((item) => !isCheckpoint(item)))
      : await readHeads(checkpoint.generation, facets, 'eventual');
  return { checkpoint, heads };
}

/** A transaction is refused while the projection writes one of its items. */
const snapshotOptions = { maximumAttempts: 8, firstPauseMs: 10, longestPauseMs: 160, isRetryable: isTransient };

async function readTogether(keys: readonly ItemKey[]): Promise<Item[]> {
  const TransactItems = keys.map((key) => ({ Get: { TableName: timelinesTable, Key: marshall(key) } }));
  const { Responses = [] } = await retry(
    () => dynamodb.send(new TransactGetItemsCommand({ TransactItems })),
    snapshotOptions,
  );
  return Responses.map(({ Item }) => Item).filter((item) => item !== undefined);
}

/**
 * The checkpoint and heads of one instant, in one round trip. It costs four times as much as to read them as they are,
 * and is for answers that are kept: the checkpoint may be visible before the heads that were written with it, even to
 * consistent reads.
 */
export async function readCheckpointWithHeads(
  facets: readonly string[],
): Promise<{ checkpoint: Checkpoint; heads: Map<string, FacetHead> }> {
  const key = checkpointKey('PROJECT');
  const expected = lastGeneration;
  const items = await readTogether([key, ...headKeys(expected, facets)]);
  const isCheckpoint = (item: Item) => item.pk?.S === key.pk;
  const checkpoint = checkpointOfItem(items.find(isCheckpoint));
  lastGeneration = checkpoint.generation;
  if (checkpoint.generation !== expected) return readCheckpointWithHeads(facets);
  return { checkpoint, heads: byFacet(items.filter((item) => !isCheckpoint(item))) };
}

async function headsIn(pk: string, low: string, high: string, limit: number, consistency: Consistency) {
  const { Items = [], LastEvaluatedKey } = await dynamodb.send(
    new QueryCommand({
      TableName: timelinesTable,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :low AND :high',
      ExpressionAttributeValues: marshall({ ':pk': pk, ':low': low, ':high': high }),
      Limit: limit,
      ConsistentRead: isConsistent(consistency),
    }),
  );
  return { heads: Items.map(headOfItem), isCut: LastEvaluatedKey !== undefined };
}

const byName = (left: FacetHead, right: FacetHead) => (left.facet < right.facet ? -1 : 1);

/**
 * The heads of the facets that begin with `prefix`, in order, after one of them: up to a limit or 1 MB of each
 * partition, and whether there are more.
 */
export async function listHeads(
  generation: string,
  prefix: string,
  after: string | null,
  limit: number,
  consistency: Consistency = 'eventual',
): Promise<{ heads: FacetHead[]; more: boolean }> {
  const low = after === null ? prefix : `${prefix}${after}!`;
  // One more than the limit shows whether there are more.
  const partitions = await Promise.all(
    headsKeys(generation).map((pk) => headsIn(pk, low, `${prefix}~`, limit + 1, consistency)),
  );
  // Behind the last head of a partition that was not read to its end, others of it may come.
  const ends = partitions.flatMap(({ heads, isCut }) => (isCut ? (heads.at(-1)?.facet ?? []) : []));
  const end = ends.length > 0 ? ends.reduce((one, other) => (one < other ? one : other)) : null;
  const known = partitions
    .flatMap(({ heads }) => heads)
    .filter(({ facet }) => end === null || facet <= end)
    .sort(byName);
  return { heads: known.slice(0, limit), more: known.length > limit || end !== null };
}
