import { NotFound } from '../../../events/input/errors.ts';
import type { PublishedRevision } from '../../../events/revision.ts';
import { storyType } from '../../../events/story.ts';
import { publishedRevisions } from '../event-log/log.ts';
import { eventIdIn } from '../http/event-id.ts';
import type { Request } from '../http/request.ts';

/** Revisions join the record in order; a read may see the place of one and not yet that of the one before. */
const hasGap = (published: readonly PublishedRevision[]) => published.some(({ revision }, index) => revision !== index);

/**
 * The revisions of the event in the path that have their place in the record, from the first on, at least one; and whether
 * more have been accepted and wait for theirs.
 *
 * @param asked the revision that matters, if one does
 * @param consistent whether all that has joined the record by now must be seen
 * @throws NotFound if there is no such event, or none yet
 */
export async function publishedEvent(
  request: Pick<Request, 'pathParameters'>,
  asked?: number,
  consistent = false,
): Promise<{ published: readonly PublishedRevision[]; waiting: boolean }> {
  const eventId = eventIdIn(request);
  const seen = await publishedRevisions(eventId, asked, consistent);
  const { published, waiting } = hasGap(seen.published) ? await publishedRevisions(eventId, asked, true) : seen;
  const [first] = published;
  if (!first && waiting) throw new NotFound('The event was accepted and is about to join the record.', true);
  if (!first || first.event.type === storyType) throw new NotFound('There is no event of this id.');
  return { published, waiting };
}
