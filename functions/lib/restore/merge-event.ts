import { isDeepStrictEqual } from 'node:util';
import type { Revision } from '../../../events/revision.ts';
import { feedEntryKey } from '../event-log/event-log-table.ts';
import { type EventItems, eventItemsIn, itemsIn, type LogTable, logInUse } from '../event-log/log-copy.ts';
import { contentOfItem, readablePartOfItem } from '../event-log/log-items.ts';
import { type Item, keyOfItem } from '../runtime/stored-item.ts';
import { type CleanEvent, cleanEvent } from './clean-event.ts';
import type { Removals } from './removals.ts';
import { type MergedPlace, mergedPlace, positionOf, type RevisionOfBoth, revisionOfBoth } from './revision-of-both.ts';

/** What is to be done with an event of a backup. */
export interface EventMerge {
  /**
   * The items to put, for each revision together: the revision, its marker and its entry in the feed, as far as they
   * are missing.
   */
  readonly missing: readonly (readonly Item[])[];
  /** Items of the backup that the log in use has with another content. */
  readonly differing: readonly Item[];
  /**
   * Such items of revisions that were published at another position since: nothing of the backup can be put in their
   * place.
   */
  readonly elsewhere: readonly Item[];
  readonly lostRedactions: readonly Revision[];
  /** Whether revisions are put that cannot keep their positions. */
  readonly isRepublished: boolean;
  /** Whether the log in use has revisions without a position: a run that was killed may have put them. */
  readonly isUnplaced: boolean;
}

/** The entries of a log at the positions of markers, by position. */
async function entriesAt(table: LogTable, markers: readonly Item[]): Promise<Map<number, Item>> {
  const keys = [...new Set(markers.map(positionOf))].map(feedEntryKey);
  const items = keys.length > 0 ? await itemsIn(table, keys) : [];
  return new Map(items.map((item) => [readablePartOfItem(item).position, item]));
}

/** Whether what one log has differs from what the other has. Content that was taken down is no difference. */
function isDifferent(present: Item, stored: Item | undefined): stored is Item {
  if (!stored || present.redactedBy !== undefined) return false;
  return !isDeepStrictEqual(contentOfItem(present), contentOfItem(stored));
}

/** The items of a revision to put into the log in use. */
function missingOf(both: RevisionOfBoth, { isKept, getsEntry }: MergedPlace, clean: CleanEvent): Item[] {
  const { number, revisionInUse, markerInUse, markerBackedUp, entryBackedUp } = both;
  const revision = revisionInUse ? undefined : clean.revision(number);
  const marker = isKept && !markerInUse ? markerBackedUp : undefined;
  const entry = getsEntry && entryBackedUp ? clean.entry(number, entryBackedUp) : undefined;
  return [revision, marker, entry].filter((item) => item !== undefined);
}

/** The marker and the entry of the backup, as far as those of the log in use differ from them. */
function differingOf(both: RevisionOfBoth, { isElsewhere }: MergedPlace, clean: CleanEvent): Item[] {
  const { number, markerInUse, markerBackedUp, entryInUse, entryBackedUp } = both;
  const differing: Item[] = [];
  if (markerInUse && !isElsewhere && isDifferent(markerInUse, markerBackedUp)) differing.push(markerBackedUp);
  if (!entryInUse || !entryBackedUp) return differing;
  const cleanEntry = clean.entry(number, entryBackedUp);
  return isDifferent(entryInUse, cleanEntry) ? [...differing, cleanEntry] : differing;
}

/**
 * Compares an event of a backup with the same event in the log in use.
 *
 * @param backedUp its items in the backup
 * @param conflict the first position from which on entries of the backup cannot keep their positions
 */
export async function mergeEvent(
  backup: LogTable,
  backedUp: EventItems,
  conflict: number,
  removals: Removals,
): Promise<EventMerge> {
  const { eventId } = backedUp;
  const inUse = await eventItemsIn(logInUse, eventId);
  const allMarkers = [...backedUp.markers.values(), ...inUse.markers.values()];
  const [entriesBackedUp, entriesInUse] = await Promise.all([
    entriesAt(backup, allMarkers),
    entriesAt(logInUse, allMarkers),
  ]);
  const markers = new Map([...backedUp.markers, ...inUse.markers]);
  const revisions = new Map([...backedUp.revisions, ...inUse.revisions]);
  const clean = cleanEvent({ eventId, revisions, markers }, removals);
  const revisionsOfBackup = new Map([...inUse.revisions, ...backedUp.revisions]);
  const cleanBackup = cleanEvent({ eventId, revisions: revisionsOfBackup, markers }, removals);
  const isTakenDown = removals.redactionsOf(eventId).length > 0;

  const missing: Item[][] = [];
  const differing: Item[] = [];
  const elsewhere: Item[] = [];
  let isRepublished = false;
  let isUnplaced = false;
  for (const number of [...revisions.keys()].sort((one, other) => one - other)) {
    const both = revisionOfBoth(number, inUse, backedUp, { inUse: entriesInUse, backedUp: entriesBackedUp });
    const place = mergedPlace(both, conflict, isRepublished);
    const items = missingOf(both, place, clean);
    if (items.length > 0) missing.push(items);
    if (!place.isKept && items.length > 0) isRepublished = true;
    else if (!place.isKept) isUnplaced = true;
    if (isTakenDown) continue;
    const stored = backedUp.revisions.has(number) ? cleanBackup.revision(number) : undefined;
    if (both.revisionInUse && isDifferent(both.revisionInUse, stored))
      (place.isElsewhere ? elsewhere : differing).push(stored);
    differing.push(...differingOf(both, place, clean));
  }
  return { missing, differing, elsewhere, lostRedactions: clean.lostRedactions, isRepublished, isUnplaced };
}

/** The name of an item in reports. */
export function nameOfItem(item: Item): string {
  const { pk, sk } = keyOfItem(item);
  return `${pk} ${sk}`;
}
