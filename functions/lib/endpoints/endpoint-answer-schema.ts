import * as z from 'zod';
import { durationText } from '../../../events/dates/durations.ts';
import { instantField } from '../../../events/revision-fields.ts';
import { disabledAfterMs } from '../../../events/webhooks/delivery-timing.ts';
import { endpointIdField, filterSchema } from '../../../events/webhooks/webhook-endpoint.ts';
import { nextCursorField } from '../http/next-link.ts';

const secretField = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/]{43}=$/)
  .describe('What its messages are signed with (Standard Webhooks 1.0). Shown this once.');

const lastErrorSchema = z
  .object({
    at: instantField,
    category: z.string().meta({ description: 'What kind of failure it was.', examples: ['timeout', 'http_500'] }),
    detail: z.string(),
  })
  .meta({ id: 'EndpointError' });

const endpointFields = {
  id: endpointIdField,
  url: z.string(),
  description: z.string().nullable(),
  filter: filterSchema.describe('As it was sent.'),
  maxInFlight: z.int().min(1).max(10),
  contact: z.string(),
  createdAt: instantField,
  verifiedAt: instantField
    .nullable()
    .describe('When it proved that it wants what is sent there; null if it has not, or not since its URL changed.'),
  status: z
    .enum(['pending', 'active', 'retrying', 'disabled'])
    .describe('Not verified yet; receiving; receiving, and failing at the moment; not receiving.'),
  settledThrough: z
    .int()
    .min(0)
    .describe(
      'The position through which every message has been settled: acknowledged, parked, withdrawn or skipped. It never falls: what is sent again counts in backlog only.',
    ),
  backlog: z.int().min(0).describe('How many messages wait; counted to 1,000, and in a list to 100.'),
  backlogIsMore: z
    .boolean()
    .describe('There may be more than were counted: beyond that number, or in the past that is still looked through.'),
  firstFailureAt: instantField.nullable().describe('Since when it has been failing.'),
  nextAttemptAt: instantField.nullable().describe('Until when it is left alone.'),
  lastError: lastErrorSchema.nullable(),
  disabledReason: z
    .enum(['requested', 'gone', 'failing'])
    .nullable()
    .describe(`Its newsroom asked for it; it answered 410; it failed for ${durationText(disabledAfterMs)}.`),
};

/** What routes about one endpoint answer. */
export const endpointAnswerSchema = z
  .object(endpointFields)
  .meta({ id: 'Endpoint', description: 'A webhook endpoint, and what it is at.' });

export type EndpointAnswer = z.infer<typeof endpointAnswerSchema>;

/** What `POST /v1/webhook-endpoints` answers. */
export const createdEndpointAnswerSchema = z
  .object({ ...endpointFields, secret: secretField })
  .meta({ id: 'CreatedEndpoint', description: 'A new webhook endpoint, with its secret.' });

export type CreatedEndpointAnswer = z.infer<typeof createdEndpointAnswerSchema>;

/** What `GET /v1/webhook-endpoints` answers. */
export const endpointsAnswerSchema = z
  .object({ endpoints: z.array(endpointAnswerSchema), nextCursor: nextCursorField })
  .meta({ id: 'Endpoints', description: 'A page of the webhook endpoints of a newsroom, by id.' });

export type EndpointsAnswer = z.infer<typeof endpointsAnswerSchema>;

/** What `POST /v1/webhook-endpoints/{endpoint}/secret/rotate` answers. */
export const rotatedSecretAnswerSchema = z
  .object({
    id: endpointIdField,
    secret: secretField,
    previousSecretExpiresAt: instantField
      .nullable()
      .describe('Until when the one before signs too; null if it does not any more.'),
  })
  .meta({ id: 'RotatedSecret' });

export type RotatedSecretAnswer = z.infer<typeof rotatedSecretAnswerSchema>;
