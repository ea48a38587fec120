import { setTimeout } from 'node:timers/promises';
import { workerReserveMs } from '../../../events/webhooks/delivery-timing.ts';
import { type DeliveryQueue, type EndpointState, type StateChanges, saveState } from '../subscribers/endpoint-state.ts';
import type { Endpoint } from '../subscribers/endpoints.ts';

/** Time and chance, as a worker has them. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** From 0 to below 1. */
  random(): number;
  pause(ms: number): Promise<unknown>;
}

/** What came of an attempt. */
export interface Outcome {
  /** Taken; not wanted, this one; nobody is there any more; not now; not as soon as the prompt queue can wait. */
  readonly verdict: 'delivered' | 'refused' | 'gone' | 'unwell' | 'late';
  /** When it began, RFC 3339. */
  readonly at: string;
  readonly durationMs: number;
  /** The status of the answer, or the category of what went wrong. */
  readonly outcome: string;
  /** What went wrong, for the owner; of no meaning if nothing did. */
  readonly category: string;
  readonly detail: string;
  /** How long the receiver asks to be left alone. */
  readonly retryAfterMs?: number;
  /** How the answer begins, as text. */
  readonly answer: string | null;
  readonly body: string;
}

/** A worker at one endpoint, whose lease it has. */
export interface Run {
  readonly endpoint: Endpoint;
  /** As this worker knows it: what it writes is refused as soon as that is no longer so. */
  state: EndpointState;
  /** The queue that woke it. */
  readonly queue: DeliveryQueue;
  readonly remainingMs: () => number;
  readonly clock: Clock;
}

export const systemClock: Clock = { now: Date.now, random: Math.random, pause: (ms) => setTimeout(ms) };

/** Letting go of the lease is a part of the last write. */
export const withoutLease = { leaseBy: undefined, leaseUntil: undefined } as const;

/** What the owner is shown of an attempt that failed. */
export const lastErrorOf = ({ at, category, detail }: Outcome) => ({ at, category, detail });

export const isoNow = ({ clock }: Run): string => new Date(clock.now()).toISOString();

/** Whether nothing more must be begun. */
export const isShortOfTime = ({ remainingMs }: Run): boolean => remainingMs() < workerReserveMs;

/** @throws {ConcurrencyConflict} */
export async function save(run: Run, changes: StateChanges): Promise<void> {
  run.state = await saveState(run.state, changes);
}
