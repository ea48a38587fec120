import { type DeliveryLane, type EndpointState, type StateChanges, saveState } from '../subscribers/endpoint-state.ts';
import type { Endpoint } from '../subscribers/endpoints.ts';
import type { Clock } from './clock.ts';
import type { Outcome } from './post-message.ts';

/** What one exchange may take, and what is written after it. */
const reserveMs = 17_000;

/** A worker at one endpoint, whose lease it has. */
export interface Run {
  readonly endpoint: Endpoint;
  /** As this worker knows it: what it writes is refused as soon as that is no longer so. */
  state: EndpointState;
  /** The queue that woke it. */
  readonly lane: DeliveryLane;
  readonly remainingMs: () => number;
  readonly clock: Clock;
}

/** Letting go of the lease is a part of the last write. */
export const withoutLease = { leaseBy: undefined, leaseUntil: undefined } as const;

/** What the owner is shown of an attempt that failed. */
export const lastErrorOf = ({ at, category, detail }: Outcome) => ({ at, category, detail });

export const isoNow = ({ clock }: Run): string => new Date(clock.now()).toISOString();

/** Whether nothing more must be begun. */
export const isShortOfTime = ({ remainingMs }: Run): boolean => remainingMs() < reserveMs;

/** @throws {Overtaken} */
export async function save(run: Run, changes: StateChanges): Promise<void> {
  run.state = await saveState(run.state, changes);
}
