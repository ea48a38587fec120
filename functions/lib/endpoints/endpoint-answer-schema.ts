import * as z from 'zod';
import { durationText } from '../../../events/dates/durations.ts';
import { instantField } from '../../../events/revision-fields.ts';
import { disabledAfterMs } from '../../../events/webhooks/delivery-timing.ts';
import { filterSchema } from '../../../events/webhooks/endpoint-filter.ts';
import { disabledReasons, endpointStatuses } from '../../../events/webhooks/statuses.ts';
import { endpointIdField, maximumInFlight } from '../../../events/webhooks/webhook-endpoint.ts';
import { nextCursorField } from '../http/links.ts';

const secretField = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/]{43}=$/)
  .describe('The secret that its messages are signed with (Standard Webhooks 1.0). Only this response shows it.');

const lastErrorSchema = z
  .object({
    at: instantField.describe('When the attempt failed.'),
    category: z.string().meta({ description: 'The kind of failure.', examples: ['timeout', 'http_500'] }),
    detail: z.string().describe('What went wrong, in words.'),
  })
  .meta({ id: 'EndpointError', description: 'The last failed attempt.' });

const endpointFields = {
  id: endpointIdField,
  url: z.string().describe('The URL that messages are posted to.'),
  description: z.string().nullable().describe('What the endpoint is for, in words of the newsroom.'),
  filter: filterSchema.describe('Which events are sent, as the newsroom wrote it.'),
  maxInFlight: z.int().min(1).max(maximumInFlight).describe('How many messages may be in flight at once.'),
  contact: z.string().nullable().describe('Whom to ask about the receiver, as the newsroom noted it.'),
  createdAt: instantField.describe('When the endpoint was registered.'),
  verifiedAt: instantField
    .nullable()
    .describe('When the endpoint was verified. Null if it was not, or not since its URL changed.'),
  status: z
    .enum(endpointStatuses)
    .describe(
      '`pending`: not verified yet. `active`: messages are sent. `retrying`: messages are sent, and the last attempt failed. `disabled`: nothing is sent.',
    ),
  settledThrough: z
    .int()
    .min(0)
    .describe(
      'All messages up to this position have been settled: acknowledged, parked, withdrawn or skipped. It never falls: messages that are sent again only count in `backlog`.',
    ),
  backlog: z.int().min(0).describe('How many messages are pending. Counted up to 1,000, and up to 100 in a list.'),
  backlogIsMore: z
    .boolean()
    .describe(
      'Whether there may be more pending messages than `backlog` says: beyond its limit, or in the past, which is still searched.',
    ),
  firstFailureAt: instantField.nullable().describe('Since when the endpoint has been failing. Null if it is not.'),
  nextAttemptAt: instantField.nullable().describe('When the next attempt is due. Null if nothing has to wait.'),
  lastError: lastErrorSchema
    .nullable()
    .describe(
      'The last failed attempt, also after later ones have succeeded. Null if there was none since the endpoint was enabled.',
    ),
  disabledReason: z
    .enum(disabledReasons)
    .nullable()
    .describe(
      `Why nothing is sent. \`requested\`: the newsroom asked for it. \`gone\`: the endpoint answered 410. \`failing\`: it failed for ${durationText(disabledAfterMs)}. Null if it is not disabled.`,
    ),
};

/** What routes about one endpoint answer. */
export const endpointAnswerSchema = z
  .object(endpointFields)
  .meta({ id: 'Endpoint', description: 'A webhook endpoint and its state.' });

export type EndpointAnswer = z.infer<typeof endpointAnswerSchema>;

/** What `POST /v1/webhook-endpoints` answers. */
export const createdEndpointAnswerSchema = z
  .object({ ...endpointFields, secret: secretField })
  .meta({ id: 'CreatedEndpoint', description: 'A new webhook endpoint with its secret.' });

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
      .describe('Until when the previous secret signs messages too. Null if it no longer does.'),
  })
  .meta({ id: 'RotatedSecret', description: 'The new secret of an endpoint.' });

export type RotatedSecretAnswer = z.infer<typeof rotatedSecretAnswerSchema>;
