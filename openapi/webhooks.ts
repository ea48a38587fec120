import * as z from 'zod';
import type { ZodOpenApiPathItemObject } from 'zod-openapi';
import { messageSchema } from '../events/webhooks/message-schema.ts';
import { messageExamples } from './examples.ts';

const headers = z.object({
  'webhook-id': z
    .string()
    .describe('`<event id>_<revision>`, the same on every attempt. A receiver can ignore an id that it has seen.'),
  'webhook-timestamp': z.string().regex(/^\d+$/).describe('When this attempt was made, in seconds since 1970.'),
  'webhook-signature': z
    .string()
    .describe(
      '`v1,` and the signature in base64 (Standard Webhooks 1.0). While a secret is rotated, there is one signature for each secret, with a space between them.',
    ),
});

/** The messages that endpoints receive. */
export const webhooks: Readonly<Record<string, ZodOpenApiPathItemObject>> = {
  message: {
    post: {
      operationId: 'receiveMessage',
      tags: ['Webhooks'],
      summary: 'A revision was published',
      description:
        'Sent at least once for every revision that the filter of an endpoint matches, in the order of positions. A correction or retraction is sent to every endpoint that received an earlier revision, even if the filter no longer matches.',
      security: [],
      requestParams: { header: headers },
      requestBody: {
        required: true,
        description: 'A CloudEvent (CloudEvents 1.0), signed by Standard Webhooks 1.0.',
        content: {
          'application/cloudevents+json': {
            schema: messageSchema,
            examples: Object.fromEntries(
              Object.entries(messageExamples).map(([change, value]) => [change, { summary: change, value }]),
            ),
          },
        },
      },
      responses: {
        '2XX': { description: 'The message is acknowledged.' },
        '410': { description: 'The endpoint wants no more messages. It is disabled.' },
        '4XX': { description: 'The receiver refuses the message. After repeated refusals it is parked.' },
        '5XX': { description: 'The message is sent again later.' },
      },
    },
  },
};
