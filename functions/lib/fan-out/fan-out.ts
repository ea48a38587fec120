import { type Audience, audienceOf, receives, type ServedEndpoint } from '../../../events/webhooks/audience.ts';
import { feedEntryKey } from '../event-log/event-log-table.ts';
import type { Follower, ParkableEntry } from '../event-log/follower.ts';
import type { FeedEntry } from '../event-log/log-items.ts';
import { park } from '../event-log/parked-queue.ts';
import { attemptLogIn } from '../runtime/attempt-log.ts';
import { inParallel } from '../runtime/concurrency.ts';
import { checkpointAfter, checkpointParking } from '../runtime/follower-checkpoint.ts';
import { count, logger, milliseconds } from '../runtime/observability.ts';
import { persistently } from '../runtime/retry.ts';
import { queueDeliveries } from '../subscribers/deliveries/deliveries.ts';
import { recordedAmong, recordRecipients } from '../subscribers/deliveries/recipients.ts';
import { type ActiveEndpoints, readActiveEndpoints } from '../subscribers/endpoints/active-endpoints.ts';
import { addDueEndpoint } from '../subscribers/endpoints/due-endpoints.ts';
import {
  type EndpointBehind,
  fallBehind,
  fallingBehind,
  readEndpointsBehind,
  serveAgain,
} from '../subscribers/endpoints/endpoints-behind.ts';
import { wake } from '../subscribers/endpoints/wake-queue.ts';
import { beginErasing } from '../subscribers/fan-out/erasing.ts';
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

/** This many deliveries, of two items each, are written well within the time that a follower keeps in reserve. */
const deliveriesPerChunk = 1_000;

/** Each begins a task of two items, and a transaction takes 100. */
const redactionsPerChunk = 40;

/** Each takes an item of the same transaction. */
const servedAgainPerChunk = 15;

const writesAtOnce = 32;
const readsAtOnce = 8;

/** The active endpoints as this instance last read them. */
let seen: ActiveEndpoints | undefined;

/** An active endpoint with its filter parsed. */
interface Served extends ServedEndpoint {
  readonly owner: string;
}

const servedBy = ({ endpoints }: ActiveEndpoints): Served[] =>
  endpoints.map((endpoint) => ({ ...endpoint, filter: parsedFilter(endpoint.filter) }));

/** The endpoints that receive entries of one event, which are in order. */
async function audienceOfEvent(entries: readonly FeedEntry[], endpoints: readonly Served[]) {
  const { eventId, revision } = entries[0] as FeedEntry;
  const ids = endpoints.map(({ id }) => id);
  const recorded = revision === 0 ? [] : await persistently(() => recordedAmong(eventId, ids));
  return audienceOf(entries, endpoints, recorded);
}

/** Records the recipients first, since every delivery must have one. */
async function write(audience: readonly Audience<Served, FeedEntry>[]): Promise<void> {
  const added = audience.map(({ endpoint, revisions }) => {
    return { eventId: (revisions[0] as FeedEntry).eventId, endpoint, revisions };
  });
  await recordRecipients(added);
  await queueDeliveries(
    audience.flatMap(({ endpoint, revisions }) => revisions.map((entry) => ({ endpointId: endpoint.id, entry }))),
  );
}

/** The endpoints that are behind as of a chunk. */
interface Behind {
  /** By endpoint, the position from which on nothing is queued for it. */
  readonly from: ReadonlyMap<string, number>;
  /** Those that have caught up, and are served again from this chunk on. */
  readonly servedAgain: readonly string[];
}

/** Decides which of the endpoints that are behind are served again, of those that are active. */
function behindAsOf(all: readonly EndpointBehind[], { endpoints }: ActiveEndpoints): Behind {
  const active = new Set(endpoints.map(({ id }) => id));
  const behind = all.filter(({ id, to }) => to === undefined && active.has(id));
  const servedAgain = behind.filter(({ hasCaughtUp }) => hasCaughtUp).slice(0, servedAgainPerChunk);
  const left = behind.filter((one) => !servedAgain.includes(one));
  return { from: new Map(left.map(({ id, from }) => [id, from])), servedAgain: servedAgain.map(({ id }) => id) };
}

