import { readRevision } from '../event-log/log.ts';
import type { ListedRedaction, OpenRedaction } from '../redactions/redaction-state.ts';
import {
  lastListedRedaction,
  lastOpenRedaction,
  listedRedactionAt,
  openRedactionAt,
} from '../redactions/redactions.ts';

/**
 * Whether the revision of an open redaction is in the log. A request that was interrupted before that was never
 * acknowledged.
 */
async function isAcknowledged({ eventId, revision, step }: OpenRedaction): Promise<boolean> {
  if (step !== 'publish') return true;
  return (await readRevision(eventId, revision))?.redaction !== undefined;
}

/** @param listed the last one in the list, or the one of the same number as the open one */
async function latestOf(
  open: OpenRedaction | null,
  listed: ListedRedaction | null,
): Promise<OpenRedaction | ListedRedaction | null> {
  const isLast = open !== null && open.revision >= (listed?.revision ?? 0);
  if (!isLast || !(await isAcknowledged(open))) return listed;
  const note = open.revision === listed?.revision ? listed.note : open.note;
  return { ...open, ...(note !== undefined && { note }) };
}

/** The last redaction of an event, the open one if it is not done; null if there is none. */
export async function storedRedaction(eventId: string): Promise<OpenRedaction | ListedRedaction | null> {
  return latestOf(...(await Promise.all([lastOpenRedaction(eventId), lastListedRedaction(eventId)])));
}

/**
 * One redaction of an event, as `storedRedaction`.
 *
 * @param revision the number of the revision that takes content down
 */
export async function storedRedactionAt(
  eventId: string,
  revision: number,
): Promise<OpenRedaction | ListedRedaction | null> {
  return latestOf(...(await Promise.all([openRedactionAt(eventId, revision), listedRedactionAt(eventId, revision)])));
}
