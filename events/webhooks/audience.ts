import { parseRange } from '../dates/range.ts';
import type { EventValues } from '../event-values.ts';
import { type Filter, filterOfValues, matches } from '../timeline/filter.ts';
import type { AcceptedFilter } from './endpoint-filter.ts';

/*
 * Who receives a message. An endpoint receives a revision of an event
 *
 * - if it is recorded as a recipient of this revision or an earlier one, whatever its filter is now, or
 * - if its filter matches the values of this revision and all earlier ones, and the filter decides at this position.
 *
 * A revision carries the values of all earlier ones. A filter that matched one of them thus matches every later one: a
 * correction or a retraction reaches every endpoint that was to receive the original, and no earlier revision has to be
 * read. A filter may match values of different revisions together that it matches in none alone: its endpoint then
 * receives a correction that it did not need.
 */

/** The part of a revision that decides who receives it. */
export interface AudienceRevision {
  readonly position: number;
  /** The values of this revision and of all earlier ones. */
  readonly values: EventValues;
}

/**
 * A filter, and the range of positions at which it decides. Elsewhere it was decided before, and the recipients are
 * recorded.
 */
export interface Subscription {
  readonly filter: Filter;
  /** The first position. */
  readonly from: number;
  /** The last position. Absent if there is none. */
  readonly to?: number;
}

/**
 * The record that an endpoint was to receive an event. It is written before a delivery is queued, and kept for good.
 */
export interface RecordedRecipient {
  readonly endpointId: string;
  /** The position of the first revision that it was to receive. */
  readonly firstPosition: number;
}

/** An endpoint that fan-out serves. */
export interface ServedEndpoint {
  readonly id: string;
  readonly filter: Filter;
  /** The endpoint is served the positions after this one; what comes before is for its backfill. */
  readonly since: number;
}

/** The revisions of one event that one endpoint receives, in order. */
export interface Audience<Endpoint, Received> {
  readonly endpoint: Endpoint;
  readonly revisions: readonly Received[];
}

/** The positions at which the filter of a backfilled endpoint decides. */
export const everyPosition = { from: 0 };

/** The filter of an endpoint as events are matched with it. @throws {InvalidInput} when its range is not valid */
export function filterOfEndpoint({ from, to, actorCodes = [], placeCodes = [], ...lists }: AcceptedFilter): Filter {
  const given = Object.fromEntries(Object.entries(lists).filter(([, values]) => values !== undefined));
  const { actors, places, ...others } = filterOfValues(given);
  return {
    ...others,
    ...(actors && { actors: [...actors, ...actorCodes] }),
    ...(places && { places: [...places, ...placeCodes] }),
    range: parseRange({ from, to }),
  };
}

/**
 * Whether an endpoint receives a revision.
 *
 * @param recipient the record of the endpoint as a recipient of the event; null if there is none
 */
export function receives(
  { filter, from, to = Number.POSITIVE_INFINITY }: Subscription,
  { position, values }: AudienceRevision,
  recipient: Pick<RecordedRecipient, 'firstPosition'> | null = null,
): boolean {
  // A recipient that was recorded at this very position receives it too: its delivery may have expired, or was never
  // written.
  if (recipient !== null && recipient.firstPosition <= position) return true;
  return position >= from && position <= to && matches(filter, values);
}

/**
 * The endpoints that receive revisions of one event, and the revisions that each receives.
 *
 * @param revisions in order
 * @param recipients the recorded recipients of the event. They are not needed if the revisions begin with the first of
 *   the event
 */
export function audienceOf<Endpoint extends ServedEndpoint, Revision extends AudienceRevision>(
  revisions: readonly Revision[],
  endpoints: readonly Endpoint[],
  recipients: readonly RecordedRecipient[],
): Audience<Endpoint, Revision>[] {
  const recorded = new Map(recipients.map((recipient) => [recipient.endpointId, recipient]));
  return endpoints.flatMap((endpoint) => {
    const { id, filter, since } = endpoint;
    const subscription = { filter, from: since + 1 };
    const served = revisions.filter(({ position }) => position > since);
    const first = served.findIndex((revision) => receives(subscription, revision, recorded.get(id)));
    return first < 0 ? [] : [{ endpoint, revisions: served.slice(first) }];
  });
}
