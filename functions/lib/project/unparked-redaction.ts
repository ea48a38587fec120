import { ContentRemoval } from '../../../events/content-removal.ts';
import type { PublishedRevision } from '../../../events/revision.ts';
import { storyType } from '../../../events/story.ts';
import { type EventProjection, projectionOf, storyProjectionOf } from '../../../events/timeline/projection.ts';
import type { FeedEntry } from '../event-log/log-items.ts';
import { publishedPage, readContents } from '../event-log/published.ts';
import { standInFor } from '../event-log/stand-in.ts';

const revisionsPerRead = 100;

/**
 * The projection of a redaction, and of the revisions of its event that were parked before it: without the content that
 * it takes down, and as far as they can be read. So an entry that cannot be projected does not keep its event in the
 * timelines.
 *
 * @param firstParked the number of the first revision that is parked
 */
export async function unparkedRedaction(entry: FeedEntry, firstParked: number): Promise<EventProjection> {
  const { eventId, revision, type } = entry;
  const redaction = (await readContents([entry], 'consistent', [entry]))(entry);
  const standIn = standInFor(redaction, (number) => number >= firstParked);
  const removal = new ContentRemoval(redaction);
  const revisions: PublishedRevision[] = [];
  let before: PublishedRevision | null = null;
  for (let after = -1; after < revision; ) {
    const page = await publishedPage(eventId, after, revisionsPerRead, standIn);
    for (const logged of page.revisions.filter((read) => read.revision <= revision)) {
      const clean = removal.next(logged);
      if (logged.revision >= firstParked) revisions.push(clean);
      else before = logged;
    }
    after = page.revisions.at(-1)?.revision ?? revision;
  }
  return type === storyType ? storyProjectionOf(revisions) : projectionOf(before, revisions);
}
