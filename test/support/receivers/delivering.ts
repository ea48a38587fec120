import { slowQueueDelayMs, workerTimeoutMs } from '../../../events/webhooks/delivery-timing.ts';
import { eventWith } from '../../events/given.ts';
import type { World } from '../world/world.ts';
import { createdEndpoint } from './endpoints.ts';
import type { Received, Receiver } from './receiver.ts';
import { subscribersIn } from './subscribers.ts';

/** The positions in a message, by which tests check the order. */
export interface MessagePlace {
  readonly position: number;
  readonly previousposition?: number;
}

/** Workers on the functions of a world, with a clock that moves only by `pass`. Load it after the world has started. */
export async function deliveringIn(world: World) {
  const { work } = await import('../../../functions/lib/deliver/worker.ts');
  const { readState } = await import('../../../functions/lib/subscribers/endpoints/endpoint-state.ts');
  const { attemptsOf } = await import('../../../functions/lib/subscribers/deliveries/attempts.ts');
  const { deliveriesAfter } = await import('../../../functions/lib/subscribers/deliveries/delivery-lists.ts');
  const { dueEndpointsBy } = await import('../../../functions/lib/subscribers/endpoints/due-endpoints.ts');
  const subscribers = await subscribersIn();
  let now = Date.now();
  let recorded = 0;
  let random = 0.5;
  const clock = {
    now: () => now,
    random: () => random,
    pause: async (ms: number) => {
      now += ms;
    },
  };

  const delivering = {
    subscribers,
    clock,

    /** Sets the clock to the real time, and the random number to the middle. */
    reset(): void {
      now = Date.now();
      random = 0.5;
    },

    /** Sets the random number: from 0 to below 1. */
    draw(next: number): void {
      random = next;
    },

    /** Moves the clock. */
    pass(ms: number): void {
      now += ms;
    },

    /** Registers an endpoint by the API that receives everything from the beginning, and verifies it. */
    async open(receiver: Receiver, more: object = {}, call: object = {}) {
      const endpoint = await createdEndpoint(world, { url: receiver.url, startAt: 'beginning', ...more }, call);
      world.takeWakes();
      await delivering.work(endpoint.id);
      receiver.received.length = 0;
      return endpoint;
    },

    /** Records some events, projects them and fans them out. */
    async publish(count = 1, more: object = {}): Promise<string[]> {
      const events = Array.from({ length: count }, () => {
        recorded += 1;
        const { source: _, ...event } = eventWith(
          { headline: `Event ${recorded}`, ...more },
          { id: `event-${recorded}` },
        );
        return event;
      });
      const { body } = await world.post(events);
      await subscribers.fanOut();
      return body.results.map(({ id }: { id: string }) => id);
    },

    /** Corrects an event, or retracts it. @param revision its current revision */
    async change(eventId: string, revision: number, data: object | null): Promise<void> {
      const [path, body] = data ? ['corrections', { note: 'A slip', data }] : ['retraction', { note: 'Made up' }];
      const headers = { 'if-match': `"${revision}"` };
      const reply = await world.call('POST', `/v1/events/${eventId}/${path}`, { headers, body });
      if (reply.status !== 201) throw new Error(reply.text);
      await world.settle(eventId);
      await subscribers.fanOut();
    },

    work: (id: string, queue: 'prompt' | 'slow' = 'prompt', remainingMs = () => workerTimeoutMs) =>
      work(id, queue, remainingMs, clock),

    /** Runs the workers for all wakes, also for those that they send, until there are none. */
    async followWakes(): Promise<void> {
      for (let wakes = world.takeWakes(); wakes.length > 0; wakes = world.takeWakes()) {
        if (wakes.some(({ queue }) => queue === 'slow')) now += slowQueueDelayMs;
        for (const { endpointId, queue } of wakes) await delivering.work(endpointId, queue);
      }
    },

    /** Runs the workers of all endpoints that are due by this clock. */
    async sweep(): Promise<void> {
      for await (const { id, queue } of dueEndpointsBy(now)) await delivering.work(id, queue);
      await delivering.followWakes();
    },

    async state(id: string) {
      const state = await readState(id);
      if (!state) throw new Error(`There is no endpoint ${id}.`);
      return state;
    },

    /** The status of each delivery, by position. */
    async statuses(id: string): Promise<Record<number, string>> {
      const queued = await deliveriesAfter(id, 0, 999, 999);
      return Object.fromEntries(queued.map(({ position, status }) => [position, status]));
    },

    async outcomes(id: string, position: number): Promise<string[]> {
      const [delivery = { position }] = await deliveriesAfter(id, position - 1, position, 1);
      return (await attemptsOf(id, delivery)).map(({ outcome }) => outcome);
    },

    /** When an endpoint is due and on which queue; undefined if it is not due. */
    async due(id: string): Promise<object | undefined> {
      for await (const { id: one, at, queue } of dueEndpointsBy(Date.parse('9999-01-01')))
        if (one === id) return { at, queue };
      return undefined;
    },
  };
  return delivering;
}

export type Delivering = Awaited<ReturnType<typeof deliveringIn>>;

/** The positions of messages, with those of the previous ones. */
export const placesOf = (received: readonly Received[]): MessagePlace[] =>
  received.map(({ body: { position, previousposition } }) => ({
    position,
    ...(previousposition !== undefined && { previousposition }),
  }));

/** The positions of messages in the order in which they were received. */
export const positionsOf = (received: readonly Received[]): number[] => received.map(({ body }) => body.position);
