import { feedEntryKey } from '../event-log/event-log-table.ts';
import type { FeedPlace } from '../event-log/feed.ts';
import type { Follower } from '../event-log/follower.ts';
import type { FeedEntry } from '../event-log/log-items.ts';
import { park } from '../event-log/parked-queue.ts';
import { inParallel } from '../runtime/in-parallel.ts';
import { count, logger, milliseconds } from '../runtime/observability.ts';
import { type ActiveEndpoint, type ActiveEndpoints, readActiveEndpoints } from '../subscribers/active-endpoints.ts';
import { queueDelivery } from '../subscribers/deliveries.ts';
import { addDueEndpoint } from '../subscribers/due-endpoints.ts';
import { matchesEndpoint } from '../subscribers/endpoint-matching.ts';
import { advanceFanOut, type FanOutCheckpoint, readFanOutCheckpoint } from '../subscribers/fan-out-checkpoint.ts';
import { putRecipient, type Recipient, recipientsOf } from '../subscribers/recipients.ts';
import { wake } from '../subscribers/wake-queue.ts';
import { readCheckpoint } from '../timelines/read-timelines.ts';

/** What can be written well within the time that a follower keeps in reserve: each is two writes, of a few milliseconds. */
const deliveriesPerChunk = 500;

const writesAtOnce = 32;
const readsAtOnce = 8;

/** The registry as this instance has seen it last. */
let seen: ActiveEndpoints | undefined;

/** Entries of one event that are meant for one endpoint, in order. */
interface Meant {
  readonly endpoint: ActiveEndpoint;
  readonly entries: readonly FeedEntry[];
}

const isAfter = ({ since }: ActiveEndpoint, { position }: FeedEntry) => position > since;

/** Whom the entries of one event are meant for: whose filter takes it now, or for whom it was meant before. */
async function meantBy(entries: readonly FeedEntry[], { endpoints }: ActiveEndpoints): Promise<Meant[]> {
  const first = entries[0] as FeedEntry;
  const reached = first.revision === 0 ? [] : await recipientsOf(first.eventId);
  const before = new Map<string, Recipient>(reached.map((reach) => [reach.endpointId, reach]));
  return endpoints.flatMap((endpoint) => {
    const { firstPosition = Number.POSITIVE_INFINITY } = before.get(endpoint.id) ?? {};
    const open = entries.filter((entry) => isAfter(endpoint, entry));
    const begin = open.findIndex((one) => firstPosition < one.position || matchesEndpoint(endpoint.filter, one));
    return begin < 0 ? [] : [{ endpoint, entries: open.slice(begin) }];
  });
}

/** Reach first: whoever finds a delivery must find for whom it was meant. */
async function write({ endpoint, entries }: Meant): Promise<void> {
  for (const entry of entries) {
    await putRecipient(entry.eventId, endpoint, entry);
    await queueDelivery(endpoint.id, entry);
  }
}

/** How many endpoints take an entry, as far as their filters tell; none if it cannot be read. */
function takersOf(entry: FeedEntry, { endpoints }: ActiveEndpoints): number {
  try {
    return endpoints.filter((one) => isAfter(one, entry) && matchesEndpoint(one.filter, entry)).length;
  } catch {
    return 0;
  }
}

const checkpointAfter = (from: FanOutCheckpoint, { position, publishedAt }: FeedPlace): FanOutCheckpoint => ({
  ...from,
  position,
  publishedAt,
  advancedAt: new Date().toISOString(),
});

/**
 * The follower that queues what is projected for every endpoint it is meant for, and wakes their workers. The checkpoint advances only
 * under the version of the registry that all of a chunk was matched with; else the chunk is done again.
 */
export function fanOut(): Follower {
  let from: FanOutCheckpoint;
  let registry: ActiveEndpoints;
  return {
    async checkpoint() {
      from = await readFanOutCheckpoint(true);
      return from.position;
    },

    async through() {
      return (await readCheckpoint()).position;
    },

    async chunk(entries) {
      seen = await readActiveEndpoints(seen);
      registry = seen;
      // Else who was held up until now would queue what others have passed, for filters that came after it.
      if ((await readFanOutCheckpoint(true)).position !== from.position) return 0;
      let deliveries = 0;
      const end = entries.findIndex((entry) => {
        deliveries += takersOf(entry, registry);
        return deliveries > deliveriesPerChunk;
      });
      return end < 0 ? entries.length : Math.max(1, end);
    },

    async apply(entries) {
      const events = [...Map.groupBy(entries, ({ eventId }) => eventId).values()];
      const meant = (await inParallel(events, readsAtOnce, (mine) => meantBy(mine, registry))).flat();
      await inParallel(meant, writesAtOnce, write);
      const ids = [...new Set(meant.map(({ endpoint }) => endpoint.id))];
      const now = new Date().toISOString();
      await inParallel(ids, writesAtOnce, (id) => addDueEndpoint(id, now));
      await advanceFanOut(from, checkpointAfter(from, entries.at(-1) as FeedEntry), registry.version);
      for (const { position, revision, eventId, correlationId, publishedAt } of entries) {
        logger.info('Fanned out', { eventId, revision, position, correlationId });
        milliseconds('FanOutLag', Date.now() - Date.parse(publishedAt));
      }
      count(
        'DeliveriesQueued',
        meant.reduce((sum, one) => sum + one.entries.length, 0),
      );
      await wake(ids, 'prompt');
    },

    async park(entry, reason) {
      await park(feedEntryKey(entry.position), reason);
      const to = { ...checkpointAfter(from, entry), parked: [...from.parked, entry.position] };
      await advanceFanOut(from, to);
    },
  };
}
