import { messageOf } from '../../../events/webhooks/message.ts';
import { latestMarker } from '../event-log/log.ts';
import { publishedRevision } from '../event-log/log-items.ts';
import type { SendableRevision } from '../event-log/published.ts';
import { isFaultOfItem } from '../runtime/failures.ts';
import { count, logger } from '../runtime/observability.ts';
import { recordAttempt } from '../subscribers/deliveries/attempts.ts';
import { type Delivery, settleDelivery, startDelivery } from '../subscribers/deliveries/deliveries.ts';
import type { FanOutCheckpoint } from '../subscribers/fan-out/fan-out-checkpoint.ts';
import { isBeingTakenDown, withoutTakenDownNote } from '../subscribers/fan-out/taken-down.ts';
import type { OutgoingMessage } from './post-message.ts';
import { isoNow, type Run } from './run.ts';

/**
 * Whether the event of a delivery is retracted, at a position through which messages may be sent, before its first
 * attempt.
 */
async function isRetractedBy(
  { eventId, kind, startedAt }: Delivery,
  { isLatest }: SendableRevision,
  { position }: FanOutCheckpoint,
): Promise<boolean> {
  if (kind === 'retracted' || startedAt !== undefined || isLatest) return false;
  // A retraction is final, and so the latest.
  const latest = await latestMarker(eventId, 'consistent');
  return latest?.kind === 'retracted' && latest.position <= position;
}

async function withdraw(run: Run, { position }: Delivery): Promise<{ settled: 'withdrawn' }> {
  await settleDelivery(run.endpoint.id, position, 'withdrawn', isoNow(run));
  return { settled: 'withdrawn' };
}

async function parkUnreadable(run: Run, { eventId, revision, position }: Delivery, error: unknown): Promise<void> {
  const at = isoNow(run);
  const { id: endpointId } = run.endpoint;
  logger.error('The message of a delivery cannot be made. The delivery is parked.', {
    endpointId,
    eventId,
    revision,
    position,
    error: error as Error,
  });
  await recordAttempt(endpointId, position, { at, outcome: 'unreadable_entry', durationMs: 0, answer: null });
  await settleDelivery(endpointId, position, 'parked', at);
  count('DeliveriesParked');
}

/** The result of work on the revision of a delivery; null if the revision is at fault, and the delivery was parked. */
async function resultOrPark<Result extends object>(
  run: Run,
  delivery: Delivery,
  work: () => Result | Promise<Result>,
): Promise<Result | null> {
  try {
    return await work();
  } catch (error) {
    if (!isFaultOfItem(error)) throw error;
    await parkUnreadable(run, delivery, error);
    return null;
  }
}

/**
 * Makes the message of a delivery. The position of the previous message is stored before the first attempt, so that the
 * same id always has the same body.
 *
 * @param read returns the revision of the delivery, which was read
 * @param previous returns the position of the previous message
 * @param checkpoint the checkpoint of fan-out. Messages through its position may be sent
 * @returns the message, and the id of the request that wrote its revision; or the status of the delivery if it was
 *   settled instead: its event was retracted, its content was taken down, or the message cannot be made
 */
export async function messageToSend(
  run: Run,
  delivery: Delivery,
  read: () => SendableRevision,
  previous: () => Promise<number | null>,
  checkpoint: FanOutCheckpoint,
): Promise<{ message: OutgoingMessage; correlationId: string } | { settled: 'withdrawn' | 'parked' }> {
  const { id } = run.endpoint;
  const { position } = delivery;
  const known = await resultOrPark(run, delivery, async () => {
    const sendable = read();
    const { correlationId } = sendable.logged;
    const [isRetracted, isTakenDown] = await Promise.all([
      isRetractedBy(delivery, sendable, checkpoint),
      isBeingTakenDown(delivery, checkpoint),
    ]);
    const revision = await withoutTakenDownNote(publishedRevision(sendable.logged, delivery), checkpoint);
    return { revision, correlationId, isRetracted, isTakenDown };
  });
  if (known === null) return { settled: 'parked' };
  const { revision, correlationId, isRetracted, isTakenDown } = known;
  if (isRetracted || isTakenDown || revision.redactedBy !== undefined) return withdraw(run, delivery);
  // A delivery that cannot be read is no fault of the revision: it fails the run, and nothing is parked.
  const { previousPosition = null, redactedBy } =
    delivery.startedAt === undefined ? await startDelivery(id, position, await previous(), isoNow(run)) : delivery;
  if (redactedBy !== undefined) return withdraw(run, delivery);
  const message = await resultOrPark(run, delivery, () => ({
    id: `${revision.eventId}_${revision.revision}`,
    body: JSON.stringify(messageOf(revision, previousPosition)),
  }));
  return message === null ? { settled: 'parked' } : { message, correlationId };
}
