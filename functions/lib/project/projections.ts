import { storyFacet } from '../../../events/filters/facet-keys.ts';
import { storyType } from '../../../events/story.ts';
import { type EventProjection, projectionOf, storyProjectionOf } from '../../../events/timeline/projection.ts';
import type { FeedEntry } from '../event-log/log-items.ts';
import { type PlacedRevision, readContents } from '../event-log/published.ts';

/** The facets that a projection touches. */
export const facetsTouched = ({ latest, touched }: EventProjection) =>
  latest.event.type === storyType ? [storyFacet(latest.event.subject)] : [...touched.keys()];

/** The revision before an entry of an event; none before the first revision. */
function placeBefore({ eventId, revision, previous }: FeedEntry): PlacedRevision[] {
  return previous ? [{ eventId, revision: revision - 1, ...previous }] : [];
}

/**
 * The projections of some entries, one for each event. It reads the revisions of the entries, and for each event the
 * revision before them, consistently.
 *
 * It also waits until the markers are visible, which a transaction wrote together with the entries. So whatever the
 * checkpoint has passed is visible whole, and every consistent read of an event finds it.
 *
 * @throws {UnreadableItem} when a revision cannot be read
 * @throws {IncompleteRead} when a part of a transaction is not visible yet
 */
export async function projectionsOf(entries: readonly FeedEntry[]): Promise<EventProjection[]> {
  const events = [...Map.groupBy(entries, ({ eventId }) => eventId).values()];
  const firsts = events.map(([first]) => first as FeedEntry).filter(({ type }) => type !== storyType);
  const contentOf = await readContents([...entries, ...firsts.flatMap(placeBefore)], 'consistent', entries);
  return events.map((ofEvent) => {
    const revisions = ofEvent.map(contentOf);
    const first = ofEvent[0] as FeedEntry;
    if (first.type === storyType) return storyProjectionOf(revisions);
    const [before] = placeBefore(first).map(contentOf);
    return projectionOf(before ?? null, revisions);
  });
}
