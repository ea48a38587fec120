import { NotFound } from '../../../events/input/errors.ts';
import type { PublishedRevision } from '../../../events/revision.ts';
import { storyType } from '../../../events/story.ts';
import { publishedRevisions } from '../event-log/log.ts';
import { eventIdIn } from '../http/event-id.ts';
import type { Request } from '../http/request.ts';

/** Revisions are published in order, but a read may see the position of one and not yet that of the one before. */
const hasGap = (published: readonly PublishedRevision[]) => published.some(({ revision }, index) => revision !== index);

/**
 * The published revisions of the event in the path, from the first on, at least one; and whether more were accepted and wait for
 * their position.
 *
 * @param requested the only revision that is needed, if it is only one
 * @param consistent whether everything published by now must be seen
 * @throws {NotFound} if there is no such event, or none yet
 */
export async function publishedEvent(
  request: Pick<Request, 'pathParameters'>,
  requested?: number,
  consistent = false,
): Promise<{ published: readonly PublishedRevision[]; waiting: boolean }> {
  const eventId = eventIdIn(request);
  const seen = await publishedRevisions(eventId, requested, consistent);
  const { published, waiting } = hasGap(seen.published) ? await publishedRevisions(eventId, requested, true) : seen;
  const [first] = published;
  if (!first && waiting)
    throw new NotFound('The event was accepted but is not published yet. Try again in a second.', true);
  if (!first || first.event.type === storyType) throw new NotFound('There is no event with this id.');
  return { published, waiting };
}
