import * as z from 'zod';
import type { ZodOpenApiPathItemObject } from 'zod-openapi';
import { messageSchema } from '../events/webhooks/message-schema.ts';
import { messageExamples } from './examples.ts';

const headers = z.object({
  'webhook-id': z
    .string()
    .describe('`<event id>_<revision>`, the same on every try: what was taken once can be passed over.'),
  'webhook-timestamp': z.string().regex(/^\d+$/).describe('When it was sent, in seconds since 1970.'),
  'webhook-signature': z
    .string()
    .describe(
      '`v1,` and the signature in base64, by Standard Webhooks 1.0; two, with a blank between, while a secret is rotated.',
    ),
});

/** What subscribers are sent. */
export const webhooks: Readonly<Record<string, ZodOpenApiPathItemObject>> = {
  message: {
    post: {
      operationId: 'receiveMessage',
      tags: ['Webhooks'],
      summary: 'A revision joined the record',
      description:
        'Sent for every event that the filter of an endpoint matches, at least once and in the order of positions. A correction or retraction goes to everyone for whom an earlier revision was meant, even if the filter matches no more.',
      security: [],
      requestParams: { header: headers },
      requestBody: {
        required: true,
        description: 'An event by CloudEvents 1.0, signed by Standard Webhooks 1.0.',
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
        '2XX': { description: 'The message was taken.' },
        '410': { description: 'The endpoint wants no more messages.' },
        '4XX': { description: 'The message is refused.' },
        '5XX': { description: 'The endpoint is unwell; the message is sent again.' },
      },
    },
  },
};
