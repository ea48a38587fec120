import { setTimeout } from 'node:timers/promises';
import { type TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../runtime/dynamodb.ts';
import { isConditionFailure, isTransient } from '../runtime/failures.ts';
import { ConcurrencyConflict } from './endpoint-state.ts';

/** Transactions that touch the same item cancel each other; the registry's version is in many. */
const maximumAttempts = 8;
const firstPauseMs = 10;

/**
 * Writes all of it or nothing. What another transaction is in the way of is tried again for about two seconds.
 *
 * @throws {ConcurrencyConflict} if a condition does not hold
 */
export async function transact(items: readonly TransactWriteItem[]): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await dynamodb.send(new TransactWriteItemsCommand({ TransactItems: [...items] }));
      return;
    } catch (error) {
      if (isConditionFailure(error)) throw new ConcurrencyConflict('The endpoint has changed.', { cause: error });
      if (!isTransient(error) || attempt === maximumAttempts) throw error;
      await setTimeout(Math.random() * firstPauseMs * 2 ** attempt);
    }
  }
}
