import { receives } from '../../../events/webhooks/audience.ts';
import { feedEntryKey } from '../event-log/event-log-table.ts';
import type { Follower, ParkableEntry } from '../event-log/follower.ts';
import type { FeedEntry } from '../event-log/log-items.ts';
import { park } from '../event-log/parked-queue.ts';
import { attemptLogIn } from '../runtime/attempt-log.ts';
import { isConditionFailure, isTransactionConflict } from '../runtime/failures.ts';
import { checkpointAfter, checkpointParking } from '../runtime/follower-checkpoint.ts';
import { count, logger, milliseconds } from '../runtime/observability.ts';
import { type ActiveEndpoints, readActiveEndpoints } from '../subscribers/endpoints/active-endpoints.ts';
import { type EndpointBehind, readEndpointsBehind, serveAgain } from '../subscribers/endpoints/endpoints-behind.ts';
import { wake } from '../subscribers/endpoints/wake-queue.ts';
import { beginErasing } from '../subscribers/fan-out/erasing-tasks.ts';
import {
  advanceFanOut,
  type FanOutCheckpoint,
  readFanOutCheckpoint,
} from '../subscribers/fan-out/fan-out-checkpoint.ts';
import { parkedByFanOut } from '../subscribers/fan-out/fan-out-parked.ts';
import { parsedFilter } from '../subscribers/table/stored-filter.ts';
import { fanOutAttemptsPartition, subscribersTable } from '../subscribers/table/subscribers-table.ts';
import { readCheckpoint } from '../timelines/checkpoint.ts';
import { eraseTraces } from './erase-traces.ts';
import { type Behind, isBehindAt, queueEntries, type Served } from './queue-entries.ts';

/** This many deliveries, of two items each, are written well within the time that a follower keeps in reserve. */
const deliveriesPerChunk = 1_000;

/** Each begins a task of two items, and a transaction takes 100. */
const redactionsPerChunk = 40;

/** Each takes an item of the same transaction. */
const servedAgainPerChunk = 15;

/**
 * A chunk is matched at most this often with endpoints that change meanwhile. Each time takes three calls, so that
 * sixty changes a second do not keep it from being passed.
 */
const mostMatches = 50;

/** The active endpoints as this instance last read them. */
let seen: ActiveEndpoints | undefined;

/**
 * Decides which of the endpoints that are behind are served again, of those that are active.
 *
 * @param among those that may be; any if left out
 */
function behindAsOf(all: readonly EndpointBehind[], { endpoints }: ActiveEndpoints, among?: readonly string[]): Behind {
  const active = new Set(endpoints.map(({ id }) => id));
  const behind = all.filter(({ id, to }) => to === undefined && active.has(id));
  const mayBeServed = ({ id, hasCaughtUp }: EndpointBehind) => hasCaughtUp && (!among || among.includes(id));
  const servedAgain = behind.filter(mayBeServed).slice(0, servedAgainPerChunk);
  const left = behind.filter((one) => !servedAgain.includes(one));
  return { from: new Map(left.map(({ id, from }) => [id, from])), servedAgain: servedAgain.map(({ id }) => id) };
}

const servedBy = ({ endpoints }: ActiveEndpoints): Served[] =>
  endpoints.map((endpoint) => ({ ...endpoint, filter: parsedFilter(endpoint) }));

const isMatch = (entry: FeedEntry, { filter, since }: Served) => receives({ filter, from: since + 1 }, entry);

/** How many endpoints receive an entry by their filters alone. */
const countMatching = (entry: FeedEntry, endpoints: readonly Served[], behind: Behind) =>
  endpoints.filter((endpoint) => !isBehindAt(entry.position, endpoint, behind) && isMatch(entry, endpoint)).length;

/**
 * Endpoints that are behind and may receive some entries which the checkpoint has passed, but whose workers had caught
 * up before: nothing else would wake them until the next sweep. Any of them may be recorded as a recipient of what is
 * corrected: its worker looks.
 */
async function caughtUpMeanwhile(entries: readonly FeedEntry[], endpoints: readonly Served[], behind: Behind) {
  const passed = endpoints.filter(({ id }) => behind.from.has(id));
  const concerned = passed.filter((endpoint) =>
    entries.some((entry) => entry.revision > 0 || isMatch(entry, endpoint)),
  );
  if (concerned.length === 0) return [];
  const caughtUp = new Set((await readEndpointsBehind()).filter((one) => one.hasCaughtUp).map(({ id }) => id));
  return concerned.filter(({ id }) => caughtUp.has(id));
}

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

