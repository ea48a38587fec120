import * as z from 'zod';
import { eventIdField, instantField, positionField, revisionField } from '../../../events/revision-fields.ts';
import { endpointIdField } from '../../../events/webhooks/webhook-endpoint.ts';

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

/** What `GET /v1/events/{id}/receipts` answers. */
export const receiptsAnswerSchema = z
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

export type ReceiptsAnswer = z.infer<typeof receiptsAnswerSchema>;
