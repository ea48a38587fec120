import { setTimeout } from 'node:timers/promises';
import { workerReserveMs } from '../../../events/webhooks/delivery-timing.ts';
import type { AttemptOutcome } from '../../../events/webhooks/endpoint-health.ts';
import { type DeliveryQueue, type EndpointState, type StateChanges, saveState } from '../subscribers/endpoint-state.ts';
import type { Endpoint } from '../subscribers/endpoints.ts';

/** The time and random numbers of a worker, which tests replace. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** From 0 to below 1. */
  random(): number;
  pause(ms: number): Promise<unknown>;
}

/** The outcome of an attempt to send a message, as it is recorded. */
export interface Outcome extends AttemptOutcome {
  /** When it began, RFC 3339. */
  readonly at: string;
  /** The status of the response, or the category of the error. */
  readonly outcome: string;
  /** What went wrong, for the owner of the endpoint. Without a meaning if the message was delivered. */
  readonly category: string;
  readonly detail: string;
  /** How long the receiver asks to wait. */
  readonly retryAfterMs?: number;
  /** The beginning of the response as text; null if there was none. */
  readonly answer: string | null;
  readonly body: string;
}

/** A run of a worker, which has the lease of one endpoint. */
export interface Run {
  readonly endpoint: Endpoint;
  /** The state as this worker last read or wrote it. Its writes fail if the endpoint was changed since. */
  state: EndpointState;
  /** The queue that woke the worker. */
  readonly queue: DeliveryQueue;
  readonly remainingMs: () => number;
  readonly clock: Clock;
}

export const systemClock: Clock = { now: Date.now, random: Math.random, pause: (ms) => setTimeout(ms) };

/** The changes that release the lease. They are a part of the last write of a run. */
export const withoutLease = { leaseBy: undefined, leaseUntil: undefined } as const;

/** What the owner of the endpoint sees of a failed attempt. */
export const lastErrorOf = ({ at, category, detail }: Outcome) => ({ at, category, detail });

export const isoNow = ({ clock }: Run): string => new Date(clock.now()).toISOString();

/** Whether there is too little time left to begin another exchange. */
export const isShortOfTime = ({ remainingMs }: Run): boolean => remainingMs() < workerReserveMs;

/** Changes the state. @throws {ConcurrencyConflict} when the endpoint was changed or another worker has the lease */
export async function save(run: Run, changes: StateChanges): Promise<void> {
  run.state = await saveState(run.state, changes);
}