const isBehindAt = (position: number, { id }: Served, { from }: Behind) =>
  position >= (from.get(id) ?? Number.POSITIVE_INFINITY);

/** The audience without what is left to the workers of endpoints that are behind. */
function withoutBehind(audience: readonly Audience<Served, FeedEntry>[], behind: Behind) {
  if (behind.from.size === 0) return audience;
  return audience
    .map(({ endpoint, revisions }) => {
      return { endpoint, revisions: revisions.filter(({ position }) => !isBehindAt(position, endpoint, behind)) };
    })
    .filter(({ revisions }) => revisions.length > 0);
}

const isMatch = (entry: FeedEntry, { filter, since }: Served) => receives({ filter, from: since + 1 }, entry);

/** How many endpoints receive an entry by their filters alone. */
const countMatching = (entry: FeedEntry, endpoints: readonly Served[], behind: Behind) =>
  endpoints.filter((endpoint) => !isBehindAt(entry.position, endpoint, behind) && isMatch(entry, endpoint)).length;

/**
 * Endpoints that are behind and may receive some entries which the checkpoint has passed, but whose workers had caught up before: nothing
 * else would wake them until the next sweep. Any of them may be recorded as a recipient of what is corrected: its worker looks.
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

/** The checkpoint with the tasks to erase what the redactions among some entries take down, and the writes that begin them. */
function withErasing(to: FanOutCheckpoint, passed: readonly ParkableEntry[]) {
  const begun = passed.filter(isRedaction).map((entry) => {
    const { eventId, revision, position } = entry;
    return beginErasing({ eventId, revision, position, ...newsroomOf(entry) }, to.advancedAt);
  });
  return { to: { ...to, erasing: to.erasing + begun.length }, begin: begun.flat() };
}

/**
 * The follower that queues projected revisions for the endpoints that receive them, and wakes their workers. The checkpoint advances only
 * if the active endpoints have not changed since the chunk was matched with them; otherwise the chunk is matched again. At the end of the
 * feed it erases what redactions take down.
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
      // An instance that was delayed until now would otherwise queue old entries for endpoints that became active after them.
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
      const events = [...Map.groupBy(entries, ({ eventId }) => eventId).values()];
      const [first, last] = [entries[0] as FeedEntry, entries.at(-1) as FeedEntry];
      const served = endpoints.filter((endpoint) => !isBehindAt(first.position, endpoint, behind));
      const all = (await inParallel(events, readsAtOnce, (its) => audienceOfEvent(its, served))).flat();
      const audience = withoutBehind(all, behind);
      await write(audience);
      const recipients = [...Map.groupBy(audience, ({ endpoint }) => endpoint).entries()];
      const sleeping: Served[] = [];
      try {
        const now = new Date().toISOString();
        await inParallel(recipients, writesAtOnce, async ([endpoint, its]) => {
          const added = its.reduce((sum, { revisions }) => sum + revisions.length, 0);
          const { isAwake, queued } = await addDueEndpoint(endpoint, now, last.position, added);
          if (!isAwake) sleeping.push(endpoint);
          const isBehind = queued > fallingBehind.deliveries && !behind.servedAgain.includes(endpoint.id);
          if (isBehind) await fallBehind(endpoint.id, last.position + 1);
        });
        const { to, begin } = withErasing(checkpointAfter(from, last), entries);
        const again = behind.servedAgain.map((id) => serveAgain(id, from.position));
        await advanceFanOut(from, to, active.version, [...begin, ...again]);
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
      count(
        'DeliveriesQueued',
        audience.reduce((sum, { revisions }) => sum + revisions.length, 0),
      );
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
