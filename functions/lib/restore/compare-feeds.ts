import type { Place } from '../../../events/revision.ts';
import { feedItemsIn, type LogTable } from '../event-log/log-copy.ts';
import { type ReadablePart, readablePartOfItem } from '../event-log/log-items.ts';

/** Consecutive positions at which neither log has an entry. */
export interface LostRange {
  readonly first: number;
  readonly last: number;
  /** When the entry before them was published, RFC 3339. */
  readonly after: string;
}

/** The range, of some in order, that has a position; undefined if none has it. */
export function rangeOf(ranges: readonly LostRange[], position: number): LostRange | undefined {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle] as LostRange).last < position) low = middle + 1;
    else high = middle;
  }
  const found = ranges[low];
  return found && found.first <= position ? found : undefined;
}

/** The feeds of a backup and of the log in use, compared. */
export interface FeedComparison {
  /**
   * The first position at which both have another revision: the log in use was written to after it was damaged. Null if
   * there is none. Entries of the backup from there on cannot keep their positions.
   */
  readonly conflict: number | null;
  /** How many entries the backup has that the log in use lacks, before any conflict. */
  readonly missing: number;
  readonly lost: readonly LostRange[];
  /** The last entry that either has. */
  readonly head: Place;
  /** The last entry of the log in use. */
  readonly headInUse: Place;
}

interface Pair {
  readonly position: number;
  readonly backedUp?: ReadablePart;
  readonly inUse?: ReadablePart;
}

/** The entries of both feeds, by position. */
async function* pairs(backup: LogTable | null, inUse: LogTable): AsyncGenerator<Pair> {
  const feeds = [backup && feedItemsIn(backup), feedItemsIn(inUse)] as const;
  const next = async (feed: (typeof feeds)[number]) => {
    const { value } = (await feed?.next()) ?? {};
    return value ? readablePartOfItem(value) : undefined;
  };
  let [one, other] = await Promise.all(feeds.map(next));
  while (one || other) {
    const position = Math.min(one?.position ?? Number.POSITIVE_INFINITY, other?.position ?? Number.POSITIVE_INFINITY);
    const isOne = one?.position === position;
    const isOther = other?.position === position;
    yield { position, ...(one && isOne && { backedUp: one }), ...(other && isOther && { inUse: other }) };
    if (isOne) one = await next(feeds[0]);
    if (isOther) other = await next(feeds[1]);
  }
}

const isSame = (one: ReadablePart, other: ReadablePart) =>
  one.eventId === other.eventId && one.revision === other.revision && one.publishedAt === other.publishedAt;

/**
 * Compares the feed of a backup with that of the log in use. Reads both, page by page.
 *
 * @param backup null to look for lost positions only
 * @param used the last position that readers or endpoints know, for example from a message: no other entry is published
 *   there
 */
export async function compareFeeds(backup: LogTable | null, inUse: LogTable, used: Place): Promise<FeedComparison> {
  const lost: LostRange[] = [];
  const none: Place = { position: 0, publishedAt: new Date(0).toISOString() };
  let [head, headInUse] = [none, none];
  let conflict: number | null = null;
  let missing = 0;
  for await (const { position, backedUp, inUse: present } of pairs(backup, inUse)) {
    if (backedUp && conflict === null) {
      const isTaken = present && !isSame(backedUp, present);
      // An entry in use that was published later stands before it.
      if (isTaken || (!present && backedUp.publishedAt <= head.publishedAt)) conflict = position;
    }
    const entry = present ?? (conflict === null ? backedUp : undefined);
    if (!entry) continue;
    if (position > head.position + 1)
      lost.push({ first: head.position + 1, last: position - 1, after: head.publishedAt });
    if (present) headInUse = present;
    else missing += 1;
    head = entry;
  }
  if (used.position > head.position) {
    lost.push({ first: head.position + 1, last: used.position, after: head.publishedAt });
  }
  return { conflict, missing, lost, head, headInUse };
}
