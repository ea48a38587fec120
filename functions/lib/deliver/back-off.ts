import { fanOutTimeoutMs, longestQueuedWaitMs } from '../../../events/webhooks/delivery-timing.ts';
import { healthAfter } from '../../../events/webhooks/endpoint-health.ts';
import { hasFailedTooLong, retryAfter } from '../../../events/webhooks/retry-schedule.ts';
import { count, logger } from '../runtime/observability.ts';
import { deactivateEndpoint } from '../subscribers/endpoints/activation.ts';
import {
  type DueEndpoint,
  putDueEndpoint,
  readDueMark,
  removeDueEndpoint,
} from '../subscribers/endpoints/due-endpoints.ts';
import { type DeliveryQueue, readState, type StateChanges } from '../subscribers/endpoints/endpoint-state.ts';
import type { Endpoint } from '../subscribers/endpoints/endpoints.ts';
import { wake } from '../subscribers/endpoints/wake-queue.ts';
import { disabledEvent } from './operational-event.ts';
import { notifyOwner } from './operational-messages.ts';
import { isoNow, lastErrorOf, type Outcome, type Run, save, saveProgress, withoutLease } from './run.ts';

/**
 * A refused message says nothing about the endpoint, and others wait behind it: it is always retried after the first
 * wait.
 */
const firstFailure = 1;

/** Changes the state, releases the lease, and makes the endpoint due at `at` (RFC 3339). */
async function continueLater(run: Run, changes: StateChanges, at: string, queue: DeliveryQueue): Promise<void> {
  await save(run, { ...changes, ...withoutLease, queue });
  await putDueUnlessChanged(run.endpoint, run.state.epoch, { at, setAt: isoNow(run), queue });
}

/**
 * Records when an endpoint is due. If its owner has changed it meanwhile, it is due now; if it was deleted, to be
 * purged.
 *
 * @param epoch the epoch of the state that the decision was based on
 */
export async function putDueUnlessChanged(
  { id, owner }: Pick<Endpoint, 'id' | 'owner'>,
  epoch: number,
  due: Pick<DueEndpoint, 'at' | 'queue'> & { readonly setAt: string },
): Promise<void> {
  await putDueEndpoint({ id, owner, ...due });
  const state = await readState(id);
  if (state === null) {
    // It was deleted. It is purged when fan-out has certainly ended what it was queueing for it.
    const at = new Date(Date.parse(due.setAt) + fanOutTimeoutMs).toISOString();
    await putDueEndpoint({ id, owner, at, queue: 'slow' });
  } else if (state.epoch !== epoch) {
    await putDueEndpoint({ id, owner, at: new Date(0).toISOString(), queue: state.queue });
  }
}

/**
 * Makes an endpoint wait before the next attempt, which the slow queue serves.
 *
 * @param failures the number of failures in a row, which decides how long it waits
 */
export async function backOff(run: Run, outcome: Outcome, failures: number, changes: StateChanges = {}): Promise<void> {
  const { state, clock } = run;
  const waitMs = retryAfter(failures, clock.random(), outcome.retryAfterMs);
  const waitingSince = isoNow(run);
  const nextAttemptAt = new Date(clock.now() + waitMs).toISOString();
  const status = state.status === 'active' ? 'retrying' : state.status;
  await continueLater(
    run,
    {
      ...changes,
      ...healthAfter(state, outcome),
      status,
      nextAttemptAt,
      waitingSince,
      lastError: lastErrorOf(outcome),
    },
    nextAttemptAt,
    'slow',
  );
  if (waitMs <= longestQueuedWaitMs) await wake([run.endpoint], 'slow');
}

/** Makes an endpoint wait after it refused a message. */
export const retryRefused = (run: Run, outcome: Outcome) => backOff(run, outcome, firstFailure);

/** Leaves the endpoint to the next worker of a queue, which is woken at once. */
export async function continueOn(run: Run, queue: DeliveryQueue, changes: StateChanges = {}): Promise<void> {
  await continueLater(run, changes, isoNow(run), queue);
  await wake([run.endpoint], queue);
}

/** Leaves an endpoint that did not answer within the time of the prompt queue to the slow one. */
export const retryLate = (run: Run, outcome: Outcome) => continueOn(run, 'slow', healthAfter(run.state, outcome));

/**
 * Ends a run with nothing left to do: it releases the lease and removes the due endpoint. The write of the state fails
 * if the endpoint was changed; the mark keeps the endpoint due if there is more to send since.
 */
export async function finish(run: Run, changes: StateChanges = {}): Promise<void> {
  const { id } = run.state;
  const mark = await readDueMark(id);
  await save(run, { ...changes, ...withoutLease });
  await removeDueEndpoint(id, mark);
}

/**
 * Notifies the owner that the endpoint was disabled. The next run repeats it unless the state says that it was done.
 */
export async function reportDisabled(run: Run): Promise<void> {
  await notifyOwner(run.endpoint.owner, disabledEvent(run.endpoint, run.state), isoNow(run));
  await save(run, { mustNotifyOwner: undefined });
}

/**
 * Disables an endpoint because of its responses, notifies its owner and ends the run. Its deliveries stay pending, and
 * what its owner requested of it is dropped.
 *
 * @throws {ConcurrencyConflict} when the endpoint was changed or another worker has the lease
 */
export async function disable(run: Run, reason: 'gone' | 'failing', outcome: Outcome): Promise<void> {
  await saveProgress(run);
  const { endpoint, state } = run;
  const lastError = lastErrorOf(outcome);
  const { firstFailureAt = outcome.at } = state;
  const failures = state.failures + 1;
  const requested = { verification: undefined, ping: undefined } as const;
  const changes = { disabledReason: reason, lastError, firstFailureAt, failures, mustNotifyOwner: true } as const;
  run.state = await deactivateEndpoint(endpoint, state, { status: 'disabled', ...requested, ...changes });
  count('EndpointsDisabled');
  logger.warn('Disabled', { endpointId: endpoint.id, reason, category: lastError.category });
  await reportDisabled(run);
  await finish(run);
}

/** Makes an endpoint wait after a failed attempt, or disables it after it has failed for days. */
export async function failed(run: Run, outcome: Outcome): Promise<void> {
  const { state, clock } = run;
  const failures = state.failures + 1;
  const { firstFailureAt = outcome.at } = state;
  if (hasFailedTooLong(Date.parse(firstFailureAt), clock.now())) return disable(run, 'failing', outcome);
  return backOff(run, outcome, failures, { failures, firstFailureAt });
}
