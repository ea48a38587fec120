import type { PublishedRevision } from '../../../events/revision.ts';
import { messageOf } from '../../../events/webhooks/message.ts';
import { latestMarker, readRevision } from '../event-log/log.ts';
import { publishedRevision } from '../event-log/log-items.ts';
import { IncompleteRead, isFaultOfItem } from '../runtime/failures.ts';
import { logger } from '../runtime/observability.ts';
import { recordAttempt } from '../subscribers/attempts.ts';
import { type Delivery, settleDelivery, startDelivery } from '../subscribers/deliveries.ts';
import type { OutgoingMessage } from './post-message.ts';
import { isoNow, type Run } from './run.ts';

async function revisionOf(delivery: Delivery): Promise<PublishedRevision> {
  const { eventId, revision } = delivery;
  const logged = await readRevision(eventId, revision);
  if (!logged) throw new IncompleteRead(`Revision ${revision} of ${eventId} is not visible yet.`);
  return publishedRevision(logged, delivery);
}

/** Whether the event of a delivery is retracted by a revision that may be told of. */
async function isRetractedBy({ eventId, kind }: Delivery, through: number): Promise<boolean> {
  if (kind === 'retracted') return false;
  // A retraction is final, and so the latest.
  const latest = await latestMarker(eventId, true);
  return latest?.kind === 'retracted' && latest.position <= through;
}

async function parkUnreadable(run: Run, { position }: Delivery, error: unknown): Promise<void> {
  const at = isoNow(run);
  logger.error('A message cannot be made.', error as Error);
  await recordAttempt(run.endpoint.id, position, { at, outcome: 'unreadable_entry', durationMs: 0, answer: null });
  await settleDelivery(run.endpoint.id, position, 'parked', at);
}

/**
 * Makes the message of a delivery. What it says of the message before it is written down before it is sent for the first time, and
 * then stands: the same id has the same body for ever.
 *
 * @param previous tells the position of the message before it
 * @param through what is beyond this position may not be told of
 * @returns null if there is nothing to be sent, and the delivery is settled: its event was retracted before
 */
export async function messageToSend(
  run: Run,
  delivery: Delivery,
  previous: () => Promise<number | null>,
  through: number,
): Promise<{ message: OutgoingMessage } | { settled: 'withdrawn' | 'parked' }> {
  const { id } = run.endpoint;
  const { position } = delivery;
  try {
    const isNew = delivery.startedAt === undefined;
    const [revision, isRetracted] = await Promise.all([
      revisionOf(delivery),
      isNew && isRetractedBy(delivery, through),
    ]);
    if (isRetracted) {
      await settleDelivery(id, position, 'withdrawn', isoNow(run));
      return { settled: 'withdrawn' };
    }
    const { previousPosition = null } = isNew
      ? await startDelivery(id, position, await previous(), isoNow(run))
      : delivery;
    const body = JSON.stringify(messageOf(revision, previousPosition));
    return { message: { id: `${revision.eventId}_${revision.revision}`, body } };
  } catch (error) {
    if (!isFaultOfItem(error)) throw error;
    await parkUnreadable(run, delivery, error);
    return { settled: 'parked' };
  }
}
