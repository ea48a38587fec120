import * as z from 'zod';
import { eventIdField, instantField, positionField, revisionField } from '../../../events/revision-fields.ts';
import { endpointIdField } from '../../../events/webhooks/webhook-endpoint.ts';

/**
 * Records of recipients outlive their endpoints, so an event can have any number of them: so many are counted, 1 MB.
 */
export const recipientsCounted = 5_000;

const receiptSchema = z
  .object({
    endpoint: endpointIdField,
    owner: z.string().describe('The newsroom that the endpoint belongs to.'),
    revision: revisionField.nullable().describe('The latest revision that the endpoint acknowledged. Null if none.'),
    acknowledgedAt: instantField
      .nullable()
      .describe('When it acknowledged that revision. Null if it acknowledged none.'),
    current: z.boolean().describe('Whether that is the current revision of the event.'),
    status: z
      .enum(['acknowledged', 'pending', 'retrying', 'disabled', 'parked', 'skipped', 'deleted'])
      .describe(
        'The state of the current revision. `acknowledged`; `pending`: not sent yet; `retrying`: the endpoint is failing; `disabled`: the endpoint is disabled; `parked`: the endpoint refuses it; `skipped`: the newsroom of the endpoint skipped it; `deleted`: the endpoint was deleted.',
      ),
  })
  .meta({ id: 'Receipt', description: 'Which revision of an event one endpoint has acknowledged.' });

/** What `GET /v1/events/{id}/receipts` answers. */
export const receiptsAnswerSchema = z
  .object({
    id: eventIdField,
    revision: revisionField.describe('The current revision.'),
    position: positionField.describe('The position of the current revision.'),
    endpoints: z
      .int()
      .min(0)
      .describe(`How many endpoints receive the event, also deleted ones. At most ${recipientsCounted} are counted.`),
    acknowledged: z.int().min(0).describe('How many of these acknowledged the current revision.'),
    receipts: z.array(receiptSchema).describe('One receipt per endpoint, by its id.'),
    next: endpointIdField.nullable().describe('Send it as `after` to read the next page. Null on the last page.'),
  })
  .meta({ id: 'Receipts', description: 'The endpoints that receive an event, and what they acknowledged.' });

export type ReceiptsAnswer = z.infer<typeof receiptsAnswerSchema>;
