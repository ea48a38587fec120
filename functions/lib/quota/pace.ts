import { countedPace, maximumPace, paceExceeded } from '../../../events/pace.ts';
import type { AccessTable } from '../keys/access-table.ts';
import { limitsIn, reserveInWindow } from '../keys/newsroom-quota.ts';
import { isDryRun } from '../runtime/dry-run.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { environment } from '../runtime/environment.ts';
import { count, logger } from '../runtime/observability.ts';
import { within } from '../runtime/within.ts';
import { knownPace, notePace, tryOut } from './known-use.ts';

/** A batch waits for its reservation this long at most. */
const reservingTimeoutMs = 250;

/** How much a newsroom may write in a window. Tests replace it. */
export const pacing = { most: maximumPace };

const table: AccessTable = { client: dynamodb, name: environment('ACCESS_TABLE') };
const defaults = limitsIn(environment('DEFAULT_QUOTA'));

/** Whether there is room for a batch that is tried, as far as this instance knows. A dry run reserves nothing. */
function hasKnownRoom(newsroom: string, amount: number, now: number): boolean {
  const { counted, uncounted } = knownPace(newsroom, now);
  return counted + uncounted + amount <= pacing.most;
}

async function isReserved(newsroom: string, amount: number, now: number): Promise<boolean> {
  try {
    const reservation = { newsroom, amount, most: pacing.most, now, defaults };
    const { added, inWindow } = await within(reservingTimeoutMs, (signal) =>
      reserveInWindow(table, reservation, signal),
    );
    notePace(newsroom, countedPace(knownPace(newsroom, now), added, inWindow));
    return added > 0;
  } catch (error) {
    // As with quotas, a newsroom is not locked out by our faults.
    count('QuotaCountsLost');
    logger.error('The pace of a newsroom was not checked.', error as Error);
    return true;
  }
}

/**
 * Reserves what a batch writes, before it is written. It takes one more write for the whole batch, and holds for all
 * instances and keys: batches are the way to write much at once.
 *
 * @param amount events of the batch, at least one
 * @throws {PaceExceeded} if the newsroom has no room for it in this window, or tries too much
 */
export async function reservePace(newsroom: string, amount: number): Promise<void> {
  const now = Date.now();
  if (isDryRun()) tryOut(newsroom, amount, now);
  const hasRoom = isDryRun() ? hasKnownRoom(newsroom, amount, now) : await isReserved(newsroom, amount, now);
  if (hasRoom) return;
  count('QuotaRefusals');
  throw paceExceeded(newsroom, now);
}
