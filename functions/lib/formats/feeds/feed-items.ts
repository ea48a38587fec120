import { entriesOf, type ShownEntry } from '../entry.ts';
import type { TimelineDocument } from '../format.ts';
import type { ShownRemoval } from '../removal.ts';

/**
 * An entry in a feed, with the instant at which its event was first published. A correction changes the entry, and not
 * this instant.
 */
export interface FeedEntryItem {
  readonly entry: ShownEntry;
  readonly publishedAt: string;
}

/** An item of a feed: an entry, or an event that has left the timeline. */
export type FeedItem = FeedEntryItem | { readonly removal: ShownRemoval };

const changedAt = (item: FeedItem) => ('removal' in item ? item.removal.at : item.entry.publishedAt);

/**
 * The items of a feed: its entries in their order, and where there are removals, all by when they changed, the newest
 * first.
 */
export function feedItemsOf(document: TimelineDocument): FeedItem[] {
  const { removals = [], firstPublished } = document;
  const entries = entriesOf(document).map((entry) => ({
    entry,
    publishedAt: firstPublished?.get(entry.id) ?? entry.publishedAt,
  }));
  if (removals.length === 0) return entries;
  const items: FeedItem[] = [...entries, ...removals.map((removal) => ({ removal }))];
  return items.sort((one, other) => (changedAt(one) < changedAt(other) ? 1 : -1));
}

/** The items of a feed, each written by the function for its kind. */
export const eachFeedItem = <Written>(
  document: TimelineDocument,
  write: { entry: (item: FeedEntryItem) => Written; removal: (removal: ShownRemoval) => Written },
): Written[] =>
  feedItemsOf(document).map((item) => ('removal' in item ? write.removal(item.removal) : write.entry(item)));
