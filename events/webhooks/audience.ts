import type { PublishedRevision } from '../revision.ts';
import { type Filter, type Filtered, matches, verdictOfFacetKeys } from '../timeline/filter.ts';

/*
 * Who receives a message. An endpoint receives a revision of an event
 *
 * - if it is recorded as a recipient of this revision or an earlier one, whatever its filter is now, or
 * - if its filter matches this revision, and the filter decides at this position.
 *
 * From the first revision that it receives, it receives all later ones: a correction or a retraction reaches everyone who was to
 * receive the original. A reader who filters the feed is an endpoint that is served from position 1 and never changes its filter.
 */

/** The part of a revision that decides who receives it. */
export type AudienceRevision = Filtered & Pick<PublishedRevision, 'position' | 'revision'>;

/** A filter, and the positions at which it decides. At all others the decision was made before: recipients are recorded. */
export interface Subscription {
  readonly filter: Filter;
  /** The first position. */
  readonly from: number;
  /** The last position; if left out, there is no last one. */
  readonly to?: number;
}

/** The record that an endpoint was to receive an event. It is written before a delivery is queued, and kept for good. */
export interface RecordedRecipient {
  readonly endpointId: string;
  /** The position of the first revision that it was to receive. */
  readonly firstPosition: number;
}

/** An endpoint that is served while the feed is followed. */
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

/** The positions at which the filter of a reader decides, and that of an endpoint whose past is searched. */
export const everyPosition = { from: 0 };

function isMatch({ filter, from, to = Number.POSITIVE_INFINITY }: Subscription, revision: AudienceRevision): boolean {
  return revision.position >= from && revision.position <= to && matches(filter, revision);
}

/**
 * Whether an endpoint receives a revision.
 *
 * @param recipient what is recorded of the endpoint and the event; null if nothing is, or if it has not been read
 * @returns null if neither the revision nor the record says so, but an earlier revision may: `firstReceived` finds out. An endpoint
 *   all of whose earlier revisions have been decided would be recorded as a recipient, and so does not receive it.
 * @throws what comes of an event that cannot be read
 */
export function receives(
  subscription: Subscription,
  revision: AudienceRevision,
  recipient: Pick<RecordedRecipient, 'firstPosition'> | null = null,
): boolean | null {
  // Recorded at this very position, it was to receive this revision: its delivery may never have been written, or be forgotten.
  if (recipient !== null && recipient.firstPosition <= revision.position) return true;
  if (isMatch(subscription, revision)) return true;
  const hasEarlier = revision.revision > 0 && subscription.from < revision.position;
  return hasEarlier ? null : false;
}

/**
 * The position of the first of some revisions of one event, in order, that an endpoint receives by its filter; null if it receives
 * none of them. It receives every later one too.
 *
 * @throws what comes of an event that cannot be read
 */
export function firstReceived(subscription: Subscription, revisions: readonly AudienceRevision[]): number | null {
  return revisions.find((revision) => isMatch(subscription, revision))?.position ?? null;
}

/**
 * Whether a reader who filters the feed is shown a revision: the filter matches it or an earlier one.
 *
 * @param facets keys of this and all earlier revisions; they often tell without a look at any of them
 * @returns null if only the earlier revisions tell: `firstShown` finds out
 * @throws what comes of an event that cannot be read
 */
export function isShown(
  filter: Filter,
  revision: AudienceRevision & { readonly facets: readonly string[] },
): boolean | null {
  return verdictOfFacetKeys(filter, revision.facets) ?? receives({ filter, ...everyPosition }, revision);
}

/** The position of the first of some revisions of one event, in order, that a reader is shown; null if none of them is. */
export function firstShown(filter: Filter, revisions: readonly AudienceRevision[]): number | null {
  return firstReceived({ filter, ...everyPosition }, revisions);
}

/**
 * The endpoints that receive revisions of one event, and which of them each receives.
 *
 * @param revisions in order
 * @param recipients what is recorded of the event; it can be left empty where the first of the revisions is the first of the event
 * @throws what comes of an event that cannot be read
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
    const first = served.findIndex((revision) => receives(subscription, revision, recorded.get(id)) === true);
    return first < 0 ? [] : [{ endpoint, revisions: served.slice(first) }];
  });
}
