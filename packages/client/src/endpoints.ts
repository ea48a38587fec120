import type { Request } from './request.ts';
import type {
  CreatedEndpoint,
  Deliveries,
  DeliveriesQuery,
  Delivery,
  DeliveryWithAttempts,
  EnablingBody,
  Endpoint,
  EndpointBody,
  EndpointChangeBody,
  Endpoints,
  Message,
  Messages,
  Replay,
  ReplayBody,
  RotatedSecret,
  RotationBody,
} from './schemas.ts';
import { pause } from './waiting.ts';
import { pollEveryMs, walkPages } from './walk.ts';

const base = '/v1/webhook-endpoints';

const pathOf = (id: string) => `${base}/${encodeURIComponent(id)}`;

/** The calls on webhook endpoints. They need a key with the scope `webhooks:manage`. */
export function endpointCalls(request: Request) {
  const post = <Body>(path: string, body?: object) => request<Body>({ method: 'POST', path, body });
  const list = (query: { readonly limit?: number; readonly cursor?: string } = {}) =>
    request<Endpoints>({ path: base, query });
  const messages = (id: string, query: { readonly after?: number; readonly limit?: number } = {}) =>
    request<Messages>({ path: `${pathOf(id)}/events`, query });
  return {
    /** The response has the secret, which is never shown again. */
    create: (body: EndpointBody) => post<CreatedEndpoint>(base, body),
    /** One page of the endpoints. */
    list,
    /** All endpoints. */
    walk: (): AsyncGenerator<Endpoint> => walkPages(list, (page) => page.endpoints),
    read: (id: string) => request<Endpoint>({ path: pathOf(id) }),
    change: (id: string, body: EndpointChangeBody) =>
      request<Endpoint>({ method: 'PATCH', path: pathOf(id), body, isIdempotent: true }),
    delete: (id: string) => request<void>({ method: 'DELETE', path: pathOf(id), isIdempotent: true }),
    verify: (id: string) => post<Endpoint>(`${pathOf(id)}/verify`),
    ping: (id: string) => post<Endpoint>(`${pathOf(id)}/ping`),
    enable: (id: string, body?: EnablingBody) => post<Endpoint>(`${pathOf(id)}/enable`, body),
    disable: (id: string) => post<Endpoint>(`${pathOf(id)}/disable`),
    rotateSecret: (id: string, body?: RotationBody) => post<RotatedSecret>(`${pathOf(id)}/secret/rotate`, body),
    deliveries: (id: string, query: DeliveriesQuery = {}) =>
      request<Deliveries>({ path: `${pathOf(id)}/deliveries`, query }),
    delivery: (id: string, position: number) =>
      request<DeliveryWithAttempts>({ path: `${pathOf(id)}/deliveries/${position}` }),
    redeliver: (id: string, position: number) => post<Delivery>(`${pathOf(id)}/deliveries/${position}/redeliver`),
    replay: (id: string, body: ReplayBody) => post<Replay>(`${pathOf(id)}/replay`, body),
    /** One page of the messages of an endpoint after a position, whether they were delivered or not. */
    messages,
    /** The messages of an endpoint after a position, to the last one. */
    async *walkMessages(id: string, after = 0): AsyncGenerator<Message, void, undefined> {
      for (let position = after, head = Number.POSITIVE_INFINITY; position < head; ) {
        const page = await messages(id, { after: position });
        yield* page.events;
        if (page.next === position && position < page.head) await pause(pollEveryMs, undefined);
        ({ next: position, head } = page);
      }
    },
  };
}
