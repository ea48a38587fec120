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

/** DynamoDB takes 100 items a transaction, and 4 MB; an entry is an item and a marker. */
const entriesPerTransaction = 50;
const bytesPerTransaction = 3_500_000;

/** Contention ends when the other writers are done: with jitter, a hundred attempts outlast any burst that a stream can bring. */
const backoffOptions = { maximumAttempts: 100, firstPauseMs: 20, longestPauseMs: 200 };

/** A revision without its place yet, and all that its feed entry will say besides that place. */
type Draft = Omit<FeedEntry, 'position' | 'publishedAt'>;

/** What became of the events to be sequenced. */
export interface Sequenced {
  readonly entries: readonly FeedEntry[];
  /** Events with a revision that fails for good, and why. */
  readonly failures: readonly Failure[];
}

interface Failure {
  readonly eventId: string;
  readonly reason: unknown;
}

/** The description of a story is no entry of a timeline, but a change of the story. */
const facetsOfRevision = ({ event }: Pick<LoggedRevision, 'event'>) =>
  event.type === storyType ? [everythingFacet, storyFacet(event.subject)] : facetKeysOf(event);

/** Fixed once it joins the record, since the rules of zones change. */
const extentOfRevision = ({ event }: Pick<LoggedRevision, 'event'>) =>
  event.type === storyType ? {} : { extent: extentOf(event.data.when) };

/** The feed entries to come for an event's revisions that have no place yet, lowest first. */
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

/** As many drafts from the front as one transaction takes. */
function transactionOf(drafts: readonly Draft[]): Draft[] {
  let bytes = 0;
  const end = drafts.findIndex((draft, index) => {
    bytes += Buffer.byteLength(JSON.stringify(draft));
    return index === entriesPerTransaction || (index > 0 && bytes > bytesPerTransaction);
  });
  return end < 0 ? [...drafts] : drafts.slice(0, end);
}

async function placed(drafts: readonly Draft[]): Promise<FeedEntry[]> {
  const head = await feedHead();
  let publishedMs = Date.parse(head.publishedAt);
  return drafts.map((draft, index) => {
    publishedMs = Math.max(Date.now(), publishedMs + 1);
    return { ...draft, position: head.position + 1 + index, publishedAt: new Date(publishedMs).toISOString() };
  });
}

/** Reads each event anew; one that cannot even be read for good is a failure, and none of the others' business. */
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
 * Gives every revision of these events that has no place in the record its position, lowest revision first. Safe under
 * redelivery, reordering and any number of concurrent or late callers: a position and a marker are each put only if absent.
 *
 * @throws what may be gone at the next try (throttling, the network); nothing is half done then
 */
export async function sequence(eventIds: readonly string[]): Promise<Sequenced> {
  const entries: FeedEntry[] = [];
  const failures: Failure[] = [];
  let waiting = [...new Set(eventIds)];
  const backoff = new Backoff(backoffOptions);
  let alone = false;
  while (waiting.length > 0) {
    const drafts = await draftsOfAll(waiting, failures);
    const batch = transactionOf(alone ? drafts.slice(0, 1) : drafts);
    if (batch.length === 0) break;
    try {
      const published = await placed(batch);
      await publish(published);
      entries.push(...published);
      waiting = eventIdsOf(drafts.slice(batch.length));
      backoff.reset();
      alone = false;
    } catch (error) {
      waiting = eventIdsOf(drafts);
      if (isConditionFailure(error) || isTransient(error)) {
        await backoff.pause(error);
      } else if (batch.length > 1) {
        alone = true;
      } else {
        const eventId = (batch[0] as Draft).eventId;
        failures.push({ eventId, reason: error });
        waiting = waiting.filter((other) => other !== eventId);
        alone = false;
      }
    }
  }
  return { entries, failures };
}
