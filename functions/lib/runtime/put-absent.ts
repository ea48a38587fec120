import { BatchExecuteStatementCommand, type BatchStatementError } from '@aws-sdk/client-dynamodb';
import { inParallel } from './concurrency.ts';
import { dynamodb } from './dynamodb.ts';
import { isTransient } from './failures.ts';
import { Backoff } from './retry.ts';
import type { Item } from './stored-item.ts';

/** DynamoDB takes so many statements at a time (API Reference, BatchExecuteStatement). */
const itemsPerBatch = 25;
const batchesAtOnce = 8;

const backoffOptions = { maximumAttempts: 8, firstPauseMs: 20, longestPauseMs: 320 };

/**
 * One statement of a batch failed. Its code decides what that is the fault of, like the reason of a cancelled
 * transaction.
 */
class StatementFailed extends Error {
  override readonly name = 'StatementFailed';
  readonly CancellationReasons: readonly BatchStatementError[];

  constructor(reason: BatchStatementError) {
    super(`DynamoDB refused a statement: ${reason.Code}: ${reason.Message}`);
    this.CancellationReasons = [reason];
  }
}

function insertionOf(table: string, item: Item) {
  const names = Object.keys(item).map((name) => `'${name}': ?`);
  return { Statement: `INSERT INTO "${table}" VALUE {${names.join(', ')}}`, Parameters: Object.values(item) };
}

/** @returns of each item, why it was not put; undefined if it was */
async function insert(table: string, items: readonly Item[]): Promise<(BatchStatementError | undefined)[]> {
  const Statements = items.map((item) => insertionOf(table, item));
  const { Responses = [] } = await dynamodb.send(new BatchExecuteStatementCommand({ Statements }));
  return items.map((_, index) => Responses[index]?.Error);
}

/** Puts up to 25 items. @returns those that are there already */
async function putBatch(table: string, items: readonly Item[]): Promise<Item[]> {
  const present: Item[] = [];
  const backoff = new Backoff(backoffOptions);
  for (let waiting = items; waiting.length > 0; ) {
    try {
      const errors = await insert(table, waiting);
      const isDuplicate = (index: number) => errors[index]?.Code === 'DuplicateItem';
      present.push(...waiting.filter((_, index) => isDuplicate(index)));
      const failed = waiting.filter((_, index) => errors[index] !== undefined && !isDuplicate(index));
      const failures = errors.filter((error) => error !== undefined && error.Code !== 'DuplicateItem');
      const lasting = failures.find((error) => error && !isTransient(new StatementFailed(error)));
      const failure = lasting ?? failures[0];
      waiting = failed;
      if (failure) throw new StatementFailed(failure);
    } catch (error) {
      if (!isTransient(error)) throw error;
      // What has succeeded is not put again, or it would seem to have been there.
      await backoff.pause(error);
    }
  }
  return present;
}

/**
 * Puts items that are not there yet, 25 in a call. Each is put by itself: a call that fails may have put some of them.
 * An item costs what a `PutItem` with the condition that it is absent costs.
 *
 * @param items with different keys
 * @returns the items that were there already, which stay as they are. If an answer was lost, these may be items that
 *   this call put
 */
export async function putAbsent(table: string, items: readonly Item[]): Promise<Item[]> {
  const batches = Array.from({ length: Math.ceil(items.length / itemsPerBatch) }, (_, index) =>
    items.slice(index * itemsPerBatch, (index + 1) * itemsPerBatch),
  );
  return (await inParallel(batches, batchesAtOnce, (batch) => putBatch(table, batch))).flat();
}
