import { emptyEvent } from '../../../events/content-removal.ts';
import type { PublishedRevision } from '../../../events/revision.ts';
import type { StandIn } from '../event-log/published.ts';
import { UnreadableItem } from '../runtime/stored-item.ts';

/**
 * Makes up revisions that this release cannot read, as if their content was taken down: nothing of them was ever projected. So whoever
 * cannot repair an event may take it down.
 *
 * @param unprojected the first revision that was parked; one before it was projected, and must be read
 */
export function standInFor(redaction: PublishedRevision, unprojected: number | undefined): StandIn {
  const { eventId, event, newsroom, recordedAt, revision: redactedBy } = redaction;
  return ({ revision, kind }) => {
    if (revision >= redactedBy || unprojected === undefined || revision < unprojected) {
      throw new UnreadableItem(`Revision ${revision} of ${eventId} cannot be read.`);
    }
    return { eventId, revision, kind, event: emptyEvent(event), newsroom, recordedAt, digest: '', redactedBy };
  };
}
