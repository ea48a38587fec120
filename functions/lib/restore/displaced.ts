import { noTimes, withTime } from '../../../events/publication-times.ts';
import type { Place } from '../../../events/revision.ts';
import { feedEntryKey } from '../event-log/event-log-table.ts';
import { feedHead } from '../event-log/feed.ts';
import { type EventItems, itemsIn, logInUse, publishElsewhere } from '../event-log/log-copy.ts';
import {
  feedItem,
  type Marker,
  markerItem,
  markerOfItem,
  placeOfItem,
  readablePartOfItem,
  revisionOfItem,
} from '../event-log/log-items.ts';
import { isConditionFailure } from '../runtime/failures.ts';
import { retry } from '../runtime/retry.ts';
import type { Item } from '../runtime/stored-item.ts';
import { draftOf } from '../sequence/drafts.ts';
import { stepsOf } from './steps.ts';

/** Another writer may take the position first. */
const attempts = { maximumAttempts: 100, firstPauseMs: 20, longestPauseMs: 200, isRetryable: isConditionFailure };

/** Revisions whose markers name positions that the feed has given to others. */
export interface Displaced {
  /** The events of those that have another position now. */
  readonly republished: readonly string[];
  /** Those that are in no feed, such as `evt_… 0`. */
  readonly left: readonly string[];
}

const nameOf = (eventId: string, revision: number) => `${eventId} ${revision}`;

/**
 * The numbers of revisions of an event whose positions the feed has given to others, or of which nothing tells the
 * position, although later ones have one. One whose content is lost too is not among them: its position is marked as
 * lost.
 *
 * @param named the revision that each position has
 */
function displacedIn({ eventId, revisions, markers }: EventItems, named: ReadonlyMap<number, string>): number[] {
  const numbers = Array.from({ length: Math.max(-1, ...markers.keys()) + 1 }, (_, number) => number);
  return numbers.filter((number) => {
    const marker = markers.get(number);
    const isNamed = marker && named.get(placeOfItem(marker).position) === nameOf(eventId, number);
    return !isNamed && revisions.has(number);
  });
}

/** The position that the marker of a revision names; NaN if it has none. */
function positionIn({ markers }: EventItems, number: number): number {
  const marker = markers.get(number);
  return marker ? placeOfItem(marker).position : Number.NaN;
}

/**
 * Publishes the next revision of an event at the end of the feed.
 *
 * @param before the marker of the revision before it
 */
async function publishAgain(revisionInLog: Item, old: Place | null, before: Marker | null): Promise<Marker> {
  const revision = revisionOfItem(revisionInLog);
  const { eventId, revision: number, kind } = revision;
  const { entry } = draftOf(revision);
  const previous = before && { position: before.position, publishedAt: before.publishedAt };
  const head = await feedHead();
  const publishedMs = Math.max(Date.now(), Date.parse(head.publishedAt) + 1);
  const place = { position: head.position + 1, publishedAt: new Date(publishedMs).toISOString() };
  const marker = { eventId, revision: number, kind, times: withTime(before?.times ?? noTimes, place), ...place };
  const item = feedItem({ ...entry, ...place, ...(previous && { previous }) });
  await publishElsewhere(item, markerItem(marker), old?.position ?? null);
  return marker;
}

/**
 * Publishes revisions of an event again, if they are its last ones: those of an event have rising positions.
 *
 * @returns whether they are
 */
async function publishLast({ revisions, markers }: EventItems, numbers: readonly number[]): Promise<boolean> {
  const first = numbers[0] as number;
  const isLast = numbers.length === Math.max(...markers.keys()) + 1 - first;
  const earlier = markers.get(first - 1);
  if (!isLast || (first > 0 && !earlier)) return false;
  let before = earlier ? markerOfItem(earlier) : null;
  for (const number of numbers) {
    const stored = markers.get(number);
    const marker = before;
    const old = stored ? placeOfItem(stored) : null;
    before = await retry(() => publishAgain(revisions.get(number) as Item, old, marker), attempts);
  }
  return true;
}

/**
 * Finds revisions of the log in use whose markers name positions that the feed has given to others, since it was
 * written to after it was damaged. No follower ever reads them. It reads the log once.
 *
 * @param republish whether they are published again, at new positions
 */
export async function publishDisplaced(republish: boolean): Promise<Displaced> {
  const republished: string[] = [];
  const left: string[] = [];
  for await (const step of stepsOf(logInUse)) {
    const markers = step.flatMap((event) => [...event.markers.values()]);
    const entries = await itemsIn(
      logInUse,
      [...new Set(markers.map((marker) => placeOfItem(marker).position))].map(feedEntryKey),
    );
    const named = new Map(
      entries.map(readablePartOfItem).map(({ position, eventId, revision }) => [position, nameOf(eventId, revision)]),
    );
    for (const event of step) {
      const numbers = displacedIn(event, named);
      if (numbers.length === 0) continue;
      // A position at the end that no follower has passed is nobody's: what it was of gets the next one.
      const isFree = numbers.every((number) => !named.has(positionIn(event, number)));
      if ((republish || isFree) && (await publishLast(event, numbers))) republished.push(event.eventId);
      else left.push(...numbers.map((number) => nameOf(event.eventId, number)));
    }
  }
  return { republished, left };
}
