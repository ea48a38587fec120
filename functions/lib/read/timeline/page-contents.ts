import type { Removal } from '../../../../events/timeline/removal.ts';
import { firstPublications } from '../../event-log/published.ts';
import type { TimelineDocument } from '../../formats/format.ts';
import type { Consistency } from '../../runtime/consistency.ts';
import type { PageItem } from './page.ts';

/**
 * When the events of corrected entries and of removals were first published, by id. What has one revision needs no
 * read.
 */
export function firstPublishedOf(
  items: readonly PageItem[],
  removed: readonly Removal[],
  consistency: Consistency,
): Promise<ReadonlyMap<string, string>> {
  const later = items.filter(({ revision }) => revision > 0).map(({ eventId }) => eventId);
  return firstPublications([...new Set([...later, ...removed.map(({ id }) => id)])], consistency);
}

/**
 * The entries and removals of a document.
 *
 * @param removed removals that are not among the items
 */
export function contentsOfItems(
  items: readonly PageItem[],
  removed: readonly Removal[],
  firstPublished: ReadonlyMap<string, string>,
): Pick<TimelineDocument, 'entries' | 'removals' | 'firstPublished'> {
  const removals = [...items.flatMap(({ removal }) => removal ?? []), ...removed];
  return {
    entries: items.flatMap(({ entry }) => entry ?? []),
    removals: removals.map((removal) => ({ ...removal, publishedAt: firstPublished.get(removal.id) ?? removal.at })),
    firstPublished,
  };
}
