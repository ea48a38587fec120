import { type Audience, audienceOf, type ServedEndpoint } from '../../../events/webhooks/audience.ts';
import type { FeedEntry } from '../event-log/log-items.ts';
import { inParallel } from '../runtime/concurrency.ts';
import { retryCalls } from '../runtime/retry.ts';
import { queueDeliveries } from '../subscribers/deliveries/deliveries.ts';
import { recordedAmong, recordRecipients } from '../subscribers/deliveries/recipients.ts';
import { addDueEndpoint } from '../subscribers/endpoints/due-endpoints.ts';
import { fallBehind, fallingBehind } from '../subscribers/endpoints/endpoints-behind.ts';

const writesAtOnce = 32;
const readsAtOnce = 8;

/** An active endpoint with its filter parsed. */
export interface Served extends ServedEndpoint {
  readonly owner: string;
}

/** The endpoints that are behind as of a chunk. */
export interface Behind {
  /** By endpoint, the position from which on nothing is queued for it. */
  readonly from: ReadonlyMap<string, number>;
  /** Those that have caught up, and are served again from this chunk on. */
  readonly servedAgain: readonly string[];
}

/** Whether the entry at a position is left to the worker of an endpoint. */
export const isBehindAt = (position: number, { id }: Served, { from }: Behind) =>
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

/** The endpoints that receive entries of one event, which are in order. */
async function audienceOfEvent(entries: readonly FeedEntry[], endpoints: readonly Served[]) {
  const { eventId, revision } = entries[0] as FeedEntry;
  const ids = endpoints.map(({ id }) => id);
  const recorded = revision === 0 ? [] : await retryCalls(() => recordedAmong(eventId, ids));
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

/**
 * Queues entries for those of some endpoints that receive them.
 *
 * @param sleeping takes the endpoints whose workers sleep, also if this fails
 * @returns how many deliveries there are
 */
export async function queueEntries(
  entries: readonly FeedEntry[],
  endpoints: readonly Served[],
  behind: Behind,
  sleeping: Served[],
): Promise<number> {
  const events = [...Map.groupBy(entries, ({ eventId }) => eventId).values()];
  const [first, last] = [entries[0] as FeedEntry, entries.at(-1) as FeedEntry];
  const served = endpoints.filter((endpoint) => !isBehindAt(first.position, endpoint, behind));
  const all = (await inParallel(events, readsAtOnce, (its) => audienceOfEvent(its, served))).flat();
  const audience = withoutBehind(all, behind);
  await write(audience);
  const recipients = [...Map.groupBy(audience, ({ endpoint }) => endpoint).entries()];
  const now = new Date().toISOString();
  await inParallel(recipients, writesAtOnce, async ([endpoint, its]) => {
    const added = its.reduce((sum, { revisions }) => sum + revisions.length, 0);
    const { isAwake, queued } = await addDueEndpoint(endpoint, now, last.position, added);
    if (!isAwake) sleeping.push(endpoint);
    const isBehind = queued > fallingBehind.deliveries && !behind.servedAgain.includes(endpoint.id);
    if (isBehind) await fallBehind(endpoint.id, last.position + 1);
  });
  return audience.reduce((sum, { revisions }) => sum + revisions.length, 0);
}
