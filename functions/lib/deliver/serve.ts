import { largestPosition } from '../../../events/revision-fields.ts';
import { longestPauseMs, longestQueuedWaitMs } from '../../../events/webhooks/delivery-timing.ts';
import { remainingWaitMs } from '../../../events/webhooks/retry-schedule.ts';
import { extendBackfill } from '../fan-out/backfill.ts';
import { catchUp } from '../fan-out/catch-up.ts';
import { deliveriesAfter } from '../subscribers/deliveries/delivery-lists.ts';
import { leaveToFanOut, readDueMark, removeDueEndpoint, resetQueued } from '../subscribers/endpoints/due-endpoints.ts';
import { isActive } from '../subscribers/endpoints/endpoint-state.ts';
import { fallingBehind } from '../subscribers/endpoints/endpoints-behind.ts';
import { wake } from '../subscribers/endpoints/wake-queue.ts';
import { readFanOutCheckpoint } from '../subscribers/fan-out/fan-out-checkpoint.ts';
import {
  continueOn,
  disable,
  failed,
  finish,
  putDueUnlessChanged,
  reportDisabled,
  retryLate,
  retryRefused,
} from './back-off.ts';
import { isOperationalQueued } from './operational-messages.ts';
import { isoNow, isShortOfTime, type Run, save, saveProgress, withoutLease } from './run.ts';
import { type Stop, sendDeliveries } from './send-deliveries.ts';
import { ping, sendOperational } from './send-operational.ts';
import { verify } from './verification.ts';

const deliveriesPerRead = 50;
/**
 * How long a worker waits for fan-out to advance its checkpoint, and how often, before it leaves the endpoint to the
 * next worker.
 */
const fanOutPauseMs = 50;
const maximumPauses = 20;

/** Whether the endpoint must wait for its next attempt; the lease is released then. A short wait is spent here. */
async function mustWait(run: Run): Promise<boolean> {
  const { clock, state } = run;
  const waitMs = remainingWaitMs(state, clock.now());
  if (waitMs <= longestPauseMs) {
    if (waitMs > 0) await clock.pause(waitMs);
    return false;
  }
  await save(run, withoutLease);
  const at = new Date(clock.now() + waitMs).toISOString();
  await putDueUnlessChanged(run.endpoint, state.epoch, { at, setAt: isoNow(run), queue: 'slow' });
  if (waitMs <= longestQueuedWaitMs) await wake([run.endpoint], 'slow');
  return true;
}

/**
 * Removes the due endpoint if there is nothing left to send, of messages of either kind. Fan-out first queues
 * deliveries, then makes the endpoint due, then advances its checkpoint, and wakes only endpoints that were not due
 * before. So an endpoint that fan-out has made due stays due until the checkpoint has passed its deliveries. If fan-out
 * has yet to make it due, it is left to fan-out, which wakes it.
 *
 * @returns `done` if nothing is left that may be sent now, and the lease is released; `more` if there is, and `soon` if
 *   there is as soon as fan-out advances its checkpoint
 */
async function finishedOr(run: Run): Promise<'done' | 'more' | 'soon'> {
  const { id, sendAfter, queue, behindFrom } = run.state;
  const isBehind = behindFrom !== undefined;
  const due = await readDueMark(id);
  const [next] = await deliveriesAfter(id, sendAfter, largestPosition, 1);
  if (next) {
    const { position } = await readFanOutCheckpoint('consistent');
    if (next.position <= position) return 'more';
    if (due !== null && (due.queuedThrough ?? 0) >= next.position) {
      // It keeps up: what is queued is beyond the checkpoint. So it must not fall behind by counting up what it has
      // sent.
      if ((due.queued ?? 0) > fallingBehind.deliveries / 2) await resetQueued(id, due);
      return 'soon';
    }
    if (!(await leaveToFanOut(run.endpoint, due, { at: isoNow(run), queue }))) return 'more';
  } else if (isBehind) {
    // Nobody wakes it until fan-out serves it again, but the sweep.
    if (!(await leaveToFanOut(run.endpoint, due, { at: isoNow(run), queue }))) return 'more';
  } else if (due?.hasNotice && (await isOperationalQueued(id))) {
    // It was queued meanwhile. Its wake may have been dropped, since this run has the lease.
    return (await sendOperational(run)) ? 'more' : 'done';
  } else if (!(await removeDueEndpoint(id, due))) {
    return 'more';
  }
  await save(run, withoutLease);
  // It fell behind when its last deliveries were queued, and this run did not notice.
  if (!isBehind && run.state.behindFrom !== undefined) await continueAtOnce(run);
  return 'done';
}

/** Wakes the next worker of an endpoint whose lease is released. */
async function continueAtOnce(run: Run): Promise<void> {
  const { queue, epoch } = run.state;
  await putDueUnlessChanged(run.endpoint, epoch, { at: isoNow(run), setAt: isoNow(run), queue });
  await wake([run.endpoint], queue);
}

/** Ends the run as the reason requires, and releases the lease. */
async function stopBecauseOf(run: Run, stop: Stop): Promise<void> {
  switch (stop.reason) {
    case 'time':
      return continueOn(run, run.state.queue);
    case 'queue':
      return continueOn(run, stop.queue);
    case 'late':
      return retryLate(run, stop.outcome);
    case 'refused':
      return retryRefused(run, stop.outcome);
    case 'failed':
      return failed(run, stop.outcome);
    case 'gone':
      return disable(run, 'gone', stop.outcome);
  }
}

async function serveDeliveries(run: Run): Promise<void> {
  let pauses = 0;
  while (!isShortOfTime(run) && pauses < maximumPauses) {
    const { id, sendAfter, backfill, behindFrom = largestPosition } = run.state;
    const checkpoint = await readFanOutCheckpoint('consistent');
    // Deliveries that fan-out queues wait until everything before them is searched, so that order is kept.
    const through = Math.min(checkpoint.position, (backfill?.next ?? largestPosition) - 1, behindFrom - 1);
    const deliveries = await deliveriesAfter(id, sendAfter, through, deliveriesPerRead);
    if (deliveries.length > 0) {
      const stop = await sendDeliveries(run, deliveries, checkpoint);
      if (stop) return stopBecauseOf(run, stop);
      // The page ends where the next one begins, or there are no more.
      if (deliveries.length === deliveriesPerRead) continue;
    }
    // What follows writes the state by itself, or ends that the endpoint is due.
    await saveProgress(run);
    if (run.state.backfill) {
      run.state = await extendBackfill(run.endpoint, run.state);
    } else {
      const step = await catchUp(run.state, checkpoint.position);
      run.state = step.state;
      if (step.isMore) continue;
      const outcome = await finishedOr(run);
      if (outcome === 'done') return;
      if (outcome === 'more') continue;
      pauses += 1;
      await run.clock.pause(fanOutPauseMs);
    }
  }
  await continueOn(run, run.state.queue);
}

/**
 * Does all work for an endpoint in this order: what its owner requested, operational messages, deliveries. It releases
 * the lease at the end.
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
