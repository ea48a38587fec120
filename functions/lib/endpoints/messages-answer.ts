import * as z from 'zod';
import { messageSchema } from '../../../events/webhooks/message-schema.ts';

/** What `GET /v1/webhook-endpoints/{endpoint}/events` answers. */
export const messagesAnswerSchema = z
  .object({
    events: z.array(messageSchema),
    next: z.int().min(0).describe('Send it as `after` to read the next page.'),
    head: z
      .int()
      .min(0)
      .describe(
        'The position up to which the messages of the endpoint are known. There is more while `next` is below it.',
      ),
  })
  .meta({ id: 'Messages', description: 'A page of the messages of an endpoint, in the order of positions.' });

export type MessagesAnswer = z.infer<typeof messagesAnswerSchema>;