/** The endpoints that have become active since a list was read, or have another filter or another beginning by now. */
function changedSince(before: ActiveEndpoints, { endpoints }: ActiveEndpoints): ReadonlySet<string> {
  const textOf = ({ since, filter }: ActiveEndpoints['endpoints'][number]) => JSON.stringify([since, filter]);
  const known = new Map(before.endpoints.map((endpoint) => [endpoint.id, textOf(endpoint)]));
  return new Set(endpoints.filter((endpoint) => known.get(endpoint.id) !== textOf(endpoint)).map(({ id }) => id));
}

/**
 * The follower that queues projected revisions for the endpoints that receive them, and wakes their workers. The
 * checkpoint advances only if the active endpoints are those that the chunk was matched with; otherwise it is matched
 * with those that have changed. At the end of the feed it erases what redactions take down.
 */
export function fanOut(): Follower {
  let from: FanOutCheckpoint;
  let active: ActiveEndpoints;
  let endpoints: readonly Served[];
  let behind: Behind;
  return {
    attempts: attemptLogIn(subscribersTable, fanOutAttemptsPartition),

    async checkpoint() {
      from = await readFanOutCheckpoint(true);
      return from.position;
    },

    async through() {
      return (await readCheckpoint()).position;
    },

    async chunk(entries) {
      const [nowActive, nowBehind] = await Promise.all([readActiveEndpoints(seen), readEndpointsBehind()]);
      seen = nowActive;
      active = nowActive;
      endpoints = servedBy(active);
      behind = behindAsOf(nowBehind, active);
      // An instance that was delayed until now would otherwise queue old entries for endpoints that became active after
      // them.
      if ((await readFanOutCheckpoint(true)).position !== from.position) return 0;
      let deliveries = 0;
      let redactions = 0;
      const end = entries.findIndex((entry) => {
        deliveries += countMatching(entry, endpoints, behind);
        redactions += isRedaction(entry) ? 1 : 0;
        return deliveries > deliveriesPerChunk || redactions > redactionsPerChunk;
      });
      return end < 0 ? entries.length : Math.max(1, end);
    },

    async apply(entries) {
      const last = entries.at(-1) as FeedEntry;
      const sleeping: Served[] = [];
      let deliveries = 0;
      const queue = async (some: readonly Served[]) => {
        deliveries += await queueEntries(entries, some, behind, sleeping);
      };
      const { to, begin } = withErasing(checkpointAfter(from, last), entries);

      /**
       * Goes on with the endpoints as they are now, unless another instance was first.
       *
       * @returns those that have changed meanwhile
       */
      async function matchAnew(): Promise<readonly Served[] | null> {
        const [nowActive, nowBehind] = await Promise.all([readActiveEndpoints(active), readEndpointsBehind()]);
        if (!isSame(await readFanOutCheckpoint(true), from)) return null;
        const changed = changedSince(active, nowActive);
        seen = nowActive;
        active = nowActive;
        endpoints = servedBy(active);
        behind = behindAsOf(nowBehind, active, behind.servedAgain);
        return endpoints.filter(({ id }) => changed.has(id));
      }

      async function advance(): Promise<void> {
        for (let attempt = 1; ; attempt++) {
          const again = behind.servedAgain.map((id) => serveAgain(id, from.position));
          try {
            return await advanceFanOut(from, to, active.version, [...begin, ...again]);
          } catch (error) {
            if (attempt === mostMatches || !isContended(error)) throw error;
            const changed = await matchAnew();
            if (!changed) throw error;
            if (changed.length > 0) await queue(changed);
          }
        }
      }

      try {
        await queue(endpoints);
        await advance();
        from = to;
        sleeping.push(...(await caughtUpMeanwhile(entries, endpoints, behind)));
      } finally {
        // Whoever applies these entries again finds the endpoints due, and so wakes none of them.
        await wake(sleeping, 'prompt');
      }
      for (const { position, revision, eventId, correlationId, publishedAt } of entries) {
        logger.info('Fanned out', { eventId, revision, position, correlationId });
        milliseconds('FanOutLag', Date.now() - Date.parse(publishedAt));
      }
      count('DeliveriesQueued', deliveries);
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
