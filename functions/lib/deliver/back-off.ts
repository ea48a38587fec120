import { longestQueuedWaitMs } from '../../../events/webhooks/delivery-timing.ts';
import { hasFailedTooLong, retryAfter } from '../../../events/webhooks/retry-schedule.ts';
import { count, logger } from '../runtime/observability.ts';
import { deactivateEndpoint } from '../subscribers/activation.ts';
import {
  deleteDueEndpoint,
  putDueEndpoint,
  readDueEndpointMark,
  removeDueEndpoint,
} from '../subscribers/due-endpoints.ts';
import { type DeliveryQueue, readState, type StateChanges } from '../subscribers/endpoint-state.ts';
import { wake } from '../subscribers/wake-queue.ts';
import { disabledEvent } from './operational-event.ts';
import { notifyOwner } from './operational-messages.ts';
import type { Outcome } from './run.ts';
import { isoNow, lastErrorOf, type Run, save, withoutLease } from './run.ts';

/** A refused message holds up those behind it, and says nothing of the endpoint: its waits do not grow. */
const firstFailure = 1;

/** Writes the state as it is to be and lets go of the lease; then sees to it that the endpoint is served from `at` (RFC 3339) on. */
async function continueLater(run: Run, changes: StateChanges, at: string, queue: DeliveryQueue): Promise<void> {
  await save(run, { ...changes, ...withoutLease, queue });
  await rememberDueEndpoint(run.state.id, run.state.epoch, at, queue);
}

/**
 * Remembers when an endpoint is to be served again. If its owner has changed it meanwhile, that is now.
 *
 * @param epoch under which this was decided
 */
export async function rememberDueEndpoint(id: string, epoch: number, at: string, queue: DeliveryQueue): Promise<void> {
  await putDueEndpoint(id, at, queue);
  const state = await readState(id);
  if (state === null) await deleteDueEndpoint(id);
  else if (state.epoch !== epoch) await putDueEndpoint(id, new Date(0).toISOString(), state.queue);
}

/**
 * Leaves an endpoint alone for a while: the slow queue serves it then.
 *
 * @param failures in a row, by which it is decided how long
 */
export async function backOff(run: Run, outcome: Outcome, failures: number, changes: StateChanges = {}): Promise<void> {
  const { state, clock } = run;
  const waitMs = retryAfter(failures, clock.random(), outcome.retryAfterMs);
  const nextAttemptAt = new Date(clock.now() + waitMs).toISOString();
  const status = state.status === 'active' ? 'retrying' : state.status;
  await continueLater(
    run,
    { ...changes, status, nextAttemptAt, lastError: lastErrorOf(outcome) },
    nextAttemptAt,
    'slow',
  );
  if (waitMs <= longestQueuedWaitMs) await wake([state.id], 'slow');
}

/** Waits before the next attempt at a message that was refused. */
export const retryRefused = (run: Run, outcome: Outcome) => backOff(run, outcome, firstFailure);

/** Goes on by another queue, or by the same one as soon as there is time again. */
export async function continueOn(run: Run, queue: DeliveryQueue): Promise<void> {
  await continueLater(run, {}, isoNow(run), queue);
  await wake([run.state.id], queue);
}

/**
 * Nothing more is to be done: the lease is let go of, and what was due is forgotten. Who has changed the endpoint before is seen by the
 * write, and what is due since by its mark.
 */
export async function finish(run: Run, changes: StateChanges = {}): Promise<void> {
  const { id } = run.state;
  const mark = await readDueEndpointMark(id);
  await save(run, { ...changes, ...withoutLease });
  await removeDueEndpoint(id, mark);
}

/** Tells the owner that the endpoint was disabled. Repeated until it is known to have been done. */
export async function reportDisabled(run: Run): Promise<void> {
  await notifyOwner(run.endpoint.owner, disabledEvent(run.endpoint, run.state), isoNow(run));
  await save(run, { mustNotifyOwner: undefined });
}

/**
 * Disables an endpoint because of what it answered, and tells its owner. What is to be sent to it stays. The lease is let go of.
 *
 * @throws {ConcurrencyConflict}
 */
export async function disable(run: Run, reason: 'gone' | 'failing', outcome: Outcome): Promise<void> {
  const { endpoint, state } = run;
  const lastError = lastErrorOf(outcome);
  const { firstFailureAt = outcome.at } = state;
  const failures = state.failures + 1;
  const changes = { disabledReason: reason, lastError, firstFailureAt, failures, mustNotifyOwner: true } as const;
  run.state = await deactivateEndpoint(endpoint, state, { status: 'disabled', ...changes });
  count('EndpointsDisabled');
  logger.warn('Disabled', { endpointId: endpoint.id, reason, category: lastError.category });
  await reportDisabled(run);
  await finish(run);
}

/** After an attempt that says that the endpoint is unwell: it is left alone for a while or, after days of this, disabled. */
export async function failed(run: Run, outcome: Outcome): Promise<void> {
  const { state, clock } = run;
  const failures = state.failures + 1;
  const { firstFailureAt = outcome.at } = state;
  if (hasFailedTooLong(Date.parse(firstFailureAt), clock.now())) return disable(run, 'failing', outcome);
  return backOff(run, outcome, failures, { failures, firstFailureAt });
}
