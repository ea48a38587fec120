import { withTime } from '../../../events/publication-times.ts';
import type { Place, RevisionReference } from '../../../events/revision.ts';
import { feedHead, type Publication, publish } from '../event-log/feed.ts';
import type { FeedEntry } from '../event-log/log-items.ts';
import { inParallel } from '../runtime/concurrency.ts';
import { isConditionFailure, isFaultOfItem } from '../runtime/failures.ts';
import { Backoff } from '../runtime/retry.ts';
import { type Delayed, Delays } from './delays.ts';
import { type Draft, draftsOf, type EventDrafts, unpublishedAmong } from './drafts.ts';
import { inOrder, type OrderedDraft, withFollowed } from './followed.ts';

/** DynamoDB takes at most 100 items in a transaction. An entry is two items: itself and its marker. */
const largestTransaction = 50;

/** A transaction writes every byte twice, and the partition of the feed takes 1,000 KB a second. */
const bytesPerTransaction = 400_000;

const readsAtOnce = 16;

/** Contention ends when the other writers are done. With jitter, 100 attempts outlast any burst of writes. */
const backoffOptions = { maximumAttempts: 100, firstPauseMs: 20, longestPauseMs: 200 };

/** The outcome of sequencing some events. */
export interface Sequenced {
  readonly entries: readonly FeedEntry[];
  /** Events with a revision that fails permanently, and why. */
  readonly failures: readonly Failure[];
  /** Events with a revision that was left without a position for now. */
  readonly delayed: readonly Delayed[];
}

interface Failure {
  readonly eventId: string;
  readonly reason: unknown;
}

/** The first drafts, as many as fit into one transaction. */
function transactionOf(drafts: readonly OrderedDraft[], size: number): readonly OrderedDraft[] {
  let bytes = 0;
  const end = drafts.findIndex(({ draft }, index) => {
    bytes += Buffer.byteLength(JSON.stringify(draft.entry));
    return index === size || (index > 0 && bytes > bytesPerTransaction);
  });
  return end < 0 ? drafts : drafts.slice(0, end);
}

/**
 * Assigns the next positions. An instant of publication is later than the one before, even if the clock was set back.
 */
async function publicationsOf(drafts: readonly OrderedDraft[]): Promise<Publication[]> {
  const head = await feedHead();
  let publishedMs = Date.parse(head.publishedAt);
  const known = new Map<EventDrafts, Pick<EventDrafts, 'previous' | 'times'>>();
  return drafts.map(({ draft, of }, index) => {
    publishedMs = Math.max(Date.now(), publishedMs + 1);
    const place: Place = { position: head.position + 1 + index, publishedAt: new Date(publishedMs).toISOString() };
    const { previous, times: earlier } = known.get(of) ?? of;
    const times = withTime(earlier, place);
    known.set(of, { previous: place, times });
    const { eventId, revision, kind } = draft.entry;
    return {
      entry: { ...draft.entry, ...place, ...(previous && { previous }) },
      marker: { eventId, revision, kind, times, ...place },
    };
  });
}

/** The drafts of events that are not published yet, without those that a transaction has published. */
function withoutPublished(events: readonly EventDrafts[], publications: readonly Publication[]): EventDrafts[] {
  const last = new Map(publications.map(({ marker }) => [marker.eventId, marker]));
  return events
    .map((of): EventDrafts => {
      const marker = last.get(of.eventId);
      if (!marker) return of;
      const { position, publishedAt, times } = marker;
      const drafts = of.drafts.filter(({ entry }) => entry.revision > marker.revision);
      return { ...of, drafts, previous: { position, publishedAt }, times };
    })
    .filter(({ drafts }) => drafts.length > 0);
}

/** Reads each event. An event that this release cannot read becomes a failure, and does not stop the others. */
async function readDrafts(eventIds: readonly string[], failures: Failure[], delays: Delays): Promise<EventDrafts[]> {
  const drafts = await inParallel(eventIds, readsAtOnce, async (eventId) => {
    try {
      return await draftsOf(eventId);
    } catch (reason) {
      if (!isFaultOfItem(reason)) throw reason;
      failures.push({ eventId, reason });
      return null;
    }
  });
  return drafts.filter((ofEvent) => ofEvent !== null).map((ofEvent) => delays.without(ofEvent));
}

/**
 * Publishes every revision of these events that has no position yet, lowest revision first, and before them the
 * revisions that they follow. Safe under redelivery, reordering and any number of concurrent or late callers: a
 * position and a marker are each put only if absent.
 *
 * @param isDelayed whether a revision is left without a position for now
 * @throws {Error} when an error persists whose cause is not an item, such as throttling or a missing permission; no
 *   transaction is half written then
 */
export async function sequence(
  eventIds: readonly string[],
  isDelayed: (draft: Draft) => boolean = () => false,
): Promise<Sequenced> {
  const entries: FeedEntry[] = [];
  const delays = new Delays(isDelayed);
  const failures: Failure[] = [];
  let waiting = [...new Set(eventIds)];
  /** The drafts that did not fit into the transaction before, with all that they follow. They are not read again. */
  let kept: EventDrafts[] = [];
  const backoff = new Backoff(backoffOptions);
  let size = largestTransaction;
  while (waiting.length > 0 || kept.length > 0) {
    const failed = new Set(failures.map(({ eventId }) => eventId));
    const readFollowed = async (references: readonly RevisionReference[]) =>
      readDrafts(
        (await unpublishedAmong(references)).map(({ eventId }) => eventId),
        failures,
        delays,
      );
    const read = await withFollowed(await readDrafts(waiting, failures, delays), readFollowed, failed);
    const keptIds = new Set(kept.map(({ eventId }) => eventId));
    const events = [...kept, ...read.filter(({ eventId }) => !keptIds.has(eventId))];
    const batch = transactionOf(inOrder(events), size);
    if (batch.length === 0) break;
    const unfinished = events.filter(({ drafts }) => drafts.length > 0).map(({ eventId }) => eventId);
    try {
      const publications = await publicationsOf(batch);
      await publish(publications);
      entries.push(...publications.map(({ entry }) => entry));
      waiting = events.filter(({ more }) => more).map(({ eventId }) => eventId);
      kept = withoutPublished(
        events.filter(({ more }) => !more),
        publications,
      );
      backoff.reset();
      size = Math.min(largestTransaction, size * 2);
    } catch (error) {
      // Another writer may have published some of them.
      waiting = unfinished;
      kept = [];
      if (!isFaultOfItem(error)) {
        await backoff.pause(error);
        // A throttled transaction asks the partition of the feed for less. Contention says nothing about its size.
        if (!isConditionFailure(error)) size = Math.max(1, size >> 1);
      } else if (batch.length > 1) {
        size = 1;
      } else {
        const { eventId } = (batch[0] as OrderedDraft).draft.entry;
        failures.push({ eventId, reason: error });
        waiting = waiting.filter((waitingId) => waitingId !== eventId);
        size = largestTransaction;
      }
    }
  }
  return { entries, failures, delayed: delays.delayed };
}
