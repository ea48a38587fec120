import { largestPosition } from '../../../events/revision-fields.ts';
import { healthAfter, queueBy } from '../../../events/webhooks/endpoint-health.ts';
import { oneAfterAnother } from '../runtime/concurrency.ts';
import type { Delivery } from '../subscribers/deliveries/deliveries.ts';
import type { DeliveryQueue, StateChanges } from '../subscribers/endpoints/endpoint-state.ts';
import type { FanOutCheckpoint } from '../subscribers/fan-out/fan-out-checkpoint.ts';
import { DeliveryPage } from './delivery-page.ts';
import { messageToSend } from './outgoing-delivery.ts';
import { type OutgoingMessage, postMessage } from './post-message.ts';
import { type Recorded, recordOutcome } from './record-outcome.ts';
import { revisionsAhead } from './revisions-ahead.ts';
import { isShortOfTime, lastErrorOf, type Outcome, type Run } from './run.ts';

/** Why a run sends no more deliveries. */
export type Stop =
  | { readonly reason: 'time' }
  | { readonly reason: 'queue'; readonly queue: DeliveryQueue }
  | { readonly reason: 'late' | 'refused' | 'failed' | 'gone'; readonly outcome: Outcome };

/** The reasons by weight. Of several reasons, the last in this list counts. */
const weights = ['time', 'queue', 'late', 'refused', 'failed', 'gone'] as const;

interface Sending {
  readonly delivery: Delivery;
  readonly index: number;
  readonly message: OutgoingMessage;
  /** The id of the request that wrote the revision. */
  readonly correlationId: string;
}

function graver(one: Stop | null, other: Stop | null): Stop | null {
  if (one === null || other === null) return one ?? other;
  return weights.indexOf(one.reason) >= weights.indexOf(other.reason) ? one : other;
}

/** The changes of the state when a delivery is settled. A parked delivery does not end the failures of the endpoint. */
function changesAfter({ state }: Run, outcome: Outcome): StateChanges {
  const health = healthAfter(state, outcome);
  if (outcome.verdict === 'delivered') return health;
  const isWell = state.failures === 0 && { status: 'active' as const, firstFailureAt: undefined };
  return { ...health, nextAttemptAt: undefined, ...isWell, lastError: lastErrorOf(outcome) };
}

/** Why the run stops after an attempt; null if it goes on. */
function stopAfter(run: Run, outcome: Outcome, recorded: Recorded): Stop | null {
  const { verdict } = outcome;
  if (verdict === 'late' || verdict === 'failed' || verdict === 'gone') return { reason: verdict, outcome };
  if (recorded.status === 'pending') return { reason: 'refused', outcome };
  const queue = queueBy(run.state);
  return verdict === 'delivered' && queue !== run.state.queue ? { reason: 'queue', queue } : null;
}

/**
 * Sends deliveries in order, up to `maxInFlight` at once. All deliveries before them must be settled.
 *
 * @param checkpoint the checkpoint of fan-out. Messages through its position may be sent
 * @returns why it stopped; null if all are settled that may be sent before the endpoint has caught up
 * @throws {ConcurrencyConflict} when the endpoint was changed. All exchanges have ended and are recorded then
 */
export async function sendDeliveries(
  run: Run,
  deliveries: readonly Delivery[],
  checkpoint: FanOutCheckpoint,
): Promise<Stop | null> {
  const page = new DeliveryPage(run, deliveries);
  const revisions = revisionsAhead(run, page);
  const inOrder = oneAfterAnother();
  const failures: unknown[] = [];
  let stop: Stop | null = null;
  let isLeftToSearch = false;

  async function next(): Promise<Sending | null> {
    while (stop === null && failures.length === 0 && !isLeftToSearch) {
      if (isShortOfTime(run)) {
        stop = { reason: 'time' };
        return null;
      }
      const taken = page.take();
      if (taken === null) return null;
      const { delivery, index } = taken;
      const read = await revisions(delivery);
      // Another instance of fan-out may have queued it before the endpoint fell behind. What comes before it must be
      // searched first.
      if (delivery.position >= (run.state.behindFrom ?? largestPosition)) {
        isLeftToSearch = true;
        return null;
      }
      const made = await messageToSend(run, delivery, read, () => page.previousOf(index), checkpoint);
      if ('message' in made) return { delivery, index, ...made };
      await page.settle(index, made.settled, {});
    }
    return null;
  }

  async function sendOneAfterAnother(): Promise<void> {
    try {
      for (let one = await inOrder(next); one !== null; one = await inOrder(next)) {
        const { delivery, index, message, correlationId } = one;
        const outcome = await postMessage(run, message);
        const recorded = await recordOutcome(run, delivery, outcome, correlationId);
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
