import { receives } from '../../../events/webhooks/audience.ts';
import type { FeedEntry } from '../event-log/log-items.ts';
import {
  type ActiveEndpoint,
  type ActiveEndpoints,
  readActiveEndpoints,
} from '../subscribers/endpoints/active-endpoints.ts';
import { type EndpointBehind, readEndpointsBehind } from '../subscribers/endpoints/endpoints-behind.ts';
import { parsedFilter } from '../subscribers/table/stored-filter.ts';
import { type Behind, isBehindAt, type Served } from './queue-entries.ts';

/** Each takes an item of the transaction that advances the checkpoint. */
const servedAgainPerChunk = 15;

/** The endpoints that a chunk is matched with. */
export interface Matching {
  readonly active: ActiveEndpoints;
  /** The active ones, with their filters parsed. */
  readonly endpoints: readonly Served[];
  readonly behind: Behind;
}

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

/**
 * Reads the endpoints to match a chunk with.
 *
 * @param among the endpoints that may be served again; any if left out
 */
export async function readMatching(among?: readonly string[]): Promise<Matching> {
  const [active, behind] = await Promise.all([readActiveEndpoints(seen), readEndpointsBehind()]);
  seen = active;
  const endpoints = active.endpoints.map((endpoint) => ({ ...endpoint, filter: parsedFilter(endpoint) }));
  return { active, endpoints, behind: behindAsOf(behind, active, among) };
}

const isMatch = (entry: FeedEntry, { filter, since }: Served) => receives({ filter, from: since + 1 }, entry);

/** How many endpoints receive an entry by their filters alone. */
export const countMatching = (entry: FeedEntry, { endpoints, behind }: Matching): number =>
  endpoints.filter((endpoint) => !isBehindAt(entry.position, endpoint, behind) && isMatch(entry, endpoint)).length;

/** The endpoints that have become active between two readings, or have another filter or another beginning since. */
export function changedSince(before: Matching, { active, endpoints }: Matching): Served[] {
  const textOf = ({ since, filter }: ActiveEndpoint) => JSON.stringify([since, filter]);
  const known = new Map(before.active.endpoints.map((endpoint) => [endpoint.id, textOf(endpoint)]));
  const changed = new Set(
    active.endpoints.filter((endpoint) => known.get(endpoint.id) !== textOf(endpoint)).map(({ id }) => id),
  );
  return endpoints.filter(({ id }) => changed.has(id));
}

/**
 * Endpoints that are behind and may receive some entries which the checkpoint has passed, but whose workers had caught
 * up before: nothing else would wake them until the next sweep. Any of them may be recorded as a recipient of what is
 * corrected: its worker looks.
 */
export async function caughtUpMeanwhile(entries: readonly FeedEntry[], { endpoints, behind }: Matching) {
  const passed = endpoints.filter(({ id }) => behind.from.has(id));
  const concerned = passed.filter((endpoint) =>
    entries.some((entry) => entry.revision > 0 || isMatch(entry, endpoint)),
  );
  if (concerned.length === 0) return [];
  const caughtUp = new Set((await readEndpointsBehind()).filter((one) => one.hasCaughtUp).map(({ id }) => id));
  return concerned.filter(({ id }) => caughtUp.has(id));
}
