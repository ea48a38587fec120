import { NotFound, NotPublishedYet } from '../../../../events/input/errors.ts';
import type { PublishedRevision } from '../../../../events/revision.ts';
import { storyType } from '../../../../events/story.ts';

/**
 * Asserts that a revision is of an event that can be shown.
 *
 * @param waiting whether the event was accepted and is not published yet
 * @throws {NotFound} if there is no such event, or none yet
 */
export function assertPublished(
  published: PublishedRevision | null,
  waiting: boolean,
): asserts published is PublishedRevision {
  if (!published && waiting) {
    throw new NotPublishedYet('The event was accepted but is not published yet. Try again in a second.');
  }
  if (!published || published.event.type === storyType) throw new NotFound('There is no event with this id.');
}
