import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import * as z from 'zod';
import { logger } from '../runtime/observability.ts';
import { streamHandler } from '../runtime/stream.ts';
import type { DeliveryQueue } from '../subscribers/endpoint-state.ts';
import { work } from './worker.ts';

const wakeSchema = z.strictObject({ endpointId: z.string().min(1) });

/**
 * The handler of a function that a queue of wakes invokes. The endpoints of a batch are served side by side, each once. If one fails, only
 * its wakes are sent again.
 */
export function wakeHandler(queue: DeliveryQueue) {
  return streamHandler(async ({ Records: records }: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    const wakes = Map.groupBy(records, ({ body }) => wakeSchema.parse(JSON.parse(body)).endpointId);
    const failed = await Promise.all(
      [...wakes].map(async ([endpointId, mine]) => {
        try {
          await work(endpointId, queue, () => context.getRemainingTimeInMillis());
          return [];
        } catch (error) {
          logger.error('An endpoint could not be served. Its wake is sent again.', {
            endpointId,
            error: error as Error,
          });
          return mine;
        }
      }),
    );
    return { batchItemFailures: failed.flat().map(({ messageId: itemIdentifier }) => ({ itemIdentifier })) };
  });
}
