import type { CloudEvent } from '../../../events/event.ts';
import { allValues, type EventValues, noValues, valuesOf } from '../../../events/event-values.ts';
import type { PublishedRevision } from '../../../events/revision.ts';
import { matches } from '../../../events/timeline/filter.ts';
import { audienceOf, filterOfEndpoint, type RecordedRecipient, receives } from '../../../events/webhooks/audience.ts';
import type { EndpointFilter } from '../../../events/webhooks/endpoint-filter.ts';
import { developmentWith } from '../../events/samples.ts';
import { AudienceModel, type ModelEndpoint } from './audience-model.ts';
import type { WebhookStep } from './webhook-history.ts';

const never = Number.POSITIVE_INFINITY;

/** A revision in the feed, with the values of it and all earlier ones. */
interface Published extends PublishedRevision {
  readonly values: EventValues;
}

/** The positions that a backfill must still search for an endpoint, now or once it is active. */
function unscanned({ receives: isServed, settledThrough, backfillFrom, backfillTo }: ModelEndpoint, passed: number) {
  if (!isServed) return { from: Math.min(settledThrough + 1, backfillFrom ?? never), to: passed };
  return backfillFrom === null ? { from: never, to: never } : { from: backfillFrom, to: backfillTo ?? passed };
}

/** Webhooks in memory, where the audience alone decides what is queued. Nothing fails, and nothing is late. */
export class WebhooksInMemory {
  readonly feed: Published[] = [];
  readonly model = new AudienceModel();
  readonly queued = new Map<string, Set<number>>();
  readonly #recipients = new Map<string, Map<string, number>>();
  readonly #retracted = new Set<string>();
  #passed = 0;

  carryOut(step: WebhookStep): void {
    if (step.does === 'record') this.#append(`event-${this.feed.length}`, 'recorded', step.data);
    else if (step.does === 'correct') this.#change(step.event, 'corrected', step.data);
    else if (step.does === 'retract') this.#change(step.event, 'retracted', null);
    else if (step.does === 'fan out') this.#fanOut(step.share);
    else if (step.does === 'open') this.#open(step.filter, Math.floor(step.share * this.feed.length));
    else this.#act(step);
  }

  /** The positions that an endpoint can read before the backfill: what is queued, and what will be. */
  pulled(id: string): number[] {
    const endpoint = this.#endpoint(id);
    const passed = this.#passed;
    const subscription = { filter: filterOfEndpoint(endpoint.filter), ...unscanned(endpoint, passed) };
    const isReceived = (revision: Published) => {
      const { eventId, position } = revision;
      if (this.#queuedFor(id).has(position)) return true;
      const isUnscanned = position >= subscription.from && position <= subscription.to;
      const recorded = isUnscanned ? this.#recorded(eventId, id) : null;
      if (receives(subscription, revision, recorded)) return true;
      const before = this.feed.findLast((one) => one.eventId === eventId && one.position <= subscription.to);
      return position > subscription.to && before !== undefined && receives(subscription, before);
    };
    return this.feed
      .filter((revision) => revision.position <= passed && isReceived(revision))
      .map(({ position }) => position);
  }

  /** The positions that a reader of the feed sees with a filter. */
  shown(filter: EndpointFilter): number[] {
    const parsed = filterOfEndpoint(filter);
    return this.feed.filter(({ values }) => matches(parsed, values)).map(({ position }) => position);
  }

  fanOutAll(): void {
    this.#fanOut(1);
  }

  enableAndWork(id: string): void {
    this.#enable(this.#endpoint(id));
    this.#work(id, this.#endpoint(id));
  }

  #endpoint(id: string): ModelEndpoint {
    return this.model.endpoints.get(id) as ModelEndpoint;
  }

