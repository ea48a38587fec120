import { allValues, noValues, valuesOf } from '../../../events/event-values.ts';
import type { PublishedRevision } from '../../../events/revision.ts';
import { matches } from '../../../events/timeline/filter.ts';
import { filterOfEndpoint } from '../../../events/webhooks/audience.ts';
import type { EndpointFilter } from '../../../events/webhooks/endpoint-filter.ts';

/** What an endpoint must have got, found by looking at each entry anew. */
export interface MeantFor {
  filter: EndpointFilter;
  receives: boolean;
  /** Up to here nothing is for fan-out to queue. */
  since: number;
  /** Up to here its worker is done. */
  settledThrough: number;
  /** From here on its worker has to look at the past; null if it has. */
  backfillFrom: number | null;
  /** Where it ends; null until a worker has begun. */
  backfillTo: number | null;
  /** What must be queued for it. */
  readonly must: Set<number>;
  /** What may be: what was being queued when it was killed or held up, while the endpoint was another. */
  readonly may: Set<number>;
}

/** The feed, and who is meant by what of it. */
export class MeantModel {
  readonly endpoints = new Map<string, MeantFor>();
  #feed: readonly PublishedRevision[] = [];
  #passed = 0;

  open(id: string, filter: EndpointFilter, since: number): void {
    const own = { must: new Set<number>(), may: new Set<number>() };
    this.endpoints.set(id, {
      filter,
      receives: true,
      since,
      settledThrough: since,
      backfillFrom: since + 1,
      backfillTo: null,
      ...own,
    });
  }

  /** Fan-out has come to a position; no endpoint has changed since it was told so the last time. */
  pass(feed: readonly PublishedRevision[], position: number): void {
    this.#feed = feed;
    const passed = feed.filter((entry) => entry.position > this.#passed && entry.position <= position);
    for (const endpoint of this.endpoints.values()) {
      if (endpoint.receives) for (const entry of passed) this.#give(endpoint, entry, entry.position > endpoint.since);
    }
    this.#passed = position;
  }

  /** What there is beyond may have been queued for all of them as they are now, or be queued yet. */
  expectRemains(): void {
    for (const endpoint of this.endpoints.values()) {
      const { receives, since, backfillFrom } = endpoint;
      const first = Math.min(
        receives ? Math.max(since, this.#passed) + 1 : Number.POSITIVE_INFINITY,
        backfillFrom ?? Number.POSITIVE_INFINITY,
      );
      for (const entry of this.#feed.filter(({ position }) => position >= first)) {
        if (
          this.#takes(endpoint, entry) ||
          this.#isFollowing(entry, endpoint.must) ||
          this.#isFollowing(entry, endpoint.may)
        ) {
          endpoint.may.add(entry.position);
        }
      }
    }
  }

  /** The worker has looked at all of the past that it was to look at. */
  backfill(endpoint: MeantFor): void {
    const { backfillFrom, backfillTo } = endpoint;
    if (backfillFrom === null) return;
    const to = backfillTo ?? this.#passed;
    Object.assign(endpoint, { backfillFrom: null, backfillTo: null });
    for (const entry of this.#feed.filter(({ position }) => position >= backfillFrom && position <= to)) {
      if (endpoint.must.has(entry.position) || !this.#give(endpoint, entry, true)) continue;
      // Fan-out had no reason to bring what follows, or has none yet.
      for (const later of this.#feed) {
        if (later.eventId === entry.eventId && later.position > to) endpoint.must.add(later.position);
      }
    }
  }

  /** Whether a filter finds its values in an entry and all earlier revisions of the event together. */
  #takes({ filter }: MeantFor, { eventId, position }: PublishedRevision): boolean {
    const revisions = this.#feed.filter((one) => one.eventId === eventId && one.position <= position);
    return matches(filterOfEndpoint(filter), revisions.map(valuesOf).reduce(allValues, noValues));
  }

  /** Whether an earlier revision of the event is among some. */
  #isFollowing({ eventId, position }: PublishedRevision, some: ReadonlySet<number>): boolean {
    return this.#feed.some((one) => one.eventId === eventId && one.position < position && some.has(one.position));
  }

  #give(endpoint: MeantFor, entry: PublishedRevision, isOpen: boolean): boolean {
    if (!isOpen) return false;
    const isMeant = this.#takes(endpoint, entry) || this.#isFollowing(entry, endpoint.must);
    if (isMeant) endpoint.must.add(entry.position);
    else if (this.#isFollowing(entry, endpoint.may)) endpoint.may.add(entry.position);
    return isMeant;
  }
}
