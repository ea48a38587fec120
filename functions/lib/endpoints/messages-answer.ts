import * as z from 'zod';
import { messageSchema } from '../../../events/webhooks/message-schema.ts';

/** What `GET /v1/webhook-endpoints/{endpoint}/events` answers. */
export const messagesAnswerSchema = z
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

export type MessagesAnswer = z.infer<typeof messagesAnswerSchema>;
