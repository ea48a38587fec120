import type { Request } from './request.ts';
import type { Acknowledgement, Event, HeldEvent, HeldEvents } from './schemas.ts';
import { walkPages } from './walk.ts';

const base = '/v1/held-events';

const pathOf = (id: string) => `${base}/${encodeURIComponent(id)}`;

/**
 * The calls on held events: those that are published at a time of their own. They need a key with the scope
 * `events:write`.
 */
export function heldCalls(request: Request) {
  const list = (query: { readonly limit?: number; readonly cursor?: string } = {}) =>
    request<HeldEvents>({ path: base, query });
  return {
    /** Holds an event until an instant. One without an `id` gets a random one. */
    hold: (event: Event, publishAt: string, { dryRun }: { readonly dryRun?: boolean } = {}) =>
      request<HeldEvent>({
        method: 'POST',
        path: '/v1/events',
        query: { publishAt, dryRun },
        body: { ...event, id: event.id ?? crypto.randomUUID() },
        isIdempotent: true,
      }),
    /** One page of the held events, in the order in which they will be published. */
    list,
    /** All held events. */
    walk: (): AsyncGenerator<HeldEvent> => walkPages(list, (page) => page.heldEvents),
    read: (id: string) => request<HeldEvent>({ path: pathOf(id) }),
    /** Publishes a held event at once. */
    release: (id: string) => request<Acknowledgement>({ method: 'POST', path: `${pathOf(id)}/release` }),
    /** Takes a held event back. It was never public. */
    retract: (id: string) => request<void>({ method: 'DELETE', path: pathOf(id) }),
  };
}
