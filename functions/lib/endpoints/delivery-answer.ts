import type { Delivery, DeliveryStatus } from '../subscribers/deliveries.ts';

/** The status as its owner is shown it: what was pending when its endpoint went on from a later position is not sent. */
function shownStatus({ status, position }: Delivery, settledThrough: number): DeliveryStatus {
  return status === 'pending' && position <= settledThrough ? 'skipped' : status;
}

/**
 * A delivery as the owner of its endpoint is shown it.
 *
 * @param settledThrough of the state of the endpoint
 */
export function deliveryAnswer(delivery: Delivery, settledThrough: number) {
  const { position, eventId, revision, kind, type, story, publishedAt, attempts, queuedAt } = delivery;
  return {
    position,
    id: `${eventId}_${revision}`,
    eventId,
    revision,
    change: kind,
    type,
    story,
    publishedAt,
    status: shownStatus(delivery, settledThrough),
    previousPosition: delivery.previousPosition ?? null,
    tries: attempts,
    queuedAt,
    startedAt: delivery.startedAt ?? null,
    settledAt: delivery.settledAt ?? null,
  };
}
