import { randomUUID } from 'node:crypto';
import { type TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { isDryRun } from '../../runtime/dry-run.ts';
import { dynamodb } from '../../runtime/dynamodb.ts';
import { isConditionFailure, isTransient } from '../../runtime/failures.ts';
import { retry } from '../../runtime/retry.ts';
import { ConcurrencyConflict } from './endpoint-state.ts';

/** Transactions on the same item cancel each other, and many include the version of the active endpoints. */
const backoffOptions = { maximumAttempts: 8, firstPauseMs: 20 };

/**
 * Writes all items or none. A conflict with another transaction is retried for about two seconds. A dry run writes
 * none: the conditions only guard against what happens at the same moment.
 *
 * @throws {ConcurrencyConflict} when a condition does not hold
 */
export async function transact(items: readonly TransactWriteItem[]): Promise<void> {
  if (isDryRun()) return;
  // The same for all attempts: one of which the answer was lost is not taken for the write of another request.
  const command = { TransactItems: [...items], ClientRequestToken: randomUUID() };
  const write = () => dynamodb.send(new TransactWriteItemsCommand(command));
  const isRetryable = (error: unknown) => isTransient(error) && !isConditionFailure(error);
  try {
    await retry(write, { ...backoffOptions, isRetryable });
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
    throw new ConcurrencyConflict('The endpoint has changed.', { cause: error });
  }
}
