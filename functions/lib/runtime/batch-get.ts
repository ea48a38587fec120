import { type AttributeValue, BatchGetItemCommand, type KeysAndAttributes } from '@aws-sdk/client-dynamodb';
import { type Consistency, isConsistent } from './consistency.ts';
import { dynamodb } from './dynamodb.ts';
import { IncompleteRead } from './failures.ts';
import { Backoff } from './retry.ts';
import type { Item } from './stored-item.ts';

/** DynamoDB takes so many keys at a time (API Reference, BatchGetItem). */
const keysPerRead = 100;

/** DynamoDB leaves keys unread if the table is throttled, or if the items of a read are more than 16 MB. */
const backoffOptions = { maximumAttempts: 20, firstPauseMs: 10, longestPauseMs: 100 };

/** Keys of items of one table. */
export interface KeysOfTable {
  readonly table: string;
  readonly keys: readonly Item[];
}

type Requested = Record<string, KeysAndAttributes>;

const keysIn = (requested: Requested) => Object.values(requested).flatMap(({ Keys = [] }) => Keys);

/**
 * The items of several tables that have these keys, in one call; 100 keys at most. Keys of no item are passed over.
 *
 * @returns the items of each table, in any order
 * @throws {IncompleteRead} when DynamoDB keeps leaving keys unread
 */
export async function batchGetOf(wanted: readonly KeysOfTable[], consistency: Consistency): Promise<readonly Item[][]> {
  const backoff = new Backoff(backoffOptions);
  const found = wanted.map((): Record<string, AttributeValue>[] => []);
  let waiting: Requested = Object.fromEntries(
    wanted.map(({ table, keys }) => [table, { Keys: [...keys], ConsistentRead: isConsistent(consistency) }]),
  );
  for (;;) {
    const { Responses = {}, UnprocessedKeys = {} } = await dynamodb.send(
      new BatchGetItemCommand({ RequestItems: waiting }),
    );
    for (const [index, { table }] of wanted.entries()) found[index]?.push(...(Responses[table] ?? []));
    const unread = keysIn(UnprocessedKeys).length;
    if (unread === 0) return found;
    if (unread < keysIn(waiting).length) backoff.reset();
    await backoff.pause(new IncompleteRead(`DynamoDB left items unread: ${unread}.`));
    waiting = UnprocessedKeys;
  }
}

/**
 * The items that have these keys, in any order. Keys of no item are passed over.
 *
 * @throws {IncompleteRead} when DynamoDB keeps leaving keys unread
 */
export async function batchGet(
  table: string,
  keys: readonly Item[],
  consistency: Consistency,
  client = dynamodb,
): Promise<Item[]> {
  const backoff = new Backoff(backoffOptions);
  const found: Item[] = [];
  let waiting = keys;
  while (waiting.length > 0) {
    const Keys = waiting.slice(0, keysPerRead);
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetItemCommand({ RequestItems: { [table]: { Keys, ConsistentRead: isConsistent(consistency) } } }),
    );
    found.push(...(Responses?.[table] ?? []));
    const unread = UnprocessedKeys?.[table]?.Keys ?? [];
    waiting = [...waiting.slice(keysPerRead), ...unread];
    if (unread.length === 0) backoff.reset();
    else await backoff.pause(new IncompleteRead(`DynamoDB left items unread: ${unread.length}.`));
  }
  return found;
}
