import { feedEntryKey } from '../event-log/event-log-table.ts';
import type { Follower, ParkableEntry } from '../event-log/follower.ts';
import type { FeedEntry } from '../event-log/log-items.ts';
import { park } from '../event-log/parked-queue.ts';
import { attemptLogIn } from '../runtime/attempt-log.ts';
import { isConditionFailure, isTransactionConflict } from '../runtime/failures.ts';
import { checkpointAfter, checkpointParking } from '../runtime/follower-checkpoint.ts';
import { count, logger, milliseconds } from '../runtime/observability.ts';
import { serveAgain } from '../subscribers/endpoints/endpoints-behind.ts';
import { wake } from '../subscribers/endpoints/wake-queue.ts';
import { beginErasing } from '../subscribers/fan-out/erasing-tasks.ts';
import {
  advanceFanOut,
  type FanOutCheckpoint,
  readFanOutCheckpoint,
} from '../subscribers/fan-out/fan-out-checkpoint.ts';
import { parkedByFanOut } from '../subscribers/fan-out/fan-out-parked.ts';
import { fanOutAttemptsPartition, subscribersTable } from '../subscribers/table/subscribers-table.ts';
import { readCheckpoint } from '../timelines/checkpoint.ts';
import { eraseTraces } from './erase-traces.ts';
import { caughtUpMeanwhile, changedSince, countMatching, type Matching, readMatching } from './matching.ts';
import { queueEntries, type Served } from './queue-entries.ts';

/** This many deliveries, of two items each, are written well within the time that a follower keeps in reserve. */
const deliveriesPerChunk = 1_000;

/** Each begins a task of two items, and a transaction takes 100. */
const redactionsPerChunk = 40;

/**
 * A chunk is matched at most this often with endpoints that change meanwhile. Each time takes three calls, so that
 * sixty changes a second do not keep it from being passed.
 */
const mostMatches = 50;

const isRedaction = ({ kind }: ParkableEntry) => kind === 'redacted';

/** The newsroom of the event, if the entry can be read. */
function newsroomOf(entry: ParkableEntry): { readonly newsroom?: string } {
  const [newsroom] = 'values' in entry ? entry.values.newsrooms : [];
  return newsroom === undefined ? {} : { newsroom };
}

/**
 * The checkpoint with the tasks to erase what the redactions among some entries take down, and the writes that begin
 * them.
 */
function withErasing(to: FanOutCheckpoint, passed: readonly ParkableEntry[]) {
  const begun = passed.filter(isRedaction).map((entry) => {
    const { eventId, revision, position } = entry;
    return beginErasing({ eventId, revision, position, ...newsroomOf(entry) }, to.advancedAt);
  });
  return { to: { ...to, erasing: to.erasing + begun.length }, begin: begun.flat() };
}

/** Whether a transaction did not hold because others write what it looks at. */
const isContended = (error: unknown) => isConditionFailure(error) || isTransactionConflict(error);

/** Whether a checkpoint has not moved, as its condition sees it. */
const isSame = (one: FanOutCheckpoint, other: FanOutCheckpoint) =>
  one.position === other.position && one.parked === other.parked && one.erasing === other.erasing;

/**
 * Advances the checkpoint past a chunk, unless another instance was first. Endpoints that have changed since the chunk
 * was matched are served before.
 *
 * @param begin the writes that begin what the redactions of the chunk take down
 * @param queue queues the chunk for some endpoints
 * @returns the endpoints as of the checkpoint
 */
async function advanceMatched(
  from: FanOutCheckpoint,
  { to, begin }: ReturnType<typeof withErasing>,
  matchedFirst: Matching,
  queue: (some: readonly Served[], matching: Matching) => Promise<void>,
): Promise<Matching> {
  let matching = matchedFirst;
  for (let attempt = 1; ; attempt++) {
    const again = matching.behind.servedAgain.map((id) => serveAgain(id, from.position));
    try {
      await advanceFanOut(from, to, matching.active.version, [...begin, ...again]);
      return matching;
    } catch (error) {
      if (attempt === mostMatches || !isContended(error)) throw error;
      const now = await readMatching(matching.behind.servedAgain);
      if (!isSame(await readFanOutCheckpoint('consistent'), from)) throw error;
      const changed = changedSince(matching, now);
      matching = now;
      if (changed.length > 0) await queue(changed, matching);
    }
  }
}

function reportFannedOut(entries: readonly FeedEntry[], deliveries: number): void {
  for (const { position, revision, eventId, correlationId, publishedAt } of entries) {
    logger.info('Fanned out', { eventId, revision, position, correlationId });
    milliseconds('FanOutLag', Date.now() - Date.parse(publishedAt));
  }
  count('DeliveriesQueued', deliveries);
}

/**
 * The follower that queues projected revisions for the endpoints that receive them, and wakes their workers. The
 * checkpoint advances only if the active endpoints are those that the chunk was matched with; otherwise it is matched
 * with those that have changed. At the end of the feed it erases what redactions take down.
 */
export function fanOut(): Follower {
  let from: FanOutCheckpoint;
  let matching: Matching;
  return {
    attempts: attemptLogIn(subscribersTable, fanOutAttemptsPartition),

    async checkpoint() {
      from = await readFanOutCheckpoint('consistent');
      return from.position;
    },

    async through() {
      return (await readCheckpoint()).position;
    },

    async chunk(entries) {
      matching = await readMatching();
      // An instance that was delayed until now would otherwise queue old entries for endpoints that became active after
      // them.
      if ((await readFanOutCheckpoint('consistent')).position !== from.position) return 0;
      let deliveries = 0;
      let redactions = 0;
      const end = entries.findIndex((entry) => {
        deliveries += countMatching(entry, matching);
        redactions += isRedaction(entry) ? 1 : 0;
        return deliveries > deliveriesPerChunk || redactions > redactionsPerChunk;
      });
      return end < 0 ? entries.length : Math.max(1, end);
    },

    async apply(entries) {
      const sleeping: Served[] = [];
      let deliveries = 0;
      const queue = async (some: readonly Served[], { behind }: Matching) => {
        deliveries += await queueEntries(entries, some, behind, sleeping);
      };
      const passed = withErasing(checkpointAfter(from, entries.at(-1) as FeedEntry), entries);
      try {
        await queue(matching.endpoints, matching);
        matching = await advanceMatched(from, passed, matching, queue);
        from = passed.to;
        sleeping.push(...(await caughtUpMeanwhile(entries, matching)));
      } finally {
        // If these entries are applied again, the endpoints are due already, and none of them would be woken.
        await wake(sleeping, 'prompt');
      }
      reportFannedOut(entries, deliveries);
    },

    async atEnd() {
      return from.erasing > 0 && eraseTraces();
    },

    async park(entry, reason) {
      await park(feedEntryKey(entry.position), reason);
      const { to, begin } = withErasing(checkpointParking(from, entry), [entry]);
      await advanceFanOut(from, to, undefined, [parkedByFanOut(entry), ...begin]);
    },
  };
}
