import { randomUUID } from 'node:crypto';
import { remainingWaitMs } from '../../../events/webhooks/retry-schedule.ts';
import { isConditionFailure } from '../runtime/failures.ts';
import { deleteDueEndpoint } from '../subscribers/endpoints/due-endpoints.ts';
import {
  ConcurrencyConflict,
  type DeliveryQueue,
  type EndpointState,
  readState,
  saveState,
  takeLease,
} from '../subscribers/endpoints/endpoint-state.ts';
import { type Endpoint, readEndpoint } from '../subscribers/endpoints/endpoints.ts';
import { purgeEndpoint } from '../subscribers/endpoints/purge-endpoint.ts';
import { wake } from '../subscribers/endpoints/wake-queue.ts';
import { putDueUnlessChanged } from './back-off.ts';
import { type Clock, type Run, save, systemClock, withoutLease } from './run.ts';
import { serve } from './serve.ts';

/** An endpoint that was changed this many times while it was served is left to the next wake. */
const maximumAttempts = 10;

/** Longer than one step of a purge. */
const purgeStepMs = 5_000;

/** Passes an endpoint of the slow queue on that was woken on the prompt queue, so that it delays no others. */
async function passToSlow(state: EndpointState, now: number): Promise<void> {
  const endpoint = await readEndpoint(state.id);
  if (!endpoint) return;
  const waitMs = remainingWaitMs(state, now);
  const at = new Date(now + waitMs).toISOString();
  await putDueUnlessChanged(endpoint, state.epoch, { at, setAt: new Date(now).toISOString(), queue: 'slow' });
  if (waitMs === 0) await wake([endpoint], 'slow');
}

/** Releases the lease, so that the next worker need not wait for its end. If this fails, it waits. */
async function releaseLease(run: Run): Promise<void> {
  await save(run, withoutLease).catch(() => undefined);
}

/** Leaves an endpoint that keeps changing to the next wake, which is sent at once. */
async function leaveToNext(endpoint: Endpoint, by: string, now: number): Promise<void> {
  const state = await readState(endpoint.id);
  if (state === null) return;
  // Otherwise the next worker would find the endpoint leased.
  if (state.leaseBy === by) await saveState(state, withoutLease).catch(() => undefined);
  const at = new Date(now).toISOString();
  await putDueUnlessChanged(endpoint, state.epoch, { at, setAt: at, queue: state.queue });
  await wake([endpoint], state.queue);
}

/**
 * Purges a deleted endpoint. If there is too little time, the next wake goes on. It stays due until fan-out can have
 * nothing more in progress for it, and is purged again then.
 */
async function purge(id: string, remainingMs: () => number, now: number): Promise<void> {
  const isPurged = await purgeEndpoint(id, () => remainingMs() > purgeStepMs);
  if (isPurged) await deleteDueEndpoint(id, new Date(now).toISOString());
}

/**
 * Serves an endpoint: verifies it, and sends what is queued for it in order, until nothing is left, it fails, or time
 * is short. One worker serves an endpoint at a time. A wake is dropped if another worker has the lease.
 *
 * @param queue the queue of the wake
 * @param remainingMs returns the time that is left of this invocation, in milliseconds
 * @throws {Error} when the endpoint cannot be served; it stays due
 */
export async function work(
  endpointId: string,
  queue: DeliveryQueue,
  remainingMs: () => number,
  clock: Clock = systemClock,
): Promise<void> {
  const by = randomUUID();
  for (let attempt = 1; ; attempt++) {
    const answer = await takeLease(endpointId, by, clock.now(), attempt === 1 ? queue : 'slow');
    const state = answer.leased;
    if (state === null) {
      const { found } = answer;
      if (found === null) await purge(endpointId, remainingMs, clock.now());
      else if (attempt === 1 && queue === 'prompt' && found.queue === 'slow') await passToSlow(found, clock.now());
      return;
    }
    // The endpoint is read after its state: a change of the endpoint raises the epoch, and so this run would notice it.
    const endpoint = await readEndpoint(endpointId);
    if (!endpoint) {
      if ((await readState(endpointId)) === null) await purge(endpointId, remainingMs, clock.now());
      return;
    }
    const run: Run = { endpoint, state, queue, remainingMs, clock };
    try {
      return await serve(run);
    } catch (error) {
      const hasChanged = error instanceof ConcurrencyConflict || isConditionFailure(error);
      if (hasChanged && attempt < maximumAttempts) continue;
      // A wake that fails would hold back all other wakes of this endpoint until it is sent again.
      if (hasChanged) return leaveToNext(endpoint, by, clock.now());
      await releaseLease(run);
      throw error;
    }
  }
}
