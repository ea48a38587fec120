import { type TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../runtime/dynamodb.ts';
import { isTransient } from '../runtime/failures.ts';
import { retry } from '../runtime/retry.ts';

/**
 * The time of a write is at most this much earlier than the write: then it is given up, and attempted anew with another
 * time.
 */
const attemptMs = 2_500;

const retryOptions = { maximumAttempts: 3, firstPauseMs: 20, isRetryable: isTransient };

/**
 * Makes a transaction that stores its own time. Readers rely on it: for some seconds after it, replicas may be behind.
 * The client may take much longer for its attempts, and then a time that was taken before the first of them would be
 * long ago when the last succeeds.
 *
 * @param itemsAt the writes, at an instant (RFC 3339)
 * @throws {TransactionCanceledException} when a condition does not hold. An attempt whose answer was lost may have been
 *   carried out
 */
export function writeDated(itemsAt: (now: string) => readonly TransactWriteItem[]): Promise<void> {
  return retry(async () => {
    const TransactItems = [...itemsAt(new Date().toISOString())];
    const abortSignal = AbortSignal.timeout(attemptMs);
    await dynamodb.send(new TransactWriteItemsCommand({ TransactItems }), { abortSignal });
  }, retryOptions);
}
