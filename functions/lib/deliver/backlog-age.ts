import { largestPosition } from '../../../events/revision-fields.ts';
import { feedAfter, UnreadableEntry } from '../event-log/feed.ts';
import { deliveriesAfter } from '../subscribers/delivery-lists.ts';
import { isActive, readState } from '../subscribers/endpoint-state.ts';
import { readFanOutCheckpoint } from '../subscribers/fan-out-checkpoint.ts';
import { readCheckpoint } from '../timelines/checkpoint.ts';

/**
 * For how long the first message has waited that is to be sent to an endpoint, in milliseconds. Endpoints that fail, and what they missed
 * of the past, take as long as they take: that is no fault of ours.
 *
 * @param now epoch milliseconds
 */
export async function backlogAge(endpointId: string, now: number): Promise<number> {
  const state = await readState(endpointId);
  if (!state || !isActive(state) || state.status === 'retrying' || state.backfill) return 0;
  const [first] = await deliveriesAfter(endpointId, state.sendAfter, largestPosition, 1);
  return first?.status === 'pending' ? Math.max(0, now - Date.parse(first.queuedAt)) : 0;
}

/**
 * For how long the first entry has been published that is projected and not fanned out yet, in milliseconds.
 *
 * @param now epoch milliseconds
 */
export async function fanOutLag(now: number): Promise<number> {
  const [projected, fannedOut] = await Promise.all([readCheckpoint(), readFanOutCheckpoint(true)]);
  if (projected.position <= fannedOut.position) return 0;
  try {
    const { entries } = await feedAfter(fannedOut.position, 1, true);
    return entries[0] ? Math.max(0, now - Date.parse(entries[0].publishedAt)) : 0;
  } catch (error) {
    if (error instanceof UnreadableEntry) return Math.max(0, now - Date.parse(error.place.publishedAt));
    throw error;
  }
}
