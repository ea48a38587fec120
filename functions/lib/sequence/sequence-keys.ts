import { eventIdOfKey } from '../event-log/event-log-table.ts';
import { park } from '../event-log/parked-queue.ts';
import { count, logger, milliseconds } from '../runtime/observability.ts';
import type { ItemKey } from '../runtime/stored-item.ts';
import type { Draft } from './drafts.ts';
import { type Sequenced, sequence } from './sequencer.ts';

/**
 * Sequences the revisions with these keys, and all others of their events that have no position. What fails permanently
 * is parked.
 *
 * @param isDelayed whether a revision, and those after it of the same event, are left without a position for now
 * @returns the events with such revisions, and the entries that were published
 */
export async function sequenceKeys(
  keys: readonly ItemKey[],
  isDelayed?: (draft: Draft) => boolean,
): Promise<Pick<Sequenced, 'delayed' | 'entries'>> {
  const { entries, failures, delayed } = await sequence(keys.map(eventIdOfKey), isDelayed);
  for (const { eventId, reason } of failures) {
    for (const key of keys.filter((key) => eventIdOfKey(key) === eventId)) await park(key, reason);
  }
  for (const { eventId, revision, position, publishedAt, recordedAt, correlationId } of entries) {
    logger.info('Sequenced', { eventId, revision, position, correlationId });
    milliseconds('SequencingLag', Date.parse(publishedAt) - Date.parse(recordedAt));
  }
  count('RevisionsSequenced', entries.length);
  return { delayed, entries };
}
