import {
  type AttributeValue,
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Correction } from '../../events/correction.ts';
import type { PastCard, Slot } from '../../events/projection.ts';
import type { PublishedRevision } from '../../events/revision.ts';
import type { SpanClass } from '../../events/span-class.ts';
import { cardAttributes, type ShownCard, shownCardOf, tombstoneAttributes } from './card-item.ts';
import { dynamodb } from './dynamodb.ts';
import { environment } from './environment.ts';

/** The table that readers read: a pure function of the feed, by generation. */
const tableName = environment('TIMELINES_TABLE');

const checkpointKey = { pk: 'META', sk: 'PROJECT' };
const firstGeneration = '1';
const revisionDigits = 6;

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

const beforeAll: Checkpoint = {
  generation: firstGeneration,
  position: 0,
  publishedAt: new Date(0).toISOString(),
  advancedAt: new Date(0).toISOString(),
  parked: [],
};

/** DynamoDB lets a sort key have so many bytes: nothing ever was in a facet of a longer name. */
const maximumFacetBytes = 1_024;

const headKey = (generation: string, facet: string) => ({ pk: `${generation}#HEADS`, sk: facet });
const headKeys = (generation: string, facets: readonly string[]) =>
  facets.filter((facet) => Buffer.byteLength(facet) <= maximumFacetBytes).map((facet) => headKey(generation, facet));
const cardsKey = (generation: string, facet: string) => `${generation}#${facet}`;
const pastKey = (generation: string, facet: string) => `${generation}#H#${facet}`;
const correctionsKey = (generation: string, facet: string) => `${generation}#C#${facet}`;

type Item = Record<string, AttributeValue>;

function checkpointOf(item: Item | undefined): Checkpoint {
  if (!item) return beforeAll;
  const { pk: _pk, sk: _sk, ...checkpoint } = unmarshall(item);
  return { parked: [], ...checkpoint } as unknown as Checkpoint;
}

function headOf(item: Item): FacetHead {
  const { pk: _pk, sk, ...head } = unmarshall(item);
  return { ...head, facet: sk } as FacetHead;
}

/** The checkpoint, read consistently. */
export async function readCheckpoint(): Promise<Checkpoint> {
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: tableName, Key: marshall(checkpointKey), ConsistentRead: true }),
  );
  return checkpointOf(Item);
}

async function getAll(keys: readonly object[], consistent: boolean): Promise<Item[]> {
  const found: Item[] = [];
  let waiting = keys.map((key) => marshall(key));
  while (waiting.length > 0) {
    const { Responses, UnprocessedKeys } = await dynamodb.send(
      new BatchGetItemCommand({
        RequestItems: { [tableName]: { Keys: waiting.slice(0, 100), ConsistentRead: consistent } },
      }),
    );
    found.push(...(Responses?.[tableName] ?? []));
    waiting = [...waiting.slice(100), ...((UnprocessedKeys?.[tableName]?.Keys as Item[] | undefined) ?? [])];
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
  const items = await getAll([checkpointKey, ...headKeys(firstGeneration, facets)], false);
  const checkpoint = checkpointOf(items.find((item) => item.pk?.S === checkpointKey.pk));
  const heads = new Map(
    items.filter((item) => item.pk?.S !== checkpointKey.pk).map((item) => [item.sk?.S as string, headOf(item)]),
  );
  const guessed = checkpoint.generation === firstGeneration;
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
      TableName: tableName,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :low AND :high',
      ExpressionAttributeValues: marshall({
        ':pk': headKey(generation, '').pk,
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

async function putUnlessNewer(item: Item): Promise<void> {
  try {
    await dynamodb.send(
      new PutItemCommand({
        TableName: tableName,
        Item: item,
        ConditionExpression: 'attribute_not_exists(r) OR r < :r',
        ExpressionAttributeValues: { ':r': item.r as AttributeValue },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

/** Puts a card into a facet unless what stands there is of the same or a later revision. */
export async function putCard(generation: string, { facet, card }: Slot): Promise<void> {
  const key = { pk: { S: cardsKey(generation, facet) }, sk: { S: `${card.spanClass}#${card.order}` } };
  await putUnlessNewer({ ...key, ...cardAttributes(card) });
}

/** Keeps a superseded card for those who ask for an earlier moment. It is the same whoever writes it, and however often. */
export async function putPastCard(generation: string, { facet, card, publishedUntil }: PastCard): Promise<void> {
  const revision = String(card.revision).padStart(revisionDigits, '0');
  await dynamodb.send(
    new PutItemCommand({
      TableName: tableName,
      Item: {
        pk: { S: pastKey(generation, facet) },
        sk: { S: `${card.spanClass}#${card.order}#${revision}` },
        ...cardAttributes(card),
        until: { S: publishedUntil },
      },
    }),
  );
}

/** Marks a place as left as of a revision, unless what stands there is of the same or a later one. */
export async function putTombstone(
  generation: string,
  { facet, card }: Slot,
  latest: PublishedRevision,
): Promise<void> {
  const key = { pk: { S: cardsKey(generation, facet) }, sk: { S: `${card.spanClass}#${card.order}` } };
  await putUnlessNewer({ ...key, ...tombstoneAttributes(latest) });
}

/** Puts a line into a corrections log. It is the same whoever writes it, and however often. */
export async function putCorrection(
  generation: string,
  facet: string,
  { publishedAt, position, text }: Correction,
): Promise<void> {
  await dynamodb.send(
    new PutItemCommand({
      TableName: tableName,
      Item: {
        pk: { S: correctionsKey(generation, facet) },
        sk: { S: publishedAt },
        n: { N: String(position) },
        e: { S: text },
      },
    }),
  );
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
      TableName: tableName,
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

/** A stretch of one span class in a facet, in reading order. Bounds are inclusive and without the class. */
export interface Stretch {
  readonly facet: string;
  readonly spanClass: SpanClass;
  readonly past: boolean;
  readonly low: string;
  readonly high: string;
  readonly descending: boolean;
}

/**
 * Reads cards, or past cards, of a stretch.
 *
 * @returns the cards, and where to go on (null at the end): pass it as `start`
 */
export async function readCards(
  generation: string,
  stretch: Stretch,
  start: Item | null,
  limit: number,
  consistent: boolean,
) {
  const { facet, spanClass, past, low, high, descending } = stretch;
  const { Items = [], LastEvaluatedKey } = await dynamodb.send(
    new QueryCommand({
      TableName: tableName,
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

/**
 * Advances the checkpoint and sets the heads, all or none, if the checkpoint still is where it was and nothing was put aside
 * or taken back since.
 *
 * @throws TransactionCanceledException if another has changed it
 */
export async function advance(from: Checkpoint, to: Checkpoint, heads: readonly FacetHead[]): Promise<void> {
  const puts = heads.map(({ facet, ...head }) => ({
    Put: {
      TableName: tableName,
      Item: marshall({ ...headKey(to.generation, facet), ...head }, { removeUndefinedValues: true }),
    },
  }));
  await dynamodb.send(
    new TransactWriteItemsCommand({
      TransactItems: [
        {
          Put: {
            TableName: tableName,
            Item: marshall({ ...checkpointKey, ...to }),
            ConditionExpression:
              'attribute_not_exists(pk) OR (#position = :position AND generation = :generation AND parked = :parked)',
            ExpressionAttributeNames: { '#position': 'position' },
            ExpressionAttributeValues: marshall({
              ':position': from.position,
              ':generation': from.generation,
              ':parked': from.parked,
            }),
          },
        },
        ...puts,
      ],
    }),
  );
}
