import { BatchGetItemCommand, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { SpanClass } from '../../../events/dates/span-class.ts';
import type { Correction } from '../../../events/timeline/correction.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { type ShownCard, shownCardOf } from './card-item.ts';
import {
  cardsKey,
  checkpointKey,
  correctionsKey,
  headKeys,
  headsKey,
  type Item,
  maximumFacetBytes,
  type Projection,
  pastKey,
  revisionDigits,
  timelinesTable,
} from './timelines-table.ts';

const firstGeneration = '1';

/** Where the next read will find its generation, most likely: it changes with a rebuild only. */
let generationSeen = firstGeneration;

/** How far the projection has come. */
export interface Checkpoint {
  readonly generation: string;
  readonly position: number;
  /** When the entry at that position joined the record; RFC 3339. */
  readonly publishedAt: string;
  /** When the checkpoint came here; RFC 3339. */
  readonly advancedAt: string;
  /** Positions put aside because they fail for good. */
  readonly parked: readonly number[];
  /** How often the timelines changed without the feed growing: what was put aside was taken back, damage was mended. */
  readonly mended: number;
}

/** There is no rebuild under way: another process has ended it. */
export class RebuildEnded extends Error {
  override readonly name = 'RebuildEnded';
}

/** What is known of a facet without reading its cards. */
export interface FacetHead {
  readonly facet: string;
  readonly entries: number;
  /** Entries by span class; a class once used stays, if with 0. */
  readonly classes: Readonly<Partial<Record<SpanClass, number>>>;
  /**
   * Between how many milliseconds after the midnight, in UTC, of their date the events of the class `d` begin, all that ever stood
   * here: with it, a query by date reads no other day than those it asks for.
   */
  readonly dayOffsets?: { readonly from: number; readonly to: number };
  /** Civil dates of the first and last day that any entry is known to touch. */
  readonly first: string | null;
  readonly last: string | null;
  readonly position: number;
  readonly updatedAt: string;
  /** Of a story's facet only: how the newsroom described it. */
  readonly story?: {
    readonly title: string;
    readonly description?: string;
    readonly timezone?: string;
    readonly language?: string;
  };
}

/** The checkpoint before the first entry of the feed. */
export const beforeAll: Checkpoint = {
  generation: firstGeneration,
  position: 0,
  publishedAt: new Date(0).toISOString(),
  advancedAt: new Date(0).toISOString(),
  parked: [],
  mended: 0,
};

function checkpointOf(item: Item | undefined): Checkpoint {
  if (!item) return beforeAll;
  const { pk: _pk, sk: _sk, ...checkpoint } = unmarshall(item);
  return { ...beforeAll, ...checkpoint } as unknown as Checkpoint;
}

/** A head as it is stored. */
export function headOf(item: Item): FacetHead {
  const { pk: _pk, sk, ...head } = unmarshall(item);
  return { ...head, facet: sk } as FacetHead;
}

async function getCheckpoint(projection: Projection): Promise<Item | undefined> {
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: timelinesTable, Key: marshall(checkpointKey(projection)), ConsistentRead: true }),
  );
  return Item;
}

/** How far the rebuild under way has come, read consistently; null if there is none. */
export async function findRebuild(): Promise<Checkpoint | null> {
  const item = await getCheckpoint('REBUILD');
  return item ? checkpointOf(item) : null;
}

/**
 * The checkpoint, read consistently.
 *
 * @throws RebuildEnded if that of a rebuild is asked for and there is none
 */
export async function readCheckpoint(projection: Projection = 'PROJECT'): Promise<Checkpoint> {
  if (projection === 'PROJECT') return checkpointOf(await getCheckpoint('PROJECT'));
  const rebuild = await findRebuild();
  if (!rebuild) throw new RebuildEnded('There is no rebuild under way.');
  return rebuild;
}

async function getAll(keys: readonly object[], consistent: boolean): Promise<Item[]> {
  const found: Item[] = [];
  let waiting = keys.map((key) => marshall(key));
  while (waiting.length > 0) {
    const { Responses, UnprocessedKeys } = await dynamodb.send(
      new BatchGetItemCommand({
        RequestItems: { [timelinesTable]: { Keys: waiting.slice(0, 100), ConsistentRead: consistent } },
      }),
    );
    found.push(...(Responses?.[timelinesTable] ?? []));
    waiting = [...waiting.slice(100), ...((UnprocessedKeys?.[timelinesTable]?.Keys as Item[] | undefined) ?? [])];
  }
  return found;
}

