import * as z from 'zod';
import { recordTypeField } from '../../../events/event-type-fields.ts';
import {
  changeKindField,
  eventIdField,
  instantField,
  positionField,
  publishedAtField,
  revisionField,
  storyField,
} from '../../../events/revision-fields.ts';
import { nextCursorField } from '../http/next-link.ts';
import type { Attempt } from '../subscribers/attempts.ts';
import type { Delivery, DeliveryStatus } from '../subscribers/deliveries.ts';
import { deliveryStatuses } from './endpoint-queries.ts';

const deliveryFields = {
  position: positionField,
  id: z.string().describe('`<event id>_<revision>`: the `webhook-id` of the message.'),
  eventId: eventIdField,
  revision: revisionField,
  change: changeKindField,
  type: recordTypeField,
  story: storyField,
  publishedAt: publishedAtField,
  status: z
    .enum(deliveryStatuses)
    .describe(
      'Waiting; taken; refused and put aside; its event was retracted before it was sent; passed over as its newsroom wished.',
    ),
  previousPosition: positionField
    .nullable()
    .describe('What the message says of the one before it; null for the first, and until it is sent.'),
  tries: z.int().min(0).describe('How often it was tried since it was queued, or queued again.'),
  queuedAt: instantField.describe('When it was queued, or queued again.'),
  startedAt: instantField.nullable().describe('When it was first about to be sent: from then on its body stands.'),
  settledAt: instantField.nullable().describe('When it was taken or put aside. It is forgotten 90 days later.'),
};

const attemptSchema = z
  .object({
    at: instantField.describe('When it began.'),
    status: z.int().nullable().describe('The status of the answer; null if there was none.'),
    error: z
      .string()
      .nullable()
      .meta({ description: 'What went wrong, where there was no answer.', examples: ['timeout', 'tls_error'] }),
    durationMs: z.int().min(0),
    answer: z.string().nullable().describe('The first 1,024 bytes of the answer.'),
  })
  .meta({ id: 'Attempt' });

/** What `POST …/deliveries/{position}/redeliver` answers. */
export const deliveryAnswerSchema = z
  .object(deliveryFields)
  .meta({ id: 'Delivery', description: 'One message to one endpoint, and what became of it.' });

export type DeliveryAnswer = z.infer<typeof deliveryAnswerSchema>;

/** What `GET …/deliveries` answers. */
export const deliveriesAnswerSchema = z
  .object({ deliveries: z.array(deliveryAnswerSchema), nextCursor: nextCursorField })
  .meta({ id: 'Deliveries', description: 'A page of the deliveries to an endpoint.' });

export type DeliveriesAnswer = z.infer<typeof deliveriesAnswerSchema>;

/** What `GET …/deliveries/{position}` answers. */
export const deliveryWithAttemptsAnswerSchema = z
  .object({ ...deliveryFields, attempts: z.array(attemptSchema).describe('All that are kept, the first first.') })
  .meta({ id: 'DeliveryWithAttempts', description: 'One message to one endpoint, with each attempt at it.' });

export type DeliveryWithAttemptsAnswer = z.infer<typeof deliveryWithAttemptsAnswerSchema>;

/** The status as its owner is shown it: what was pending when its endpoint went on from a later position is not sent. */
function shownStatus({ status, position }: Delivery, sendAfter: number): DeliveryStatus {
  return status === 'pending' && position <= sendAfter ? 'skipped' : status;
}

/** An attempt as the owner of the endpoint is shown it: with the status of the answer, or with what went wrong. */
function attemptAnswer({ at, outcome, durationMs, answer }: Attempt): z.infer<typeof attemptSchema> {
  const isStatus = /^\d{3}$/.test(outcome);
  return { at, status: isStatus ? Number(outcome) : null, error: isStatus ? null : outcome, durationMs, answer };
}

/**
 * A delivery as the owner of its endpoint is shown it.
 *
 * @param sendAfter of the state of the endpoint
 */
export function deliveryAnswer(delivery: Delivery, sendAfter: number): DeliveryAnswer {
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
    status: shownStatus(delivery, sendAfter),
    previousPosition: delivery.previousPosition ?? null,
    tries: attempts,
    queuedAt,
    startedAt: delivery.startedAt ?? null,
    settledAt: delivery.settledAt ?? null,
  };
}

/** The same, with what came of each attempt at it. */
export function deliveryWithAttemptsAnswer(
  delivery: Delivery,
  sendAfter: number,
  attempts: readonly Attempt[],
): DeliveryWithAttemptsAnswer {
  return { ...deliveryAnswer(delivery, sendAfter), attempts: attempts.map(attemptAnswer) };
}
