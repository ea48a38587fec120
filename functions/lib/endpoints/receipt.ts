import { readDelivery } from '../subscribers/deliveries/delivery-lists.ts';
import type { Recipient } from '../subscribers/deliveries/recipients.ts';
import { readState } from '../subscribers/endpoints/endpoint-state.ts';
import { logUnreadable } from '../subscribers/table/unreadable-items.ts';
import type { ReceiptsAnswer } from './receipts-answer.ts';

type Receipt = ReceiptsAnswer['receipts'][number];

/** Why a recipient has not acknowledged the current revision. */
async function openStatus(
  { endpointId, position, revision }: Recipient,
  eventId: string,
  currentRevision: number,
): Promise<Receipt['status']> {
  const [state, delivery] = await Promise.all([readState(endpointId), readDelivery(endpointId, position)]);
  if (!state) return 'deleted';
  const isQueued = revision === currentRevision && delivery?.eventId === eventId;
  if (isQueued && (delivery.status === 'parked' || delivery.status === 'skipped')) return delivery.status;
  if (isQueued && delivery.status === 'pending' && position <= state.sendAfter) return 'skipped';
  return state.status === 'disabled' || state.status === 'retrying' ? state.status : 'pending';
}

/** Whether a recipient has acknowledged the current revision. */
export const isCurrent = ({ acknowledgedRevision }: Recipient, currentRevision: number): boolean =>
  acknowledgedRevision === currentRevision;

/**
 * What a recipient acknowledged of an event, and the state of the current revision; null if its endpoint or its
 * delivery cannot be read, so that the receipts of other endpoints can be shown.
 */
export async function receiptOf(
  recipient: Recipient,
  eventId: string,
  currentRevision: number,
): Promise<Receipt | null> {
  const { endpointId, owner, acknowledgedRevision = null, acknowledgedAt = null } = recipient;
  const current = isCurrent(recipient, currentRevision);
  try {
    const status = current ? 'acknowledged' : await openStatus(recipient, eventId, currentRevision);
    return { endpoint: endpointId, owner, revision: acknowledgedRevision, acknowledgedAt, current, status };
  } catch (error) {
    logUnreadable(error);
    return null;
  }
}
