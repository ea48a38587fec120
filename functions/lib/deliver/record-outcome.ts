import { maximumAttemptsShown } from '../../../events/input/limits.ts';
import { maximumRefusedAttempts } from '../../../events/webhooks/delivery-timing.ts';
import { count, logger, milliseconds } from '../runtime/observability.ts';
import { attemptsOf, recordAttempt } from '../subscribers/deliveries/attempts.ts';
import { type Attempt, type Delivery, settleDelivery } from '../subscribers/deliveries/deliveries.ts';
import { acknowledgeAtFirstAttempt, acknowledgeRecipient } from '../subscribers/deliveries/recipients.ts';
import { verdictOn } from './post-message.ts';
import { isoNow, type Outcome, type Run } from './run.ts';

/** The delivery after an attempt was recorded. */
export interface Recorded {
  readonly status: 'acknowledged' | 'parked' | 'pending';
}

const metricOf = { delivered: 'Delivered', refused: 'Refused', gone: 'Gone', failed: 'Failed', late: 'Late' } as const;

async function acknowledge(endpointId: string, delivery: Delivery, attempt: Attempt): Promise<void> {
  const { position, eventId, revision, publishedAt, attempts } = delivery;
  const { at } = attempt;
  if (attempts > 0 || !(await acknowledgeAtFirstAttempt(endpointId, delivery, attempt))) {
    await recordAttempt(endpointId, position, attempt);
    // A settled delivery is not processed again, so the receipt must be stored before.
    await acknowledgeRecipient(eventId, endpointId, revision, at);
    await settleDelivery(endpointId, position, 'acknowledged', at);
  }
  count('DeliveriesSent');
  if (attempts === 0) milliseconds('DeliveryLag', Math.max(0, Date.parse(at) - Date.parse(publishedAt)));
}

/**
 * The number of refusals among the last attempts.
 *
 * @param attempts the number since the delivery was queued, or queued again
 */
async function refusalsOf(endpointId: string, delivery: Delivery, attempts: number): Promise<number> {
  const made = await attemptsOf(endpointId, delivery, Math.min(attempts, maximumAttemptsShown));
  return made.filter(({ outcome }) => verdictOn(Number(outcome)) === 'refused').length;
}

/**
 * Records the outcome of an attempt, also if another worker has taken the lease: the message was sent. A delivery that
 * was refused too often is parked.
 *
 * @param correlationId the id of the request that wrote the revision
 * @throws {ConditionalCheckFailedException} when the delivery was deleted with its endpoint
 */
export async function recordOutcome(
  run: Run,
  delivery: Delivery,
  attempt: Outcome,
  correlationId: string,
): Promise<Recorded> {
  const { id: endpointId } = run.endpoint;
  const { position, eventId, revision } = delivery;
  const { at, durationMs, answer, verdict, outcome, detail } = attempt;
  // A receiver may answer a redaction with what it has erased.
  const kept = delivery.kind === 'redacted' ? null : answer;
  const made = { at, outcome, durationMs, answer: kept, ...(answer === null && { detail }) };
  count(`Attempts${metricOf[verdict]}`);
  logger.info('Attempted', { endpointId, eventId, revision, position, outcome, durationMs, correlationId });
  if (verdict === 'delivered') {
    await acknowledge(endpointId, delivery, made);
    return { status: 'acknowledged' };
  }
  const attempts = await recordAttempt(endpointId, position, made);
  const refusals = verdict === 'refused' ? await refusalsOf(endpointId, delivery, attempts) : 0;
  if (refusals < maximumRefusedAttempts) return { status: 'pending' };
  await settleDelivery(endpointId, position, 'parked', isoNow(run));
  count('DeliveriesParked');
  return { status: 'parked' };
}