/** The heads of these facets, by facet; a facet that nothing ever was in has none. */
export async function readHeads(
  generation: string,
  facets: readonly string[],
  consistent: boolean,
): Promise<Map<string, FacetHead>> {
  const items = await getAll(headKeys(generation, facets), consistent);
  return new Map(items.map((item) => [item.sk?.S as string, headOf(item)]));
}

/** The checkpoint and heads in one round trip: eventually consistent, and not of the same instant. */
export async function readCheckpointAndHeads(facets: readonly string[]) {
  const key = checkpointKey('PROJECT');
  const guess = generationSeen;
  const items = await getAll([key, ...headKeys(guess, facets)], false);
  const checkpoint = checkpointOf(items.find((item) => item.pk?.S === key.pk));
  const heads = new Map(
    items.filter((item) => item.pk?.S !== key.pk).map((item) => [item.sk?.S as string, headOf(item)]),
  );
  generationSeen = checkpoint.generation;
  const guessed = checkpoint.generation === guess;
  return { checkpoint, heads: guessed ? heads : await readHeads(checkpoint.generation, facets, false) };
}

/**
 * The heads of the facets that begin with `prefix`, in order, after one of them: up to a limit or 1 MB, and whether there are
 * more.
 */
export async function listHeads(
  generation: string,
  prefix: string,
  after: string | null,
  limit: number,
): Promise<{ heads: FacetHead[]; more: boolean }> {
  const { Items = [], LastEvaluatedKey } = await dynamodb.send(
    new QueryCommand({
      TableName: timelinesTable,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :low AND :high',
      ExpressionAttributeValues: marshall({
        ':pk': headsKey(generation),
        ':low': after === null ? prefix : `${prefix}${after}!`,
        ':high': `${prefix}~`,
      }),
      // One more than asked for tells whether there are more.
      Limit: limit + 1,
    }),
  );
  const more = Items.length > limit || LastEvaluatedKey !== undefined;
  return { heads: Items.slice(0, limit).map(headOf), more };
}

/**
 * Reads a corrections log from its end: the lines published from `first` to `last`, both inclusive, up to a limit or 1 MB.
 *
 * @returns the lines, newest first, and whether there are more
 */
export async function readCorrections(
  generation: string,
  facet: string,
  { first, last }: { first: string; last: string },
  limit: number,
  consistent: boolean,
): Promise<{ lines: Omit<Correction, 'facets'>[]; more: boolean }> {
  if (first > last || Buffer.byteLength(facet) > maximumFacetBytes) return { lines: [], more: false };
  const { Items = [], LastEvaluatedKey } = await dynamodb.send(
    new QueryCommand({
      TableName: timelinesTable,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: {
        ':pk': { S: correctionsKey(generation, facet) },
        ':first': { S: first },
        ':last': { S: last },
      },
      ScanIndexForward: false,
      // One more than asked for tells whether there are more.
      Limit: limit + 1,
      ConsistentRead: consistent,
    }),
  );
  const lines = Items.slice(0, limit).map(({ sk, n, e }) => ({
    publishedAt: sk?.S as string,
    position: Number(n?.N),
    text: e?.S as string,
  }));
  return { lines, more: Items.length > limit || LastEvaluatedKey !== undefined };
}

/** The cards of one span class in a facet between two sort keys, in reading order. Both are inclusive and without the class. */
export interface KeyRange {
  readonly facet: string;
  readonly spanClass: SpanClass;
  readonly past: boolean;
  readonly low: string;
  readonly high: string;
  readonly descending: boolean;
}

/**
 * Reads the cards, or past cards, of a key range.
 *
 * @returns the cards, and where to go on (null at the end): pass it as `start`
 */
export async function readCards(
  generation: string,
  keyRange: KeyRange,
  start: Item | null,
  limit: number,
  consistent: boolean,
) {
  const { facet, spanClass, past, low, high, descending } = keyRange;
  const { Items = [], LastEvaluatedKey } = await dynamodb.send(
    new QueryCommand({
      TableName: timelinesTable,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :low AND :high',
      ExpressionAttributeValues: {
        ':pk': { S: (past ? pastKey : cardsKey)(generation, facet) },
        ':low': { S: `${spanClass}#${low}` },
        ':high': { S: `${spanClass}#${high}` },
      },
      ScanIndexForward: !descending,
      Limit: limit,
      ConsistentRead: consistent,
      ...(start && { ExclusiveStartKey: start }),
    }),
  );
  const cards: ShownCard[] = Items.map((item) => {
    const sk = item.sk?.S as string;
    return shownCardOf(item, past ? sk.slice(2, -1 - revisionDigits) : sk.slice(2));
  });
  return { cards, next: (LastEvaluatedKey as Item | undefined) ?? null };
}
