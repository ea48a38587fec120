import { randomUUID } from 'node:crypto';
import { isConditionFailure } from '../runtime/failures.ts';
import { deleteDueEndpoint } from '../subscribers/due-endpoints.ts';
import {
  ConcurrencyConflict,
  type DeliveryQueue,
  readState,
  saveState,
  takeLease,
} from '../subscribers/endpoint-state.ts';
import { readEndpoint } from '../subscribers/endpoints.ts';
import { purgeEndpoint } from '../subscribers/purge-endpoint.ts';
import { wake } from '../subscribers/wake-queue.ts';
import { rememberDueEndpoint } from './back-off.ts';
import { type Clock, type Run, systemClock, withoutLease } from './run.ts';
import { serve } from './serve.ts';

/** An endpoint that keeps changing while it is served is served at the next wake. */
const maximumAttempts = 10;

/** More than one step of a removal takes. */
const removalMs = 5_000;

/** What fails or is slow is not for the prompt queue: on the other it may take as long as it likes. */
async function isLeftToSlow(id: string, now: number): Promise<boolean> {
  const state = await readState(id);
  if (state?.queue !== 'slow') return false;
  const at = new Date(now).toISOString();
  const { nextAttemptAt = at } = state;
  await rememberDueEndpoint(id, state.epoch, nextAttemptAt > at ? nextAttemptAt : at, 'slow');
  if (nextAttemptAt <= at) await wake([id], 'slow');
  return true;
}

/** Lets go of the lease, so that whoever is woken next need not wait for its end. If that fails, it does. */
async function letGo({ state }: Run): Promise<void> {
  await saveState(state, withoutLease).catch(() => undefined);
}

/** Leaves an endpoint that keeps changing to the next wake, which comes at once. */
async function leaveToNext(id: string, by: string, now: number): Promise<void> {
  const state = await readState(id);
  if (state === null) return;
  // Else the next would find it at work.
  if (state.leaseBy === by) await saveState(state, withoutLease).catch(() => undefined);
  await rememberDueEndpoint(id, state.epoch, new Date(now).toISOString(), state.queue);
  await wake([id], state.queue);
}

/** Removes what was queued for an endpoint that there is no more; what there is no time for is for the next wake. */
async function forget(id: string, remainingMs: () => number): Promise<void> {
  if (await purgeEndpoint(id, () => remainingMs() > removalMs)) await deleteDueEndpoint(id);
}

/**
 * Serves an endpoint: asks whether it wants messages, and sends it what is queued for it, in order, until nothing is left, it fails, or
 * time is short. One worker serves an endpoint at a time; a wake that finds another at work is dropped.
 *
 * @param queue the queue of the wake
 * @param remainingMs tells how much time this invocation has left
 * @throws what may be gone at the next try; the endpoint is due then, as it was before
 */
export async function work(
  endpointId: string,
  queue: DeliveryQueue,
  remainingMs: () => number,
  clock: Clock = systemClock,
): Promise<void> {
  if (queue === 'prompt' && (await isLeftToSlow(endpointId, clock.now()))) return;
  const by = randomUUID();
  for (let attempt = 1; ; attempt++) {
    const state = await takeLease(endpointId, by, clock.now());
    // In this order: whoever changes the endpoint raises the epoch of its state.
    const endpoint = state && (await readEndpoint(endpointId));
    if (!state || !endpoint) {
      if ((await readState(endpointId)) === null) await forget(endpointId, remainingMs);
      return;
    }
    const run: Run = { endpoint, state, queue, remainingMs, clock };
    try {
      return await serve(run);
    } catch (error) {
      const hasChanged = error instanceof ConcurrencyConflict || isConditionFailure(error);
      if (hasChanged && attempt < maximumAttempts) continue;
      // A wake that fails comes again, and until then no other one of this endpoint does.
      if (hasChanged) return leaveToNext(endpointId, by, clock.now());
      await letGo(run);
      throw error;
    }
  }
}
