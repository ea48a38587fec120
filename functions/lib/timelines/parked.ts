import { DeleteItemCommand, paginateQuery, QueryCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { maximumFacetBytes } from '../../../events/input/limits.ts';
import { batchGet } from '../runtime/batch-get.ts';
import { inParallel } from '../runtime/concurrency.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { positionOfKey } from '../runtime/position-key.ts';
import { type Item, type ItemKey, keyOfItem, storedItem } from '../runtime/stored-item.ts';
import {
  parkedEventKey,
  parkedEventsKey,
  parkedFacetKey,
  parkedFacetPrefix,
  parkedFacetsKey,
  parkedKey,
  parkedPartition,
  timelinesTable,
} from './timelines-table.ts';

const TableName = timelinesTable;

const writesAtOnce = 16;

/** An entry that is parked, and the facets that it may change. */
export interface Parked {
  readonly eventId: string;
  readonly position: number;
  /** Null if the entry cannot be read: it may change any facet. */
  readonly facets: readonly string[] | null;
}

/** A sort key also has the position. */
const longestFacetBytes = maximumFacetBytes - 12;

/** This name means all facets. */
const anyFacet = '*';

const parkedEntries = storedItem({
  kind: 'parked entry',
  version: 1,
  schema: () => z.object({ facets: z.array(z.string()).readonly() }),
});
const parkedEvents = storedItem({ kind: 'parked event', version: 1, schema: () => z.object({ entries: z.int() }) });
const parkedFacets = storedItem({ kind: 'parked facet', version: 1, schema: () => z.object({ eventId: z.string() }) });

/** A facet with a longer key has no entries, and so nothing that a parked one could change. */
const facetsOf = ({ facets }: Pick<Parked, 'facets'>) =>
  (facets ?? [anyFacet]).filter((facet) => Buffer.byteLength(parkedFacetPrefix(facet)) <= longestFacetBytes);

async function* itemsIn(partition: string): AsyncGenerator<Item> {
  const pages = paginateQuery(
    { client: dynamodb },
    {
      TableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: marshall({ ':pk': partition }),
      ConsistentRead: true,
    },
  );
  for await (const { Items = [] } of pages) yield* Items;
}

/** The writes that park an entry: itself, its event and the facets that it may change. At most 99 with 97 facets. */
export function parkingItems(generation: string, parked: Parked, entriesOfEvent: number): TransactWriteItem[] {
  const { eventId, position } = parked;
  const facets = facetsOf(parked);
  const items = [
    parkedEntries.write(parkedKey(generation, eventId, position), { facets }),
    parkedEvents.write(parkedEventKey(generation, eventId), { entries: entriesOfEvent + 1 }),
    ...facets.map((facet) => parkedFacets.write(parkedFacetKey(generation, facet, position), { eventId })),
  ];
  return items.map((Item) => ({ Put: { TableName, Item } }));
}

/** A read may see an entry that was released a moment ago, and the checkpoint counts them. */
const isThere = { ConditionExpression: 'attribute_exists(pk)' };

/** The writes after which an entry is not parked any more. Its facets are for `releaseFacets`. */
export function releasingItems(
  generation: string,
  { eventId, position }: Pick<Parked, 'eventId' | 'position'>,
  entriesOfEvent: number,
): TransactWriteItem[] {
  const eventKey = parkedEventKey(generation, eventId);
  const left = entriesOfEvent - 1;
  return [
    {
      Delete: {
        TableName,
        Key: marshall(parkedKey(generation, eventId, position)),
        ...isThere,
      },
    },
    left === 0
      ? { Delete: { TableName, Key: marshall(eventKey) } }
      : { Put: { TableName, Item: parkedEvents.write(eventKey, { entries: left }) } },
  ];
}

/** The write after which no entry of an event is parked any more. What else is stored of them is for `removeParked`. */
export const releasingAll = (generation: string, eventId: string): TransactWriteItem => ({
  Delete: { TableName, Key: marshall(parkedEventKey(generation, eventId)), ...isThere },
});

/**
 * Removes what is stored of parked entries of an event before a position, after they were released: also the facets
 * that it names.
 */
export async function removeParked(generation: string, eventId: string, before: number): Promise<void> {
  for await (const item of itemsIn(parkedPartition(generation, eventId))) {
    const { pk, sk } = keyOfItem(item);
    const position = positionOfKey(sk);
    if (position >= before) return;
    await releaseFacets(generation, { eventId, position, facets: parkedEntries.read(item).facets });
    await dynamodb.send(new DeleteItemCommand({ TableName, Key: marshall({ pk, sk }) }));
  }
}

/** How many entries are parked of each of these events that has any; read consistently. */
export async function parkedAmong(generation: string, eventIds: readonly string[]): Promise<Map<string, number>> {
  const keys = [...new Set(eventIds)].map((eventId) => marshall(parkedEventKey(generation, eventId)));
  const items = await batchGet(TableName, keys, 'consistent');
  return new Map(items.map((item) => [keyOfItem(item).sk, parkedEvents.read(item).entries]));
}

/** The events that have parked entries, read consistently. */
export async function* parkedEventIds(generation: string): AsyncGenerator<string> {
  for await (const item of itemsIn(parkedEventsKey(generation))) yield keyOfItem(item).sk;
}

/** The first parked entry of an event, read consistently; null if there is none. */
export async function firstParked(generation: string, eventId: string): Promise<Parked | null> {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: marshall({ ':pk': parkedPartition(generation, eventId) }),
      Limit: 1,
      ConsistentRead: true,
    }),
  );
  const [item] = Items;
  if (!item) return null;
  return { eventId, position: positionOfKey(keyOfItem(item).sk), facets: parkedEntries.read(item).facets };
}

