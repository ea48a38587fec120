import type { EventItems } from '../event-log/log-copy.ts';
import { placeOfItem, readablePartOfItem } from '../event-log/log-items.ts';
import type { Item } from '../runtime/stored-item.ts';

/** The entries of each log at the positions of an event, by position. */
export interface EntriesOfBoth {
  readonly inUse: ReadonlyMap<number, Item>;
  readonly backedUp: ReadonlyMap<number, Item>;
}

/** What a backup and the log in use have of a revision. */
export interface RevisionOfBoth {
  readonly number: number;
  readonly revisionInUse: Item | undefined;
  readonly markerInUse: Item | undefined;
  readonly markerBackedUp: Item | undefined;
  /** Where it was published, by the marker in use or else by that of the backup. */
  readonly position: number | undefined;
  /** Whether the log in use has an entry at its position. It may be that of another revision. */
  readonly isTaken: boolean;
  /** Its own entry in each log. */
  readonly entryInUse: Item | undefined;
  readonly entryBackedUp: Item | undefined;
}

/** Where a revision is published once an event is merged. */
export interface MergedPlace {
  /** Whether it keeps the position that it has in one of the logs. */
  readonly isKept: boolean;
  /** Whether its entry of the backup is put at its position. */
  readonly getsEntry: boolean;
  /** Whether it was published at another position since the backup. */
  readonly isElsewhere: boolean;
}

export const positionOf = (marker: Item): number => placeOfItem(marker).position;

/** An entry, if it is that of a revision. */
function entryOf(eventId: string, number: number, entry: Item | undefined): Item | undefined {
  const known = entry && readablePartOfItem(entry);
  return known?.eventId === eventId && known.revision === number ? entry : undefined;
}

/** Looks up what both logs have of a revision. */
export function revisionOfBoth(
  number: number,
  inUse: EventItems,
  backedUp: EventItems,
  entries: EntriesOfBoth,
): RevisionOfBoth {
  const markerInUse = inUse.markers.get(number);
  const markerBackedUp = backedUp.markers.get(number);
  const marker = markerInUse ?? markerBackedUp;
  const position = marker && positionOf(marker);
  const at = (log: ReadonlyMap<number, Item>) => (position === undefined ? undefined : log.get(position));
  return {
    number,
    revisionInUse: inUse.revisions.get(number),
    markerInUse,
    markerBackedUp,
    position,
    isTaken: at(entries.inUse) !== undefined,
    entryInUse: entryOf(inUse.eventId, number, at(entries.inUse)),
    entryBackedUp: entryOf(inUse.eventId, number, at(entries.backedUp)),
  };
}

/**
 * Decides where a revision is published once the event is merged.
 *
 * @param conflict the first position from which on entries of the backup cannot keep their positions
 * @param isAfterRepublished whether a revision before it is published anew: then so is this one, unless the log in use
 *   has it at its position
 */
export function mergedPlace(both: RevisionOfBoth, conflict: number, isAfterRepublished: boolean): MergedPlace {
  const { markerInUse, markerBackedUp, position, isTaken, entryInUse, entryBackedUp } = both;
  const isFree = position !== undefined && position < conflict && !isTaken;
  const mayGetEntry = isFree && entryBackedUp !== undefined;
  const isKept = markerInUse !== undefined || entryInUse !== undefined || (mayGetEntry && !isAfterRepublished);
  return {
    isKept,
    getsEntry: isKept && mayGetEntry,
    // The feed says so. Its marker in the backup is of no use any more.
    isElsewhere: entryInUse !== undefined && markerBackedUp !== undefined && positionOf(markerBackedUp) !== position,
  };
}
