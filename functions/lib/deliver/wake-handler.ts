import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import * as z from 'zod';
import { logger } from '../runtime/observability.ts';
import { streamHandler } from '../runtime/stream.ts';
import type { DeliveryQueue } from '../subscribers/endpoint-state.ts';
import { work } from './worker.ts';

const wakeSchema = z.strictObject({ endpointId: z.string().min(1) });

/**
 * The handler of a function that a queue of wakes drives. The endpoints of a batch are served side by side, each once; if one cannot be
 * served for now, its wakes come again, and no others do.
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
          logger.error('An endpoint cannot be served for now.', { endpointId, error: error as Error });
          return mine;
        }
      }),
    );
    return { batchItemFailures: failed.flat().map(({ messageId: itemIdentifier }) => ({ itemIdentifier })) };
  });
}