/** All parked positions of a generation, in order; read consistently. For reports, not for requests. */
export async function parkedPositions(generation: string): Promise<number[]> {
  const positions: number[] = [];
  for await (const eventId of parkedEventIds(generation)) {
    for await (const item of itemsIn(parkedPartition(generation, eventId))) {
      positions.push(positionOfKey(keyOfItem(item).sk));
    }
  }
  return positions.sort((left, right) => left - right);
}

/** Those of the entries that are parked, by position; read consistently. */
export async function parkedOf(
  generation: string,
  entries: readonly Pick<Parked, 'eventId' | 'position'>[],
): Promise<Set<number>> {
  const keys = entries.map(({ eventId, position }) => marshall(parkedKey(generation, eventId, position)));
  const items = await batchGet(TableName, keys, 'consistent');
  return new Set(items.map((item) => positionOfKey(keyOfItem(item).sk)));
}

/** Whether a parked entry may change a facet once it is reprojected; read consistently. */
export async function mayChange(generation: string, facet: string): Promise<boolean> {
  const counts = await Promise.all(
    [facet, anyFacet].map(async (name) => {
      const { Count = 0 } = await dynamodb.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :facet)',
          ExpressionAttributeValues: marshall({
            ':pk': parkedFacetsKey(generation),
            ':facet': parkedFacetPrefix(name),
          }),
          Limit: 1,
          Select: 'COUNT',
          ConsistentRead: true,
        }),
      );
      return Count;
    }),
  );
  return counts.some((count) => count > 0);
}

async function removeFacet(key: ItemKey): Promise<void> {
  await dynamodb.send(new DeleteItemCommand({ TableName, Key: marshall(key) }));
}

/** Lets answers about the facets of an entry be immutable again, after it is not parked any more. */
export async function releaseFacets(generation: string, parked: Parked): Promise<void> {
  const keys = facetsOf(parked).map((facet) => parkedFacetKey(generation, facet, parked.position));
  await inParallel(keys, writesAtOnce, removeFacet);
}

/** Releases the facets of entries that are not parked any more: what an interrupted reprojection has left. */
export async function releaseForgottenFacets(generation: string): Promise<void> {
  for await (const item of itemsIn(parkedFacetsKey(generation))) {
    const key = keyOfItem(item);
    const entry = { eventId: parkedFacets.read(item).eventId, position: positionOfKey(key.sk) };
    if ((await parkedOf(generation, [entry])).size === 0) await removeFacet({ pk: key.pk, sk: key.sk });
  }
}
