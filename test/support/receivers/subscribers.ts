import type { Context } from 'aws-lambda';
import type { Delivery } from '../../../functions/lib/subscribers/deliveries/deliveries.ts';
import type { Recipient } from '../../../functions/lib/subscribers/deliveries/recipients.ts';
import type { EndpointState, StateChanges } from '../../../functions/lib/subscribers/endpoints/endpoint-state.ts';
import type { Endpoint } from '../../../functions/lib/subscribers/endpoints/endpoints.ts';
import { itemsOf } from '../world/tables.ts';

type Filter = Endpoint['filter'];

/** The time of an invocation of fan-out by default. */
const plentyMs = 60_000;

/** A delivery, without the attributes that tests of fan-out do not compare. */
export interface Queued extends Pick<Delivery, 'position' | 'eventId' | 'revision' | 'status'> {}

/** Endpoints, fan-out and backfills, by the functions of a world. Load it after the world has started. */
export async function subscribersIn() {
  const { handler } = await import('../../../functions/fan-out.ts');
  const { extendBackfill } = await import('../../../functions/lib/fan-out/backfill.ts');
  const { catchUp } = await import('../../../functions/lib/fan-out/catch-up.ts');
  const { readFanOutCheckpoint } = await import('../../../functions/lib/subscribers/fan-out/fan-out-checkpoint.ts');
  const { readEndpoint, createEndpoint, newEndpointId } = await import(
    '../../../functions/lib/subscribers/endpoints/endpoints.ts'
  );
  const { commitChange } = await import('../../../functions/lib/subscribers/endpoints/commit-endpoint.ts');
  const { activateEndpoint, deactivateEndpoint } = await import(
    '../../../functions/lib/subscribers/endpoints/activation.ts'
  );
  const { readState, saveState, takeLease } = await import(
    '../../../functions/lib/subscribers/endpoints/endpoint-state.ts'
  );
  let made = 0;

  const existing = async (id: string) => {
    const state = (await readState(id)) as EndpointState;
    return { endpoint: (await readEndpoint(id)) as Endpoint, state };
  };

  /** Makes an endpoint that is not verified yet. */
  async function make(filter: Filter = {}, since = 0, owner = 'example'): Promise<string> {
    const id = newEndpointId();
    made += 1;
    const createdAt = new Date().toISOString();
    const url = `https://receiver-${made}.example/`;
    const described = { id, owner, url, description: null, filter, maxInFlight: 1, contact: 'desk@example.org' };
    const places = { sendAfter: since, settledThrough: since };
    const state = { id, status: 'pending', epoch: 1, ...places, failures: 0, queue: 'prompt' } as const;
    await createEndpoint({ ...described, createdAt, since, verifiedAt: null }, 'whsec_secret', state);
    return id;
  }

  async function start(id: string, changes: StateChanges = {}): Promise<void> {
    const { endpoint, state } = await existing(id);
    await activateEndpoint(endpoint, state, { verifiedAt: new Date().toISOString(), ...changes });
  }

  return {
    make,
    start,

    /** Makes an active endpoint that receives what comes after a position. */
    async open(filter: Filter = {}, since = 0, owner = 'example'): Promise<string> {
      const id = await make(filter, since, owner);
      await start(id);
      return id;
    },

    async disable(id: string): Promise<void> {
      const { endpoint, state } = await existing(id);
      await deactivateEndpoint(endpoint, state, { status: 'disabled', disabledReason: 'requested' });
    },

    async filterBy(id: string, filter: Filter): Promise<void> {
      const { endpoint, state } = await existing(id);
      await commitChange(endpoint, state, { endpoint: { filter } });
    },

    async change(id: string, changes: StateChanges): Promise<void> {
      const { endpoint, state } = await existing(id);
      await commitChange(endpoint, state, { state: changes });
    },

    async fanOut(remainingMs: () => number = () => plentyMs): Promise<unknown> {
      const context = { awsRequestId: 'fan-out', getRemainingTimeInMillis: remainingMs } as unknown as Context;
      return handler({} as never, context);
    },

    /** Backfills an endpoint step by step, and lets it catch up if it is behind. */
    async backfill(id: string, by = 'worker', steps = Number.POSITIVE_INFINITY): Promise<void> {
      const endpoint = (await readEndpoint(id)) as Endpoint;
      const { leased } = await takeLease(id, by, Date.now());
      let state = leased as EndpointState;
      for (let step = 0, isMore = true; isMore && step < steps; step++) {
        const { position } = await readFanOutCheckpoint('consistent');
        if (state.backfill) state = await extendBackfill(endpoint, state);
        else ({ state, isMore } = await catchUp(state, position));
      }
      await saveState(state, { leaseBy: undefined, leaseUntil: undefined });
    },

    /** The deliveries of an endpoint, in order. */
    async queuedFor(id: string): Promise<Queued[]> {
      const items = (await itemsOf('Subscribers', `W#${id}`)).filter(({ sk }) => String(sk).startsWith('D#'));
      return items
        .map((item) => item as unknown as Delivery)
        .map(({ position, eventId, revision, status }) => ({ position, eventId, revision, status }))
        .sort((one, other) => one.position - other.position);
    },

    /** The positions of the deliveries of an endpoint, in order. */
    async positionsFor(id: string): Promise<number[]> {
      return (await this.queuedFor(id)).map(({ position }) => position);
    },

    /** The recipients of all events, by event and endpoint. */
    async recipients(): Promise<Record<string, Omit<Recipient, 'endpointId'>>> {
      const items = await itemsOf('Subscribers', 'R#');
      return Object.fromEntries(
        items.map(({ pk, sk, v: _, ...recipient }) => [`${pk} ${sk}`.slice(2), recipient as unknown as Recipient]),
      );
    },

    async checkpoint(): Promise<Record<string, unknown> | undefined> {
      return (await itemsOf('Subscribers', 'META')).find(({ sk }) => sk === 'FAN_OUT');
    },
  };
}

export type Subscribers = Awaited<ReturnType<typeof subscribersIn>>;
