import type { Revision } from '../../../events/revision.ts';
import { readRevision } from '../event-log/log.ts';
import type { ListedRedaction, OpenRedaction } from '../redactions/redaction-state.ts';
import { lastListedRedaction, lastOpenRedaction } from '../redactions/redactions.ts';

/** A redaction as it is stored until it is done. @param revision the revision that takes content down */
export function openedBy({ eventId, revision, note = '', redaction, newsroom, recordedAt }: Revision): OpenRedaction {
  if (!redaction) throw new TypeError('The revision is no redaction.');
  const { reason, revisions, by } = redaction;
  const taken = { reason, ...(revisions && { revisions }), by };
  return { eventId, revision, note, ...taken, newsroom, requestedAt: recordedAt, step: 'publish' };
}

/** Whether the revision of an open redaction is in the log. One that was interrupted before was never acknowledged. */
async function isAcknowledged({ eventId, revision, step }: OpenRedaction): Promise<boolean> {
  if (step !== 'publish') return true;
  return (await readRevision(eventId, revision))?.redaction !== undefined;
}

/** The last redaction of an event; null if there is none. @returns the open one if it is not done */
export async function storedRedaction(eventId: string): Promise<OpenRedaction | ListedRedaction | null> {
  const [open, listed] = await Promise.all([lastOpenRedaction(eventId), lastListedRedaction(eventId)]);
  if (open && open.revision >= (listed?.revision ?? 0) && (await isAcknowledged(open))) return open;
  return listed;
}
