import * as z from 'zod';
import { recordTypeField } from '../../../events/event-type-fields.ts';
import { maximumAttemptsShown } from '../../../events/input/limits.ts';
import {
  changeKindField,
  eventIdField,
  instantField,
  positionField,
  publishedAtField,
  revisionField,
  storyField,
} from '../../../events/revision-fields.ts';
import { deliveryStatuses } from '../../../events/webhooks/statuses.ts';
import { nextCursorField } from '../http/links.ts';
import type { Attempt, Delivery, DeliveryStatus } from '../subscribers/deliveries/deliveries.ts';

const deliveryFields = {
  position: positionField,
  id: z.string().describe('The `webhook-id` of the message: `<event id>_<revision>`.'),
  eventId: eventIdField,
  revision: revisionField,
  change: changeKindField,
  type: recordTypeField,
  story: storyField,
  publishedAt: publishedAtField,
  status: z
    .enum(deliveryStatuses)
    .describe(
      '`pending`: waits for an attempt. `acknowledged`: the endpoint answered 2xx. `parked`: the endpoint refuses it. `withdrawn`: the event was retracted before it was sent, or its content was taken down before it was acknowledged. `skipped`: the newsroom resumed the endpoint after it.',
    ),
  previousPosition: positionField
    .nullable()
    .describe(
      'The position of the previous message to the endpoint, as the message says it. Null for the first message, and until the first attempt.',
    ),
  attempts: z.int().min(0).describe('The number of attempts since the message was queued, or queued again.'),
  queuedAt: instantField.describe('When the message was queued, or queued again.'),
  startedAt: instantField
    .nullable()
    .describe('When the first attempt began. From then on the body of the message does not change. Null until then.'),
  settledAt: instantField
    .nullable()
    .describe('When the delivery was settled. It is deleted 90 days later. Null until then.'),
};

const attemptSchema = z
  .object({
    at: instantField.describe('When the attempt began.'),
    status: z.int().nullable().describe('The HTTP status of the response. Null if there was none.'),
    error: z
      .string()
      .nullable()
      .meta({
        description: 'What went wrong if there was no response, else null.',
        examples: ['timeout', 'tls_error'],
      }),
    detail: z
      .string()
      .nullable()
      .meta({
        description:
          'What went wrong in words, if there was no response; of an answer that is not valid HTTP, which rule it breaks.',
        examples: ['The answer is not valid HTTP: Invalid header token.'],
      }),
    durationMs: z.int().min(0).describe('How long the attempt took, in milliseconds.'),
    answer: z
      .string()
      .nullable()
      .describe(
        'The first 1,024 bytes of the response. Null if there was none, for a redaction, and once the content of the message was taken down.',
      ),
  })
  .meta({ id: 'Attempt', description: 'One attempt to send a message.' });

/** What `POST …/deliveries/{position}/redeliver` answers. */
export const deliveryAnswerSchema = z
  .object(deliveryFields)
  .meta({ id: 'Delivery', description: 'One message to one endpoint, and its outcome.' });

export type DeliveryAnswer = z.infer<typeof deliveryAnswerSchema>;

/** What `GET …/deliveries` answers. */
export const deliveriesAnswerSchema = z
  .object({ deliveries: z.array(deliveryAnswerSchema), nextCursor: nextCursorField })
  .meta({ id: 'Deliveries', description: 'A page of the deliveries to an endpoint.' });

export type DeliveriesAnswer = z.infer<typeof deliveriesAnswerSchema>;

/** What `GET …/deliveries/{position}` answers. */
export const deliveryWithAttemptsAnswerSchema = z
  .object({
    ...deliveryFields,
    attempts: z
      .array(attemptSchema)
      .describe(`The attempts of the last 90 days, the oldest first: at most the latest ${maximumAttemptsShown}.`),
  })
  .meta({ id: 'DeliveryWithAttempts', description: 'One message to one endpoint, with each attempt.' });

export type DeliveryWithAttemptsAnswer = z.infer<typeof deliveryWithAttemptsAnswerSchema>;

/**
 * The status that the owner sees. A delivery that was pending when the endpoint resumed from a later position is
 * skipped.
 */
function shownStatus({ status, position }: Delivery, sendAfter: number): DeliveryStatus {
  return status === 'pending' && position <= sendAfter ? 'skipped' : status;
}

/** An attempt as the owner of the endpoint sees it: with the status of the response, or with the error. */
function attemptAnswer(attempt: Attempt): z.infer<typeof attemptSchema> {
  const { at, outcome, detail = null, durationMs, answer } = attempt;
  const isStatus = /^\d{3}$/.test(outcome);
  return {
    at,
    status: isStatus ? Number(outcome) : null,
    error: isStatus ? null : outcome,
    detail,
    durationMs,
    answer,
  };
}

/**
 * A delivery as the owner of its endpoint sees it.
 *
 * @param sendAfter the `sendAfter` of the state of the endpoint
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
    attempts,
    queuedAt,
    startedAt: delivery.startedAt ?? null,
    settledAt: delivery.settledAt ?? null,
  };
}

/** A delivery with its attempts. */
export function deliveryWithAttemptsAnswer(
  delivery: Delivery,
  sendAfter: number,
  attempts: readonly Attempt[],
): DeliveryWithAttemptsAnswer {
  return { ...deliveryAnswer(delivery, sendAfter), attempts: attempts.map(attemptAnswer) };
}
