import { type TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../runtime/dynamodb.ts';
import { isConditionFailure, isTransient } from '../runtime/failures.ts';
import { retry } from '../runtime/retry.ts';
import { ConcurrencyConflict } from './endpoint-state.ts';

/** Transactions that touch the same item cancel each other; the registry's version is in many. */
const backoffOptions = { maximumAttempts: 8, firstPauseMs: 20 };

/**
 * Writes all of it or nothing. What another transaction is in the way of is tried again for about two seconds.
 *
 * @throws {ConcurrencyConflict} if a condition does not hold
 */
export async function transact(items: readonly TransactWriteItem[]): Promise<void> {
  const write = () => dynamodb.send(new TransactWriteItemsCommand({ TransactItems: [...items] }));
  const isRetryable = (error: unknown) => isTransient(error) && !isConditionFailure(error);
  try {
    await retry(write, { ...backoffOptions, isRetryable });
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
    throw new ConcurrencyConflict('The endpoint has changed.', { cause: error });
  }
}
