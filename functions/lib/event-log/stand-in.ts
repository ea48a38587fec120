import { emptyEvent } from '../../../events/content-removal.ts';
import type { Revision } from '../../../events/revision.ts';
import { UnreadableItem } from '../runtime/stored-item.ts';
import type { StandIn } from './published.ts';

/**
 * Makes up revisions that this release cannot read, as if their content was taken down. So an event that cannot be
 * repaired may be taken down.
 *
 * @param isDispensable whether nobody needs the content of an earlier revision
 */
export function standInFor(redaction: Revision, isDispensable: (revision: number) => boolean): StandIn {
  const { eventId, event, newsroom, recordedAt, revision: redactedBy } = redaction;
  return ({ revision, kind }) => {
    if (revision >= redactedBy || !isDispensable(revision)) {
      throw new UnreadableItem(`Revision ${revision} of ${eventId} cannot be read.`);
    }
    return { eventId, revision, kind, event: emptyEvent(event), newsroom, recordedAt, digest: '', redactedBy };
  };
}
