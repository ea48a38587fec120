import { maximumRefusedAttempts } from '../../../events/webhooks/delivery-timing.ts';
import { count, logger, milliseconds } from '../runtime/observability.ts';
import { attemptsOf, recordAttempt } from '../subscribers/attempts.ts';
import { type Delivery, settleDelivery } from '../subscribers/deliveries.ts';
import { acknowledgeRecipient } from '../subscribers/recipients.ts';
import { verdictOn } from './post-message.ts';
import type { Outcome } from './run.ts';
import { isoNow, type Run } from './run.ts';

/** What a delivery is after an attempt. */
export interface Recorded {
  readonly status: 'acknowledged' | 'parked' | 'pending';
}

const metricOf = { delivered: 'Delivered', refused: 'Refused', gone: 'Gone', unwell: 'Failed', late: 'Late' } as const;

async function acknowledge(endpointId: string, delivery: Delivery, { at }: Outcome): Promise<void> {
  const { position, eventId, revision, publishedAt, attempts } = delivery;
  // What is settled is not looked at again: the receipt must be there by then.
  await acknowledgeRecipient(eventId, endpointId, revision, at);
  await settleDelivery(endpointId, position, 'acknowledged', at);
  count('DeliveriesSent');
  if (attempts === 0) milliseconds('DeliveryLag', Math.max(0, Date.parse(at) - Date.parse(publishedAt)));
}

/** Those since it was queued, or queued again. */
async function refusalsOf(endpointId: string, position: number, attempts: number): Promise<number> {
  const made = await attemptsOf(endpointId, position);
  return made.slice(-attempts).filter(({ outcome }) => verdictOn(Number(outcome)) === 'refused').length;
}

/**
 * Writes down what came of an attempt, whoever has the lease by now: it has been made. What was refused often enough is parked.
 *
 * @throws ConditionalCheckFailedException if the delivery is gone, and its endpoint with it
 */
export async function recordOutcome(run: Run, delivery: Delivery, attempt: Outcome): Promise<Recorded> {
  const { id: endpointId } = run.endpoint;
  const { position, eventId, revision } = delivery;
  const { at, durationMs, answer, verdict, outcome } = attempt;
  const attempts = await recordAttempt(endpointId, position, { at, outcome, durationMs, answer });
  count(`Attempts${metricOf[verdict]}`);
  logger.info('Tried', { endpointId, eventId, revision, position, outcome, durationMs });
  if (verdict === 'delivered') {
    await acknowledge(endpointId, delivery, attempt);
    return { status: 'acknowledged' };
  }
  const refusals = verdict === 'refused' ? await refusalsOf(endpointId, position, attempts) : 0;
  if (refusals < maximumRefusedAttempts) return { status: 'pending' };
  await settleDelivery(endpointId, position, 'parked', isoNow(run));
  count('DeliveriesParked');
  return { status: 'parked' };
}
