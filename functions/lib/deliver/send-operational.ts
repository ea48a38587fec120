import { maximumRefusedAttempts } from '../../../events/webhooks/delivery-timing.ts';
import { healthAfter } from '../../../events/webhooks/endpoint-health.ts';
import type { EndpointState } from '../subscribers/endpoints/endpoint-state.ts';
import { continueOn, disable, failed, retryLate, retryRefused } from './back-off.ts';
import { operationalMessage, pingEvent } from './operational-event.ts';
import { countRefusal, deleteOperational, queuedOperational } from './operational-messages.ts';
import { postMessage } from './post-message.ts';
import { isShortOfTime, lastErrorOf, type Run, save } from './run.ts';

/**
 * Sends a ping once. If the endpoint accepts it, it has failed no longer, and need not wait for the next attempt.
 *
 * @returns whether the run goes on; if not, the lease is released
 */
export async function ping(run: Run, requested: NonNullable<EndpointState['ping']>): Promise<boolean> {
  const outcome = await postMessage(run, operationalMessage(pingEvent(run.endpoint, requested)));
  if (outcome.verdict === 'late') {
    await retryLate(run, outcome);
    return false;
  }
  if (outcome.verdict === 'gone' && run.state.status !== 'disabled') {
    await disable(run, 'gone', outcome);
    return false;
  }
  const isDelivered = outcome.verdict === 'delivered';
  await save(run, {
    ...healthAfter(run.state, outcome),
    ping: undefined,
    ...(!isDelivered && { lastError: lastErrorOf(outcome) }),
  });
  return true;
}

/**
 * Sends the operational messages that are queued for an endpoint.
 *
 * @returns whether the run goes on; if not, the lease is released
 */
export async function sendOperational(run: Run): Promise<boolean> {
  const { id } = run.endpoint;
  for await (const queued of queuedOperational(id)) {
    if (isShortOfTime(run)) {
      await continueOn(run, run.state.queue);
      return false;
    }
    const outcome = await postMessage(run, queued);
    if (outcome.verdict === 'late') {
      await retryLate(run, outcome);
      return false;
    }
    if (outcome.verdict === 'failed') {
      await failed(run, outcome);
      return false;
    }
    if (outcome.verdict === 'gone') {
      await disable(run, 'gone', outcome);
      return false;
    }
    const refusals = queued.refusals + 1;
    if (outcome.verdict === 'delivered' || refusals >= maximumRefusedAttempts) {
      await deleteOperational(id, queued);
      await save(run, healthAfter(run.state, outcome));
      continue;
    }
    await countRefusal(id, queued);
    await retryRefused(run, outcome);
    return false;
  }
  return true;
}
