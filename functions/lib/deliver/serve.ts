import { largestPosition } from '../../../events/revision-fields.ts';
import { longestPauseMs, longestQueuedWaitMs } from '../../../events/webhooks/delivery-timing.ts';
import { extendBackfill } from '../fan-out/backfill.ts';
import { deliveriesAfter } from '../subscribers/delivery-lists.ts';
import { putDueEndpoint, readDueEndpointMark, removeDueEndpoint } from '../subscribers/due-endpoints.ts';
import { isActive } from '../subscribers/endpoint-state.ts';
import { readFanOutCheckpoint } from '../subscribers/fan-out-checkpoint.ts';
import { wake } from '../subscribers/wake-queue.ts';
import { continueOn, disable, failed, finish, rememberDueEndpoint, reportDisabled, retryRefused } from './back-off.ts';
import { isoNow, isShortOfTime, type Run, save, withoutLease } from './run.ts';
import { type Stop, sendDeliveries } from './send-deliveries.ts';
import { ping, sendOperational } from './send-operational.ts';
import { verify } from './verification.ts';

const deliveriesPerRead = 50;

/** Whether the next attempt lies ahead: then the lease is let go of. What is a moment away is waited for. */
async function isToWait(run: Run): Promise<boolean> {
  const { clock, state } = run;
  const { nextAttemptAt } = state;
  if (nextAttemptAt === undefined) return false;
  const waitMs = Date.parse(nextAttemptAt) - clock.now();
  if (waitMs <= longestPauseMs) {
    if (waitMs > 0) await clock.pause(waitMs);
    return false;
  }
  await save(run, withoutLease);
  await rememberDueEndpoint(state.id, state.epoch, nextAttemptAt, 'slow');
  if (waitMs <= longestQueuedWaitMs) await wake([state.id], 'slow');
  return true;
}

/**
 * Forgets that something is due, once it is known that nothing is. Fan-out queues a delivery first and then remembers that it is due:
 * if it is not seen here, what is due has another mark by then, and stays.
 *
 * @returns whether nothing is left that may be sent now; then the lease is let go of
 */
async function isFinished(run: Run): Promise<boolean> {
  const { id, sendAfter, queue } = run.state;
  const mark = await readDueEndpointMark(id);
  const [left] = await deliveriesAfter(id, sendAfter, largestPosition, 1);
  if (left) {
    await putDueEndpoint(id, isoNow(run), queue);
    const { position } = await readFanOutCheckpoint(true);
    if (left.position <= position) return false;
  } else if (!(await removeDueEndpoint(id, mark))) {
    return false;
  }
  await save(run, withoutLease);
  return true;
}

/** Acts on why nothing more is sent for now; the lease is let go of. */
async function stopBecauseOf(run: Run, stop: Stop): Promise<void> {
  switch (stop.reason) {
    case 'time':
      return continueOn(run, run.state.queue);
    case 'queue':
      return continueOn(run, stop.queue);
    case 'refused':
      return retryRefused(run, stop.outcome);
    case 'unwell':
      return failed(run, stop.outcome);
    case 'gone':
      return disable(run, 'gone', stop.outcome);
  }
}

async function serveDeliveries(run: Run): Promise<void> {
  while (!isShortOfTime(run)) {
    const { id, sendAfter, backfill } = run.state;
    const { position } = await readFanOutCheckpoint(true);
    // What is queued live waits until the past has been looked at: order is kept.
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
 * Does what there is to do for an endpoint, in this order: what its owner asked for, what is to be told of others, deliveries. In the
 * end the lease is let go of.
 *
 * @throws {ConcurrencyConflict} if the endpoint has changed or another has the lease by now
 */
export async function serve(run: Run): Promise<void> {
  if (isShortOfTime(run)) return continueOn(run, run.state.queue);
  if (run.state.mustNotifyOwner) await reportDisabled(run);
  if (run.state.ping && !(await ping(run, run.state.ping))) return;
  if (run.state.status === 'disabled') return finish(run);
  if (await isToWait(run)) return;
  if (isShortOfTime(run)) return continueOn(run, run.state.queue);
  const { verification } = run.state;
  if (verification && !(await verify(run, verification))) return;
  if (!isActive(run.state)) return finish(run);
  if (await sendOperational(run)) await serveDeliveries(run);
}
