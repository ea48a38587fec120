import { messageOf } from '../../../events/webhooks/message.ts';
import { feedAfter, UnreadableEntry } from '../event-log/feed.ts';
import { latestRevision, revisionsOf, sequencedOf } from '../event-log/log.ts';
import type { FeedEntry } from '../event-log/log-items.ts';
import { IncompleteRead } from '../runtime/failures.ts';
import { logger } from '../runtime/observability.ts';
import { recordAttempt } from '../subscribers/attempts.ts';
import { type Delivery, settleDelivery, startDelivery } from '../subscribers/deliveries.ts';
import type { OutgoingMessage } from './post-message.ts';
import { isoNow, type Run } from './run.ts';

async function entryAt(position: number): Promise<FeedEntry> {
  const { entries } = await feedAfter(position - 1, 1, true);
  const [entry] = entries;
  if (!entry) throw new IncompleteRead(`Position ${position} is not visible yet.`);
  return entry;
}

/** Whether the event of a delivery is retracted by a revision that may be told of. */
async function isRetractedBy({ eventId, kind }: Delivery, through: number): Promise<boolean> {
  if (kind === 'retracted') return false;
  // A retraction is final, and so the latest.
  if ((await latestRevision(eventId))?.kind !== 'retracted') return false;
  const placed = sequencedOf(await revisionsOf(eventId, true));
  return placed.some((revision) => revision.kind === 'retracted' && revision.position <= through);
}

async function parkUnreadable(run: Run, { position }: Delivery, error: UnreadableEntry): Promise<void> {
  const at = isoNow(run);
  logger.error('A message cannot be made.', error);
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
    const [entry, isRetracted] = await Promise.all([entryAt(position), isNew && isRetractedBy(delivery, through)]);
    if (isRetracted) {
      await settleDelivery(id, position, 'withdrawn', isoNow(run));
      return { settled: 'withdrawn' };
    }
    const { previousPosition = null } = isNew
      ? await startDelivery(id, position, await previous(), isoNow(run))
      : delivery;
    const body = JSON.stringify(messageOf(entry, previousPosition));
    return { message: { id: `${entry.eventId}_${entry.revision}`, body } };
  } catch (error) {
    if (!(error instanceof UnreadableEntry)) throw error;
    await parkUnreadable(run, delivery, error);
    return { settled: 'parked' };
  }
}
