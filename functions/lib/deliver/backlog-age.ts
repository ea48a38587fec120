import { largestPosition } from '../../../events/revision-fields.ts';
import { feedAfter, UnreadableEntry } from '../event-log/feed.ts';
import { deliveriesAfter } from '../subscribers/deliveries/delivery-lists.ts';
import { isActive, readState } from '../subscribers/endpoints/endpoint-state.ts';
import { readFanOutCheckpoint } from '../subscribers/fan-out/fan-out-checkpoint.ts';
import { logUnreadable } from '../subscribers/table/unreadable-items.ts';
import { readCheckpoint } from '../timelines/checkpoint.ts';

/**
 * How long the first pending delivery of an endpoint has been waiting, in milliseconds. It is 0 for an endpoint that
 * fails or that is still being backfilled or behind, where long waits are no fault of this system, and for one that
 * cannot be read: its worker counts it as unserved, which raises an alarm. A message that was queued in the future
 * counts as old as it is ahead, since a clock was wrong by so much.
 *
 * @param now epoch milliseconds
 */
export async function backlogAge(endpointId: string, now: number): Promise<number> {
  try {
    const state = await readState(endpointId);
    if (!state || !isActive(state) || state.status === 'retrying' || state.backfill || state.behindFrom) return 0;
    const [first] = await deliveriesAfter(endpointId, state.sendAfter, largestPosition, 1);
    return first?.status === 'pending' ? Math.abs(now - Date.parse(first.queuedAt)) : 0;
  } catch (error) {
    logUnreadable(error);
    return 0;
  }
}

/**
 * How long the first revision that is projected but not fanned out yet has been published, in milliseconds.
 *
 * @param now epoch milliseconds
 */
export async function fanOutLag(now: number): Promise<number> {
  const [projected, fannedOut] = await Promise.all([readCheckpoint(), readFanOutCheckpoint('consistent')]);
  if (projected.position <= fannedOut.position) return 0;
  try {
    const { entries } = await feedAfter(fannedOut.position, 1, 'consistent');
    return entries[0] ? Math.max(0, now - Date.parse(entries[0].publishedAt)) : 0;
  } catch (error) {
    if (error instanceof UnreadableEntry) return Math.max(0, now - Date.parse(error.place.publishedAt));
    throw error;
  }
}
