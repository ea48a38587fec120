import { readDelivery } from '../subscribers/delivery-lists.ts';
import { readState } from '../subscribers/endpoint-state.ts';
import type { Recipient } from '../subscribers/recipients.ts';
import type { ReceiptsAnswer } from './receipts-answer.ts';

type Receipt = ReceiptsAnswer['receipts'][number];

/** Why who has not acknowledged the current revision has not. */
async function waitsFor({ endpointId, position, revision }: Recipient, eventId: string, current: number) {
  const [state, delivery] = await Promise.all([readState(endpointId), readDelivery(endpointId, position)]);
  if (!state) return 'deleted';
  const isCurrent = revision === current && delivery?.eventId === eventId;
  if (isCurrent && (delivery.status === 'parked' || delivery.status === 'skipped')) return delivery.status;
  if (isCurrent && delivery.status === 'pending' && position <= state.sendAfter) return 'skipped';
  return state.status === 'disabled' || state.status === 'retrying' ? state.status : 'pending';
}

/** Whether an endpoint for which an event was meant has acknowledged its current revision. */
export const isCurrent = ({ acknowledgedRevision }: Recipient, current: number): boolean =>
  acknowledgedRevision === current;

/** What an endpoint has acknowledged of an event, and if that is not the current revision, why. */
export async function receiptOf(reach: Recipient, eventId: string, current: number): Promise<Receipt> {
  const { endpointId, owner, acknowledgedRevision = null, ackedAt = null } = reach;
  const acknowledged = isCurrent(reach, current);
  const status = acknowledged ? 'acknowledged' : await waitsFor(reach, eventId, current);
  return {
    endpoint: endpointId,
    owner,
    revision: acknowledgedRevision,
    acknowledgedAt: ackedAt,
    current: acknowledged,
    status,
  };
}
