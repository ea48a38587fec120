import { largestPosition } from '../../../events/revision-fields.ts';
import { longestPauseMs, longestQueuedWaitMs } from '../../../events/webhooks/delivery-timing.ts';
import { extendBackfill } from '../fan-out/backfill.ts';
import { deliveriesAfter } from '../subscribers/delivery-lists.ts';
import { putDueEndpoint, readDueEndpointMark, removeDueEndpoint } from '../subscribers/due-endpoints.ts';
import { isActive } from '../subscribers/endpoint-state.ts';
import { readFanOutCheckpoint } from '../subscribers/fan-out-checkpoint.ts';
import { wake } from '../subscribers/wake-queue.ts';
import { continueOn, disable, failed, finish, putDueUnlessChanged, reportDisabled, retryRefused } from './back-off.ts';
import { isoNow, isShortOfTime, type Run, save, withoutLease } from './run.ts';
import { type Stop, sendDeliveries } from './send-deliveries.ts';
import { ping, sendOperational } from './send-operational.ts';
import { verify } from './verification.ts';

const deliveriesPerRead = 50;

/** Whether the endpoint must wait for its next attempt; the lease is released then. A short wait is spent here. */
async function mustWait(run: Run): Promise<boolean> {
  const { clock, state } = run;
  const { nextAttemptAt } = state;
  if (nextAttemptAt === undefined) return false;
  const waitMs = Date.parse(nextAttemptAt) - clock.now();
  if (waitMs <= longestPauseMs) {
    if (waitMs > 0) await clock.pause(waitMs);
    return false;
  }
  await save(run, withoutLease);
  await putDueUnlessChanged(state.id, state.epoch, nextAttemptAt, 'slow');
  if (waitMs <= longestQueuedWaitMs) await wake([state.id], 'slow');
  return true;
}

/**
 * Removes the due endpoint if there is nothing left to send. Fan-out first queues a delivery and then makes the endpoint due. So if the
 * delivery is not seen here, the mark of the due endpoint is another one, and it stays due.
 *
 * @returns whether nothing is left that may be sent now; the lease is released then
 */
async function isFinished(run: Run): Promise<boolean> {
  const { id, sendAfter, queue } = run.state;
  const mark = await readDueEndpointMark(id);
  const [next] = await deliveriesAfter(id, sendAfter, largestPosition, 1);
  if (next) {
    await putDueEndpoint(id, isoNow(run), queue);
    const { position } = await readFanOutCheckpoint(true);
    if (next.position <= position) return false;
  } else if (!(await removeDueEndpoint(id, mark))) {
    return false;
  }
  await save(run, withoutLease);
  return true;
}

/** Ends the run as the reason requires, and releases the lease. */
async function stopBecauseOf(run: Run, stop: Stop): Promise<void> {
  switch (stop.reason) {
    case 'time':
      return continueOn(run, run.state.queue);
    case 'queue':
      return continueOn(run, stop.queue);
    case 'refused':
      return retryRefused(run, stop.outcome);
    case 'failed':
      return failed(run, stop.outcome);
    case 'gone':
      return disable(run, 'gone', stop.outcome);
  }
}

async function serveDeliveries(run: Run): Promise<void> {
  while (!isShortOfTime(run)) {
    const { id, sendAfter, backfill } = run.state;
    const { position } = await readFanOutCheckpoint(true);
    // Deliveries that fan-out queues wait until the backfill is done, so that order is kept.
    const through = Math.min(position, backfill ? backfill.next - 1 : largestPosition);
    const deliveries = await deliveriesAfter(id, sendAfter, through, deliveriesPerRead);
    if (deliveries.length > 0) {
      const stop = await sendDeliveries(run, deliveries, position);
      if (stop) return stopBecauseOf(run, stop);
    } else if (backfill) {
      run.state = await extendBackfill(run.endpoint, run.state);
    } else if (await isFinished(run)) {
      return;
    }
  }
  await continueOn(run, run.state.queue);
}

/**
 * Does all work for an endpoint in this order: what its owner requested, operational messages, deliveries. It releases the lease at the
 * end.
 *
 * @throws {ConcurrencyConflict} when the endpoint was changed or another worker has the lease
 */
export async function serve(run: Run): Promise<void> {
  if (isShortOfTime(run)) return continueOn(run, run.state.queue);
  if (run.state.mustNotifyOwner) await reportDisabled(run);
  if (run.state.ping && !(await ping(run, run.state.ping))) return;
  if (run.state.status === 'disabled') return finish(run);
  if (await mustWait(run)) return;
  if (isShortOfTime(run)) return continueOn(run, run.state.queue);
  const { verification } = run.state;
  if (verification && !(await verify(run, verification))) return;
  if (!isActive(run.state)) return finish(run);
  if (await sendOperational(run)) await serveDeliveries(run);
}
