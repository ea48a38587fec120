import { afterEach, expect, test } from '@jest/globals';
import { batchGet } from '../../../functions/lib/runtime/batch-get.ts';
import { dynamodb } from '../../../functions/lib/runtime/dynamodb.ts';
import { IncompleteRead } from '../../../functions/lib/runtime/failures.ts';

type Key = Record<string, { S: string }>;

const keysOf = (count: number) => Array.from({ length: count }, (_, index): Key => ({ pk: { S: String(index) } }));

/** Answers each read: with as many items as this says, and with the other keys as unread. */
function answering(itemsOf: (keys: readonly Key[]) => number): number[] {
  const sizes: number[] = [];
  dynamodb.middlewareStack.add(
    () => async (args) => {
      const { Keys } = (args.input as { RequestItems: { table: { Keys: Key[] } } }).RequestItems.table;
      sizes.push(Keys.length);
      const [items, unread] = [Keys.slice(0, itemsOf(Keys)), Keys.slice(itemsOf(Keys))];
      const UnprocessedKeys = unread.length > 0 ? { table: { Keys: unread } } : {};
      return { output: { $metadata: {}, Responses: { table: items }, UnprocessedKeys }, response: {} };
    },
    { step: 'initialize', name: 'answering', override: true },
  );
  return sizes;
}

afterEach(() => {
  dynamodb.middlewareStack.remove('answering');
});

test('items are read in batches of 100', async () => {
  const sizes = answering((keys) => keys.length);
  expect(await batchGet('table', keysOf(250), 'consistent')).toEqual(keysOf(250));
  expect(sizes).toEqual([100, 100, 50]);
});

test('keys that DynamoDB leaves unread are read again', async () => {
  const sizes = answering((keys) => Math.ceil(keys.length / 2));
  expect(await batchGet('table', keysOf(10), 'eventual')).toEqual(keysOf(10));
  expect(sizes).toEqual([10, 5, 2, 1]);
});

test('a read throws a transient error if DynamoDB keeps leaving keys unread', async () => {
  answering(() => 0);
  await expect(batchGet('table', keysOf(1), 'eventual')).rejects.toEqual(
    new IncompleteRead('DynamoDB left items unread: 1.'),
  );
});
