import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { workerReserveMs } from '../../../events/webhooks/delivery-timing.ts';
import type { AttemptOutcome } from '../../../events/webhooks/endpoint-health.ts';
import {
  ConcurrencyConflict,
  type DeliveryQueue,
  type EndpointState,
  type StateChanges,
  saveState,
} from '../subscribers/endpoints/endpoint-state.ts';
import type { Endpoint } from '../subscribers/endpoints/endpoints.ts';

/** What changes with every message. It is not saved each time. */
const progress: ReadonlySet<string> = new Set(['sendAfter', 'settledThrough', 'lastPosition', 'meanAnswerMs']);

const longestUnsavedMs = 1_000;

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
  /**
   * The state as this worker last read or wrote it, with what it has yet to save. Its writes fail if the endpoint was
   * changed since.
   */
  state: EndpointState;
  /**
   * The changes of the state that are yet to be saved, and since when (epoch milliseconds). Absent if there are none.
   */
  unsaved?: { readonly changes: StateChanges; readonly since: number } | undefined;
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

/**
 * Changes the state, and saves what is yet to be saved of it.
 *
 * @throws {ConcurrencyConflict} when the endpoint was changed or another worker has the lease
 */
export async function save(run: Run, changes: StateChanges): Promise<void> {
  run.state = await saveState(run.state, { ...run.unsaved?.changes, ...changes });
  run.unsaved = undefined;
}

/**
 * Saves what is yet to be saved. Call it before anything else writes the state.
 *
 * @throws {ConcurrencyConflict} like `save`
 */
export async function saveProgress(run: Run): Promise<void> {
  if (run.unsaved) await save(run, {});
}

/**
 * Records how far the deliveries are settled. It is saved with the next change of the state, or after a second: a
 * worker that takes over reads some settled deliveries again, and passes over them. Anything else that has changed is
 * saved at once.
 *
 * @throws {ConcurrencyConflict} like `save`
 */
export async function noteProgress(run: Run, changes: StateChanges): Promise<void> {
  const { state, clock, unsaved } = run;
  const isMore = Object.entries(changes).some(
    ([name, value]) => !progress.has(name) && !isDeepStrictEqual(state[name as keyof EndpointState], value),
  );
  const since = unsaved?.since ?? clock.now();
  if (isMore || clock.now() - since >= longestUnsavedMs) return save(run, changes);
  run.unsaved = { changes: { ...unsaved?.changes, ...changes }, since };
  const { id, epoch } = state;
  run.state = { ...state, ...(changes as Partial<EndpointState>), id, epoch };
}

/**
 * Asserts that a state is still that of the run.
 *
 * @throws {ConcurrencyConflict} when the endpoint was changed or another worker has the lease
 */
export function assertUnchanged({ state: { epoch, leaseBy } }: Run, stored: EndpointState | null): void {
  if (stored?.epoch !== epoch || stored.leaseBy !== leaseBy)
    throw new ConcurrencyConflict('The state of the endpoint has changed.');
}
