import { isDeepStrictEqual } from 'node:util';
import type { Revision } from '../../../events/revision.ts';
import { feedEntryKey } from '../event-log/event-log-table.ts';
import { type EventItems, eventItemsIn, itemsIn, type LogTable, logInUse } from '../event-log/log-copy.ts';
import { contentOfItem, placeOfItem, readablePartOfItem } from '../event-log/log-items.ts';
import { type Item, keyOfItem } from '../runtime/stored-item.ts';
import { cleanEvent } from './clean-event.ts';
import type { Removals } from './removals.ts';

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

const positionOf = (marker: Item) => placeOfItem(marker).position;

/** The entries of a log at the positions of markers, by position. */
async function entriesAt(table: LogTable, markers: readonly Item[]): Promise<Map<number, Item>> {
  const keys = [...new Set(markers.map(positionOf))].map(feedEntryKey);
  const items = keys.length > 0 ? await itemsIn(table, keys) : [];
  return new Map(items.map((item) => [readablePartOfItem(item).position, item]));
}

const isBlank = (item: Item) => item.redactedBy !== undefined;

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
  const merged: EventItems = {
    eventId,
    revisions: new Map([...backedUp.revisions, ...inUse.revisions]),
    markers: new Map([...backedUp.markers, ...inUse.markers]),
  };
  const markers = [...backedUp.markers.values(), ...inUse.markers.values()];
  const [entriesBackedUp, entriesInUse] = await Promise.all([entriesAt(backup, markers), entriesAt(logInUse, markers)]);
  const clean = cleanEvent(merged, removals);
  const cleanBackup = cleanEvent(
    { ...merged, revisions: new Map([...inUse.revisions, ...backedUp.revisions]) },
    removals,
  );
  const isTakenDown = removals.redactionsOf(eventId).length > 0;
  const isOfRevision = (entry: Item | undefined, number: number) => {
    const known = entry && readablePartOfItem(entry);
    return known?.eventId === eventId && known.revision === number;
  };

  const missing: Item[][] = [];
  const differing: Item[] = [];
  const elsewhere: Item[] = [];
  let isRepublished = false;
  let isUnplaced = false;
  const compare = (present: Item, stored: Item | undefined, found = differing) => {
    if (!stored || isTakenDown || isBlank(present)) return;
    if (!isDeepStrictEqual(contentOfItem(present), contentOfItem(stored))) found.push(stored);
  };
  for (const number of [...merged.revisions.keys()].sort((one, other) => one - other)) {
    const items: Item[] = [];
    const revision = inUse.revisions.get(number);
    const marker = merged.markers.get(number) as Item | undefined;
    const position = marker && positionOf(marker);
    const markerInUse = inUse.markers.get(number);
    const entryInUse = position === undefined ? undefined : entriesInUse.get(position);
    const entry = position === undefined ? undefined : entriesBackedUp.get(position);
    const isEntryInUse = isOfRevision(entryInUse, number);
    const isEntryBackedUp = isOfRevision(entry, number);
    const backedUpMarker = backedUp.markers.get(number);
    // The feed says that it was published at another position since. Its marker in the backup is of no use any more.
    const isElsewhere = isEntryInUse && backedUpMarker !== undefined && positionOf(backedUpMarker) !== position;
    const backedUpRevision = backedUp.revisions.has(number) ? cleanBackup.revision(number) : undefined;
    if (revision) compare(revision, backedUpRevision, isElsewhere ? elsewhere : differing);
    else items.push(clean.revision(number) as Item);
    const keepsPlace =
      markerInUse !== undefined ||
      isEntryInUse ||
      (isEntryBackedUp && !entryInUse && !isRepublished && (position as number) < conflict);
    if (marker && keepsPlace) {
      if (!markerInUse) items.push(marker);
      else if (!isElsewhere) compare(markerInUse, backedUpMarker);
      const mayKeep = !entryInUse && isEntryBackedUp && (position as number) < conflict;
      if (mayKeep) items.push(clean.entry(number, entry as Item));
      else if (isEntryInUse && isEntryBackedUp) compare(entryInUse as Item, clean.entry(number, entry as Item));
    } else if (items.length > 0) {
      isRepublished = true;
    } else {
      isUnplaced = true;
    }
    if (items.length > 0) missing.push(items);
  }
  return { missing, differing, elsewhere, lostRedactions: clean.lostRedactions, isRepublished, isUnplaced };
}

/** The name of an item in reports. */
export function nameOfItem(item: Item): string {
  const { pk, sk } = keyOfItem(item);
  return `${pk} ${sk}`;
}