  #queuedFor(id: string): Set<number> {
    return this.queued.get(id) as Set<number>;
  }

  #recorded(eventId: string, endpointId: string): RecordedRecipient | null {
    const firstPosition = this.#recipients.get(eventId)?.get(endpointId);
    return firstPosition === undefined ? null : { endpointId, firstPosition };
  }

  #append(eventId: string, kind: PublishedRevision['kind'], content: object | null): void {
    const before = this.feed.findLast((one) => one.eventId === eventId);
    const event = content ? (developmentWith(content) as unknown as CloudEvent) : (before as PublishedRevision).event;
    const position = this.feed.length + 1;
    const revision = before ? before.revision + 1 : 0;
    const at = new Date(position).toISOString();
    const written = { digest: '', recordedAt: at, newsroom: 'example', publishedAt: at };
    const values = allValues(before?.values ?? noValues, valuesOf({ event, newsroom: 'example' }));
    this.feed.push({ ...written, eventId, revision, kind, event, position, values });
  }

  #change(number: number, kind: 'corrected' | 'retracted', content: object | null): void {
    const ids = [...new Set(this.feed.map(({ eventId }) => eventId))].filter((id) => !this.#retracted.has(id));
    const id = ids[number % ids.length];
    if (id === undefined) return;
    if (kind === 'retracted') this.#retracted.add(id);
    this.#append(id, kind, content);
  }

  #open(filter: EndpointFilter, since: number): void {
    const id = `endpoint-${this.queued.size}`;
    this.queued.set(id, new Set());
    this.model.open(id, filter, since);
  }

  #act({ does: action, endpoint: number, ...rest }: Extract<WebhookStep, { readonly endpoint: number }>): void {
    const ids = [...this.queued.keys()];
    const id = ids[number % ids.length];
    if (id === undefined) return;
    const endpoint = this.#endpoint(id);
    if (action === 'enable') this.#enable(endpoint);
    if (!endpoint.receives) return;
    if (action === 'disable') endpoint.receives = false;
    if (action === 'filter' && 'filter' in rest)
      Object.assign(endpoint, { filter: rest.filter, since: endpoint.settledThrough });
    if (action === 'begin backfill' && endpoint.backfillFrom !== null) endpoint.backfillTo ??= this.#passed;
    if (action === 'work') this.#work(id, endpoint);
  }

  #enable(endpoint: ModelEndpoint): void {
    if (endpoint.receives) return;
    const { settledThrough, backfillFrom } = endpoint;
    const next = Math.min(settledThrough + 1, backfillFrom ?? never);
    Object.assign(endpoint, { receives: true, since: settledThrough, backfillFrom: next, backfillTo: null });
  }

  #queue(id: string, { eventId, position }: PublishedRevision): void {
    const recipients = this.#recipients.get(eventId) ?? new Map<string, number>();
    this.#recipients.set(eventId, recipients.set(id, Math.min(position, recipients.get(id) ?? never)));
    this.#queuedFor(id).add(position);
  }

  #fanOut(some: number): void {
    const passed = this.#passed;
    const through = passed + Math.ceil(some * (this.feed.length - passed));
    const chunk = this.feed.slice(passed, through);
    const endpoints = [...this.model.endpoints]
      .filter(([, { receives: isServed }]) => isServed)
      .map(([id, { filter, since }]) => ({ id, since, filter: filterOfEndpoint(filter) }));
    for (const [eventId, revisions] of Map.groupBy(chunk, (revision) => revision.eventId)) {
      const recipients = endpoints.flatMap(({ id }) => this.#recorded(eventId, id) ?? []);
      for (const { endpoint, revisions: received } of audienceOf(revisions, endpoints, recipients)) {
        for (const revision of received) this.#queue(endpoint.id, revision);
      }
    }
    this.#passed = through;
    this.model.pass(this.feed, through);
  }

  #work(id: string, endpoint: ModelEndpoint): void {
    const passed = this.#passed;
    const { backfillFrom: from, backfillTo } = endpoint;
    if (from !== null) {
      const to = backfillTo ?? passed;
      const subscription = { filter: filterOfEndpoint(endpoint.filter), from, to };
      for (const revision of this.feed.filter(({ position }) => position >= from && position <= to)) {
        const { eventId, position } = revision;
        if (this.#queuedFor(id).has(position)) continue;
        if (!receives(subscription, revision, this.#recorded(eventId, id))) continue;
        for (const later of this.feed) if (later.eventId === eventId && later.position > to) this.#queue(id, later);
        this.#queue(id, revision);
      }
    }
    this.model.backfill(endpoint);
    endpoint.settledThrough = passed;
  }
}
