import type { Place } from '../../../events/revision.ts';
import { type EventItems, eventsIn, logInUse, putAbsentItems } from '../event-log/log-copy.ts';
import { feedItem, placeOfItem, revisionOfItem } from '../event-log/log-items.ts';
import { draftOf } from '../sequence/drafts.ts';
import type { FeedComparison, LostRange } from './compare-feeds.ts';
import { fillLost } from './fill-lost.ts';

/** The last position that was ever used, if neither feed has it, with the instant of its publication. */
function lastUsed({ lost, head }: FeedComparison, used: Place): LostRange | null {
  const range = lost.at(-1);
  if (!range || range.last <= head.position) return null;
  const earliest = Date.parse(range.after) + range.last - range.first;
  const after = Math.max(earliest, Date.parse(used.publishedAt) - 1);
  return { first: range.last, last: range.last, after: new Date(after).toISOString() };
}

/**
 * Puts the entry of a revision whose marker names a position again. Without its content, that is left for when all
 * others are known.
 */
async function putEntryAgain({ revisions, markers }: EventItems, number: number, place: Place): Promise<void> {
  const revision = revisions.get(number);
  if (!revision) return;
  const before = markers.get(number - 1);
  const { entry } = draftOf(revisionOfItem(revision));
  await putAbsentItems([feedItem({ ...entry, ...place, ...(before && { previous: placeOfItem(before) }) })]);
}

/**
 * Holds the last position that was ever used, so that what is accepted meanwhile gets later positions than any that
 * were lost: by its own entry if a marker in the log in use names the position, else by one that says that it was lost.
 *
 * @param used the last position that was ever published
 * @returns the position if it is lost; null if it is not, or neither feed has lost its end
 */
export async function holdLastPosition(compared: FeedComparison, used: Place): Promise<LostRange | null> {
  const last = lastUsed(compared, used);
  if (!last) return null;
  for await (const event of eventsIn(logInUse)) {
    for (const [number, marker] of event.markers) {
      const place = placeOfItem(marker);
      // After the log was damaged, something may have been published before it that is later.
      if (place.position !== last.first || place.publishedAt <= compared.head.publishedAt) continue;
      await putEntryAgain(event, number, place);
      return null;
    }
  }
  await fillLost(last);
  return last;
}
