import { ConditionalCheckFailedException, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { SpanClass } from '../../../events/dates/span-class.ts';
import type { PublishedRevision } from '../../../events/revision.ts';
import type { PastCard, Slot } from '../../../events/timeline/projection.ts';
import { inParallel } from '../runtime/concurrency.ts';
import { type Consistency, isConsistent } from '../runtime/consistency.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { putAbsent } from '../runtime/put-absent.ts';
import { retryCalls } from '../runtime/retry.ts';
import type { Item } from '../runtime/stored-item.ts';
import {
  cardItem,
  cardOfItem,
  listsOf,
  pastCardItem,
  pastCardOfItem,
  type ShownCard,
  tombstoneItem,
} from './card-items.ts';
import { cardSortKey, listKey, timelinesTable } from './timelines-table.ts';

const writesAtOnce = 32;

/** A range of keys of one span class in a facet, in reading order. Bounds are orders, or orders by end, inclusive. */
export interface KeyRange {
  readonly facet: string;
  readonly spanClass: SpanClass;
  /** Whether past cards are read, instead of current ones. */
  readonly past: boolean;
  /** Whether the list of long spans by when they end is read. */
  readonly byEnd: boolean;
  readonly low: string;
  readonly high: string;
  readonly descending: boolean;
}

async function putUnlessNewer(item: Item): Promise<void> {
  try {
    await dynamodb.send(
      new PutItemCommand({
        TableName: timelinesTable,
        Item: item,
        ConditionExpression: 'attribute_not_exists(r) OR r < :r',
        ExpressionAttributeValues: { ':r': item.r ?? { NULL: true } },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

const putAll = (items: readonly Item[]) =>
  inParallel(items, writesAtOnce, (item) => retryCalls(() => putUnlessNewer(item)));

/** The items of cards: one in the list by start, and of a long span one in the list by end. */
const cardItems = (generation: string, slots: readonly Slot[]): Item[] =>
  slots.flatMap((slot) => listsOf(slot.card).map((byEnd) => cardItem(generation, slot, byEnd)));

/** Puts cards into facets, each unless its key holds the same or a later revision. */
export async function putCards(generation: string, slots: readonly Slot[]): Promise<void> {
  await putAll(cardItems(generation, slots));
}

/**
 * Puts cards like `putCards`, in fewer calls if there is nothing at their keys yet; otherwise each costs twice as much.
 */
export async function putNewCards(generation: string, slots: readonly Slot[]): Promise<void> {
  await putAll(await putAbsent(timelinesTable, cardItems(generation, slots)));
}

/**
 * Keeps replaced cards for reads as of an earlier instant. One that is kept already is the same: every writer puts the
 * same item.
 */
export async function putPastCards(generation: string, cards: readonly PastCard[]): Promise<void> {
  const items = cards.flatMap((card) => listsOf(card.card).map((byEnd) => pastCardItem(generation, card, byEnd)));
  await putAbsent(timelinesTable, items);
}

async function putIfPresent(Item: Item): Promise<void> {
  try {
    await dynamodb.send(
      new PutItemCommand({ TableName: timelinesTable, Item, ConditionExpression: 'attribute_exists(pk)' }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

/**
 * Puts a past card over the one that is there. If there is none, its own content was taken down too, and nothing is put
 * back.
 */
export async function replacePastCard(generation: string, card: PastCard): Promise<void> {
  await Promise.all(listsOf(card.card).map((byEnd) => putIfPresent(pastCardItem(generation, card, byEnd))));
}

/** Replaces cards by tombstones, each unless its key holds the same or a later revision. */
export async function putTombstones(
  generation: string,
  slots: readonly Slot[],
  latest: PublishedRevision,
): Promise<void> {
  await putAll(
    slots.flatMap((slot) => listsOf(slot.card).map((byEnd) => tombstoneItem(generation, slot, latest, byEnd))),
  );
}

/**
 * Reads cards, or past cards, of a range of keys.
 *
 * @param start the `next` of the read before; null to begin
 */
export async function readCards(
  generation: string,
  { facet, spanClass, past, byEnd, low, high, descending }: KeyRange,
  start: Item | null,
  limit: number,
  consistency: Consistency,
): Promise<{ cards: ShownCard[]; next: Item | null }> {
  const { Items = [], LastEvaluatedKey } = await dynamodb.send(
    new QueryCommand({
      TableName: timelinesTable,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :low AND :high',
      ExpressionAttributeValues: {
        ':pk': { S: listKey(generation, facet, { past, byEnd }) },
        ':low': { S: cardSortKey(spanClass, low) },
        ':high': { S: cardSortKey(spanClass, high) },
      },
      ScanIndexForward: !descending,
      Limit: limit,
      ConsistentRead: isConsistent(consistency),
      ...(start && { ExclusiveStartKey: start }),
    }),
  );
  return {
    cards: Items.map((item) => (past ? pastCardOfItem : cardOfItem)(item, byEnd)),
    next: LastEvaluatedKey ?? null,
  };
}

/** A facet has a thousand cards on about one of them. */
const pagesLookedThrough = 4;

/**
 * The cards and tombstones of a span class in a facet whose revisions were published after an instant. The class is
 * looked through, but only they leave the table.
 *
 * @param instant RFC 3339
 * @returns null if the class is too large to be looked through: beyond 4 MB
 */
export async function readCardsAfter(
  generation: string,
  facet: string,
  spanClass: SpanClass,
  instant: string,
  consistency: Consistency,
): Promise<ShownCard[] | null> {
  const cards: ShownCard[] = [];
  let start: Item | undefined;
  for (let page = 0; page < pagesLookedThrough; page += 1) {
    const { Items = [], LastEvaluatedKey } = await dynamodb.send(
      new QueryCommand({
        TableName: timelinesTable,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :class)',
        FilterExpression: '#at > :instant',
        ExpressionAttributeNames: { '#at': 'at' },
        ExpressionAttributeValues: {
          ':pk': { S: listKey(generation, facet, { past: false, byEnd: false }) },
          ':class': { S: cardSortKey(spanClass, '') },
          ':instant': { S: instant },
        },
        ConsistentRead: isConsistent(consistency),
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    cards.push(...Items.map((item) => cardOfItem(item)));
    if (!LastEvaluatedKey) return cards;
    start = LastEvaluatedKey;
  }
  return null;
}
