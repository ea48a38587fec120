import { extentOf } from '../../../events/dates/when.ts';
import { everythingFacet, storyFacet } from '../../../events/filters/facet-keys.ts';
import { facetKeysOf } from '../../../events/filters/facets.ts';
import { storyType } from '../../../events/story.ts';
import { fieldsChanged } from '../../../events/timeline/changes.ts';
import { feedHead, publish } from '../event-log/feed.ts';
import { revisionsOf } from '../event-log/log.ts';
import type { FeedEntry, LoggedRevision } from '../event-log/log-items.ts';
import { isConditionFailure, isTransient } from '../runtime/failures.ts';
import { Backoff } from '../runtime/retry.ts';

/** DynamoDB takes at most 100 items and 4 MB in a transaction. An entry is two items: itself and its marker. */
const entriesPerTransaction = 50;
const bytesPerTransaction = 3_500_000;

/** Contention ends when the other writers are done. With jitter, 100 attempts outlast any burst of writes. */
const backoffOptions = { maximumAttempts: 100, firstPauseMs: 20, longestPauseMs: 200 };

/** The feed entry of a revision that has no position yet. */
type Draft = Omit<FeedEntry, 'position' | 'publishedAt'>;

/** The outcome of sequencing some events. */
export interface Sequenced {
  readonly entries: readonly FeedEntry[];
  /** Events with a revision that fails permanently, and why. */
  readonly failures: readonly Failure[];
}

interface Failure {
  readonly eventId: string;
  readonly reason: unknown;
}

/** The description of a story changes the story. It is not an entry of a timeline, so it has no further facets. */
const facetsOfRevision = ({ event }: Pick<LoggedRevision, 'event'>) =>
  event.type === storyType ? [everythingFacet, storyFacet(event.subject)] : facetKeysOf(event);

/** The extent is computed once, when a revision is published: the rules of time zones may change later. */
const extentOfRevision = ({ event }: Pick<LoggedRevision, 'event'>) =>
  event.type === storyType ? {} : { extent: extentOf(event.data.when) };

/** Drafts of the revisions of an event that are not published yet, lowest revision first. */
function draftsOf(revisions: readonly LoggedRevision[]): Draft[] {
  const facets = new Set<string>();
  const drafts: Draft[] = [];
  revisions.forEach(({ published, pastFacets: _pastFacets, ...revision }, index) => {
    for (const facet of facetsOfRevision(revision)) facets.add(facet);
    if (published) return;
    const before = revisions[index - 1]?.event;
    const changed = before ? fieldsChanged(before, revision.event) : [];
    drafts.push({ ...revision, ...extentOfRevision(revision), facets: [...facets], changed });
  });
  return drafts;
}

/** The first drafts, as many as fit into one transaction. */
function transactionOf(drafts: readonly Draft[]): Draft[] {
  let bytes = 0;
  const end = drafts.findIndex((draft, index) => {
    bytes += Buffer.byteLength(JSON.stringify(draft));
    return index === entriesPerTransaction || (index > 0 && bytes > bytesPerTransaction);
  });
  return end < 0 ? [...drafts] : drafts.slice(0, end);
}

/** Assigns the next positions. An instant of publication is later than the one before, even if the clock was set back. */
async function withPositions(drafts: readonly Draft[]): Promise<FeedEntry[]> {
  const head = await feedHead();
  let publishedMs = Date.parse(head.publishedAt);
  return drafts.map((draft, index) => {
    publishedMs = Math.max(Date.now(), publishedMs + 1);
    return { ...draft, position: head.position + 1 + index, publishedAt: new Date(publishedMs).toISOString() };
  });
}

/** Reads each event. An event that can never be read becomes a failure and does not stop the others. */
async function draftsOfAll(eventIds: readonly string[], failures: Failure[]): Promise<Draft[]> {
  const drafts = await Promise.all(
    eventIds.map(async (eventId) => {
      try {
        return draftsOf(await revisionsOf(eventId, true));
      } catch (reason) {
        if (isTransient(reason)) throw reason;
        failures.push({ eventId, reason });
        return [];
      }
    }),
  );
  return drafts.flat();
}

const eventIdsOf = (drafts: readonly Draft[]) => [...new Set(drafts.map(({ eventId }) => eventId))];

/**
 * Publishes every revision of these events that has no position yet, lowest revision first. Safe under redelivery, reordering
 * and any number of concurrent or late callers: a position and a marker are each put only if absent.
 *
 * @throws {Error} when a transient error (throttling, the network) persists; no transaction is half written then
 */
export async function sequence(eventIds: readonly string[]): Promise<Sequenced> {
  const entries: FeedEntry[] = [];
  const failures: Failure[] = [];
  let waiting = [...new Set(eventIds)];
  const backoff = new Backoff(backoffOptions);
  // A transaction that fails permanently does not say which revision is the cause. The next ones have one revision each.
  let oneAtATime = false;
  while (waiting.length > 0) {
    const drafts = await draftsOfAll(waiting, failures);
    const batch = transactionOf(oneAtATime ? drafts.slice(0, 1) : drafts);
    if (batch.length === 0) break;
    try {
      const published = await withPositions(batch);
      await publish(published);
      entries.push(...published);
      waiting = eventIdsOf(drafts.slice(batch.length));
      backoff.reset();
      oneAtATime = false;
    } catch (error) {
      waiting = eventIdsOf(drafts);
      if (isConditionFailure(error) || isTransient(error)) {
        await backoff.pause(error);
      } else if (batch.length > 1) {
        oneAtATime = true;
      } else {
        const eventId = (batch[0] as Draft).eventId;
        failures.push({ eventId, reason: error });
        waiting = waiting.filter((waitingId) => waitingId !== eventId);
        oneAtATime = false;
      }
    }
  }
  return { entries, failures };
}
