import { allValues, noValues, valuesOf } from '../../../events/event-values.ts';
import type { PublishedRevision } from '../../../events/revision.ts';
import { matches } from '../../../events/timeline/filter.ts';
import { filterOfEndpoint } from '../../../events/webhooks/audience.ts';
import type { EndpointFilter } from '../../../events/webhooks/endpoint-filter.ts';

/** An endpoint, and what must be queued for it by a check of every entry of the feed. */
export interface ModelEndpoint {
  filter: EndpointFilter;
  receives: boolean;
  /** Fan-out queues nothing for it up to this position. */
  since: number;
  /** The filters that it had since it fell behind. What they match may be queued until it has caught up. */
  readonly former: EndpointFilter[];
  /** The position through which its worker is done. */
  settledThrough: number;
  /** The first position that its backfill must search; null if it is done. */
  backfillFrom: number | null;
  /** The last position of the backfill; null until a worker has begun. */
  backfillTo: number | null;
  /** The positions that must be queued for it. */
  readonly must: Set<number>;
  /**
   * The positions that may be queued too: by an instance that was killed or delayed, for the endpoint as it was before
   * a change.
   */
  readonly may: Set<number>;
}

/** An endpoint that is behind may receive everything after so many changes of its filter. */
const mostFormer = 4;

/** The feed, and the audience of each entry. */
export class AudienceModel {
  readonly endpoints = new Map<string, ModelEndpoint>();
  #feed: readonly PublishedRevision[] = [];
  #passed = 0;

  open(id: string, filter: EndpointFilter, since: number): void {
    const own = { former: [], must: new Set<number>(), may: new Set<number>() };
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

  /** Fan-out has advanced to a position. No endpoint has changed since the previous call. */
  pass(feed: readonly PublishedRevision[], position: number): void {
    this.#feed = feed;
    const passed = feed.filter((entry) => entry.position > this.#passed && entry.position <= position);
    for (const endpoint of this.endpoints.values()) {
      if (endpoint.receives) for (const entry of passed) this.#queue(endpoint, entry, entry.position > endpoint.since);
      if (endpoint.former.length > 0 && passed[0]) this.#allowFrom(endpoint, passed[0].position);
    }
    this.#passed = position;
  }

  /** The content of some of the feed was taken away. What a backfill in progress has queued by then stays. */
  blank(feed: readonly PublishedRevision[]): void {
    for (const endpoint of this.endpoints.values()) {
      const { backfillFrom } = endpoint;
      if (backfillFrom !== null) this.#allowFrom(endpoint, backfillFrom);
    }
    this.#feed = feed;
  }

  /**
   * Allows everything beyond to be queued for the endpoints as they are now: a late instance may have queued it, or
   * will.
   */
  allowLateWrites(): void {
    for (const endpoint of this.endpoints.values()) {
      const { receives, since, backfillFrom } = endpoint;
      const first = Math.min(
        receives ? Math.max(since, this.#passed) + 1 : Number.POSITIVE_INFINITY,
        backfillFrom ?? Number.POSITIVE_INFINITY,
      );
      this.#allowFrom(endpoint, first);
    }
  }

  /**
   * The filter of an endpoint that is behind was changed: its worker matches what it has yet to search with both. Of
   * more than four filters it remembers only that there were some.
   */
  keepFilter(endpoint: ModelEndpoint, former: EndpointFilter, leftFrom: number): void {
    endpoint.former.push(endpoint.former.length < mostFormer ? former : {});
    this.#allowFrom(endpoint, leftFrom);
  }

  /**
   * The worker of an endpoint that is behind searches for it. With an entry it queues the later revisions, which
   * fan-out may not have passed.
   */
  catchUp(endpoint: ModelEndpoint): void {
    for (const entry of this.#feed) if (this.#isFollowing(entry, endpoint.must)) endpoint.may.add(entry.position);
  }

  #allowFrom(endpoint: ModelEndpoint, first: number): void {
    for (const entry of this.#feed.filter(({ position }) => position >= first)) {
      if (
        [endpoint.filter, ...endpoint.former].some((filter) => this.#isMatch({ filter }, entry)) ||
        this.#isFollowing(entry, endpoint.must) ||
        this.#isFollowing(entry, endpoint.may)
      ) {
        endpoint.may.add(entry.position);
      }
    }
  }

  /** The worker has finished the backfill. */
  backfill(endpoint: ModelEndpoint): void {
    const { backfillFrom, backfillTo } = endpoint;
    if (backfillFrom === null) return;
    const to = backfillTo ?? this.#passed;
    Object.assign(endpoint, { backfillFrom: null, backfillTo: null });
    for (const entry of this.#feed.filter(({ position }) => position >= backfillFrom && position <= to)) {
      if (endpoint.must.has(entry.position) || !this.#queue(endpoint, entry, true)) continue;
      // The backfill queues the later revisions too, which fan-out did not queue.
      for (const later of this.#feed) {
        if (later.eventId === entry.eventId && later.position > to) endpoint.must.add(later.position);
      }
    }
  }

  /**
   * Whether the filter matches the values of an entry and all earlier revisions of its event together. From a redaction
   * on that was not taken down itself, it may have matched what was taken down.
   */
  #isMatch({ filter }: Pick<ModelEndpoint, 'filter'>, { eventId, position }: PublishedRevision): boolean {
    const revisions = this.#feed.filter((one) => one.eventId === eventId && one.position <= position);
    const values = revisions.map(valuesOf).reduce(allValues, noValues);
    const hasRemoved = revisions.some(({ redaction, redactedBy }) => redaction && redactedBy === undefined);
    return matches(filterOfEndpoint(filter), { ...values, ...(hasRemoved && { removed: true }) });
  }

  /** Whether an earlier revision of the event is at one of the positions. */
  #isFollowing({ eventId, position }: PublishedRevision, some: ReadonlySet<number>): boolean {
    return this.#feed.some((one) => one.eventId === eventId && one.position < position && some.has(one.position));
  }

  #queue(endpoint: ModelEndpoint, entry: PublishedRevision, isOpen: boolean): boolean {
    if (!isOpen) return false;
    const isReceived = this.#isMatch(endpoint, entry) || this.#isFollowing(entry, endpoint.must);
    if (isReceived) endpoint.must.add(entry.position);
    else if (this.#isFollowing(entry, endpoint.may)) endpoint.may.add(entry.position);
    return isReceived;
  }
}
