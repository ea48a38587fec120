import * as z from 'zod';
import { deliveryStatuses } from '../../functions/lib/endpoints/deliveries-query.ts';
import { endpointIdField, endpointShownSchema } from './endpoints.ts';
import {
  changeKindField,
  eventIdField,
  instantField,
  nextCursorField,
  positionField,
  publishedAtField,
  recordTypeField,
  revisionField,
  storyField,
} from './fields.ts';
import { messageSchema } from './message.ts';

const shown = {
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

/** One message to one endpoint. */
export const deliveryShownSchema = z
  .object(shown)
  .meta({ id: 'Delivery', description: 'One message to one endpoint, and what became of it.' });

export const deliveriesSchema = z
  .object({ deliveries: z.array(deliveryShownSchema), nextCursor: nextCursorField })
  .meta({ id: 'Deliveries', description: 'A page of the deliveries to an endpoint.' });

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

export const deliveryWithAttemptsSchema = z
  .object({ ...shown, attempts: z.array(attemptSchema).describe('All that are kept, the first first.') })
  .meta({ id: 'DeliveryWithAttempts', description: 'One message to one endpoint, with each attempt at it.' });

export const replayedSchema = z
  .object({
    from: positionField.describe('The first position that is looked at.'),
    to: positionField.describe('The last one.'),
    onlyMissing: z.boolean(),
    endpoint: endpointShownSchema,
  })
  .meta({ id: 'Replay', description: 'What is sent again, and the endpoint as it is now.' });

export const messagesSchema = z
  .object({
    events: z.array(messageSchema),
    next: z.int().min(0).describe('Send it as `after` to go on.'),
    head: z
      .int()
      .min(0)
      .describe(
        'The position up to which messages are known, wherever `after` is. There is more while `next` is below it.',
      ),
  })
  .meta({ id: 'Messages', description: 'What an endpoint is sent, in the order of positions.' });

const receiptSchema = z
  .object({
    endpoint: endpointIdField,
    owner: z.string().describe('The newsroom that the endpoint belongs to.'),
    revision: revisionField.nullable().describe('The latest revision that it acknowledged; null if none.'),
    acknowledgedAt: instantField.nullable().describe('When it did.'),
    current: z.boolean().describe('Whether that is the current revision.'),
    status: z
      .enum(['acknowledged', 'pending', 'retrying', 'disabled', 'parked', 'skipped', 'deleted'])
      .describe(
        'Of the current revision: acknowledged; about to be sent; the endpoint is failing; is disabled; refused it; passed it over; is gone.',
      ),
  })
  .meta({ id: 'Receipt', description: 'What one endpoint has acknowledged of an event.' });

export const receiptsSchema = z
  .object({
    id: eventIdField,
    revision: revisionField.describe('The current revision.'),
    position: positionField.describe('The position of the current revision.'),
    endpoints: z.int().min(0).describe('For how many endpoints the event was meant.'),
    acknowledged: z.int().min(0).describe('How many of them acknowledged the current revision.'),
    receipts: z.array(receiptSchema),
    next: endpointIdField.nullable().describe('Send it as `after` for the next page; null at the end.'),
  })
  .meta({ id: 'Receipts', description: 'Who was sent an event, and who acknowledged what of it.' });
