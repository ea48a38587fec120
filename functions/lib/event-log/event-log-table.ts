import { QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { batchGet, type KeysOfTable } from '../runtime/batch-get.ts';
import type { Consistency } from '../runtime/consistency.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { environment } from '../runtime/environment.ts';
import { positionKey } from '../runtime/position-key.ts';
import type { Item, ItemKey } from '../runtime/stored-item.ts';

/** The only source of truth: revisions, their markers, and the feed. Nothing in it is ever changed or removed. */
export const eventLogTable = environment('EVENT_LOG_TABLE');

/** Every put has this condition. */
export const onlyIfAbsent = 'attribute_not_exists(pk)';

/** The partition of the feed. */
export const feedKey = 'F';

export const revisionPrefix = 'R#';
export const markerPrefix = 'M#';

const revisionDigits = 6;

/** The partition of an event: its revisions and their markers. */
export const eventKey = (eventId: string) => `E#${eventId}`;

const numbered = (prefix: string, revision: number) => prefix + String(revision).padStart(revisionDigits, '0');

/** The number of a revision from the sort key of its item or of its marker. */
export const revisionOfKey = ({ sk }: Pick<ItemKey, 'sk'>) => Number(sk.slice(revisionPrefix.length));

/** The event of a revision's key. */
export const eventIdOfKey = ({ pk }: Pick<ItemKey, 'pk'>) => pk.slice(eventKey('').length);

/** The key of a revision. */
export const revisionKey = (eventId: string, revision: number): ItemKey => ({
  pk: eventKey(eventId),
  sk: numbered(revisionPrefix, revision),
});

/** The key of a revision's marker, which stores its position. */
export const markerKey = (eventId: string, revision: number): ItemKey => ({
  pk: eventKey(eventId),
  sk: numbered(markerPrefix, revision),
});

/** The key of the feed entry at a position. */
export const feedEntryKey = (position: number): ItemKey => ({ pk: feedKey, sk: positionKey(position) });

/** One page of a query of the table, and whether there are more pages. */
export async function query(input: Omit<QueryCommandInput, 'TableName'>): Promise<{ items: Item[]; more: boolean }> {
  const { Items = [], LastEvaluatedKey } = await dynamodb.send(
    new QueryCommand({ TableName: eventLogTable, ...input }),
  );
  return { items: Items, more: LastEvaluatedKey !== undefined };
}

/** Keys as a read of several tables names them. */
export const keysInLog = (keys: readonly ItemKey[]): KeysOfTable => ({
  table: eventLogTable,
  keys: keys.map(({ pk, sk }) => marshall({ pk, sk })),
});

/** The items that have these keys, in any order. */
export const readItems = (keys: readonly ItemKey[], consistency: Consistency): Promise<Item[]> =>
  batchGet(eventLogTable, keysInLog(keys).keys, consistency);
