import { promptAnswerMs, slowAnswerMs } from '../../../events/webhooks/delivery-timing.ts';
import { oneAfterAnother } from '../runtime/concurrency.ts';
import type { Delivery } from '../subscribers/deliveries.ts';
import type { DeliveryQueue, StateChanges } from '../subscribers/endpoint-state.ts';
import { DeliveryPage } from './delivery-page.ts';
import { messageToSend } from './outgoing-delivery.ts';
import { type OutgoingMessage, postMessage } from './post-message.ts';
import { type Recorded, recordOutcome } from './record-outcome.ts';
import { isShortOfTime, lastErrorOf, type Outcome, type Run } from './run.ts';

/** Why a run sends no more deliveries. */
export type Stop =
  | { readonly reason: 'time' }
  | { readonly reason: 'queue'; readonly queue: DeliveryQueue }
  | { readonly reason: 'refused' | 'failed' | 'gone'; readonly outcome: Outcome };

/** The reasons by weight. Of several reasons, the last in this list counts. */
const weights = ['time', 'queue', 'refused', 'failed', 'gone'] as const;

interface Sending {
  readonly delivery: Delivery;
  readonly index: number;
  readonly message: OutgoingMessage;
}

function graver(one: Stop | null, other: Stop | null): Stop | null {
  if (one === null || other === null) return one ?? other;
  return weights.indexOf(one.reason) >= weights.indexOf(other.reason) ? one : other;
}

/** The changes of the state when a delivery is settled. A parked delivery does not end the failures of the endpoint. */
function changesAfter({ state }: Run, outcome: Outcome): StateChanges {
  const isDelivered = outcome.verdict === 'delivered';
  return {
    nextAttemptAt: undefined,
    ...((isDelivered || state.failures === 0) && { status: 'active', failures: 0, firstFailureAt: undefined }),
    ...(!isDelivered && { lastError: lastErrorOf(outcome) }),
  };
}

/** The queue that serves an endpoint after an exchange of this duration. */
function queueAfter({ queue, state }: Run, { durationMs }: Outcome): DeliveryQueue {
  if (durationMs > slowAnswerMs) return 'slow';
  return queue === 'slow' && durationMs < promptAnswerMs ? 'prompt' : state.queue;
}

/** Why the run stops after an attempt; null if it goes on. */
function stopAfter(run: Run, outcome: Outcome, recorded: Recorded): Stop | null {
  const { verdict } = outcome;
  if (verdict === 'failed' || verdict === 'gone') return { reason: verdict, outcome };
  if (verdict === 'late') return { reason: 'queue', queue: 'slow' };
  if (recorded.status === 'pending') return { reason: 'refused', outcome };
  const queue = queueAfter(run, outcome);
  return verdict === 'delivered' && queue !== run.state.queue ? { reason: 'queue', queue } : null;
}

/**
 * Sends deliveries in order, up to `maxInFlight` at once. All deliveries before them must be settled.
 *
 * @param through the position through which messages may be sent
 * @returns why it stopped; null if all are settled
 * @throws {ConcurrencyConflict} when the endpoint was changed. All exchanges have ended and are recorded then
 */
export async function sendDeliveries(run: Run, deliveries: readonly Delivery[], through: number): Promise<Stop | null> {
  const page = new DeliveryPage(run, deliveries);
  const inOrder = oneAfterAnother();
  const failures: unknown[] = [];
  let stop: Stop | null = null;

  async function next(): Promise<Sending | null> {
    while (stop === null && failures.length === 0) {
      if (isShortOfTime(run)) {
        stop = { reason: 'time' };
        return null;
      }
      const taken = page.take();
      if (taken === null) return null;
      const { delivery, index } = taken;
      const made = await messageToSend(run, delivery, () => page.previousOf(index), through);
      if ('message' in made) return { delivery, index, message: made.message };
      await page.settle(index, made.settled, {});
    }
    return null;
  }

  async function sendOneAfterAnother(): Promise<void> {
    try {
      for (let one = await inOrder(next); one !== null; one = await inOrder(next)) {
        const { delivery, index, message } = one;
        const outcome = await postMessage(run, message);
        const recorded = await recordOutcome(run, delivery, outcome);
        const { status } = recorded;
        if (status !== 'pending') await inOrder(() => page.settle(index, status, changesAfter(run, outcome)));
        stop = graver(stop, stopAfter(run, outcome, recorded));
      }
    } catch (error) {
      failures.push(error);
    }
  }

  await Promise.all(Array.from({ length: run.endpoint.maxInFlight }, sendOneAfterAnother));
  if (failures.length > 0) throw failures[0];
  await page.passSettled();
  return stop;
}
