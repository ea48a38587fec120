import { BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from './dynamodb.ts';
import { IncompleteRead } from './failures.ts';
import { Backoff } from './retry.ts';
import type { Item } from './stored-item.ts';

/** DynamoDB takes so many keys at a time (API Reference, BatchGetItem). */
const keysPerRead = 100;

/** DynamoDB leaves keys unread if the table is throttled, or if the items of a read are more than 16 MB. */
const backoffOptions = { maximumAttempts: 20, firstPauseMs: 10, longestPauseMs: 100 };

/**
 * The items that have these keys, in any order. Keys of no item are passed over.
 *
 * @throws {IncompleteRead} when DynamoDB keeps leaving keys unread
 */
export async function batchGet(table: string, keys: readonly Item[], consistent: boolean): Promise<Item[]> {
  const backoff = new Backoff(backoffOptions);
  const found: Item[] = [];
  let waiting = keys;
  while (waiting.length > 0) {
    const Keys = waiting.slice(0, keysPerRead);
    const { Responses, UnprocessedKeys } = await dynamodb.send(
      new BatchGetItemCommand({ RequestItems: { [table]: { Keys, ConsistentRead: consistent } } }),
    );
    found.push(...(Responses?.[table] ?? []));
    const unread = UnprocessedKeys?.[table]?.Keys ?? [];
    waiting = [...waiting.slice(keysPerRead), ...unread];
    if (unread.length === 0) backoff.reset();
    else await backoff.pause(new IncompleteRead(`DynamoDB left items unread: ${unread.length}.`));
  }
  return found;
}
