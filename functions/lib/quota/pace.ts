import { paceExceeded, paceWindowEnd } from '../../../events/quota.ts';
import type { AccessTable } from '../keys/access-table.ts';
import { reserveInWindow } from '../keys/newsroom-quota.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { environment } from '../runtime/environment.ts';
import { count, logger } from '../runtime/observability.ts';
import { within } from '../runtime/within.ts';

/** A batch waits for its reservation this long at most. */
const reservingTimeoutMs = 250;

const table: AccessTable = { client: dynamodb, name: environment('ACCESS_TABLE') };

async function isReserved(newsroom: string, amount: number, now: number): Promise<boolean> {
  try {
    return await within(reservingTimeoutMs, (signal) => reserveInWindow(table, { newsroom, amount, now }, signal));
  } catch (error) {
    // As with quotas, a newsroom is not locked out by our faults.
    count('QuotaCountsLost');
    logger.error('The pace of a newsroom was not checked.', error as Error);
    return true;
  }
}

/**
 * Reserves what a batch writes, before it is written. It takes one more write for the whole batch, and holds for all instances and keys:
 * batches are the way to write much at once.
 *
 * @throws {PaceExceeded} if the newsroom has no room for it in this window
 */
export async function reservePace(newsroom: string, amount: number): Promise<void> {
  const now = Date.now();
  if (await isReserved(newsroom, amount, now)) return;
  count('QuotaRefusals');
  throw paceExceeded(newsroom, paceWindowEnd(now), now);
}
