import type { Context, SQSEvent } from 'aws-lambda';
import * as z from 'zod';
import { count, logger } from '../runtime/observability.ts';
import { streamHandler } from '../runtime/stream.ts';
import type { DeliveryQueue } from '../subscribers/endpoints/endpoint-state.ts';
import { work } from './worker.ts';

const wakeSchema = z.strictObject({ endpointId: z.string().min(1) });

/**
 * The handler of a function that a queue of wakes invokes. The endpoints of a batch are served side by side, each once.
 *
 * If one fails, its wake is dropped all the same: a wake that is to return would hold back the other endpoints of its
 * newsroom. The endpoint stays due, so the sweep wakes it again.
 */
export function wakeHandler(queue: DeliveryQueue) {
  return streamHandler(async ({ Records: records }: SQSEvent, context: Context): Promise<void> => {
    const ids = new Set(records.map(({ body }) => wakeSchema.parse(JSON.parse(body)).endpointId));
    await Promise.all(
      [...ids].map(async (endpointId) => {
        try {
          await work(endpointId, queue, () => context.getRemainingTimeInMillis());
        } catch (error) {
          logger.error('An endpoint could not be served. The sweep wakes it again.', {
            endpointId,
            error: error as Error,
          });
          count('EndpointsUnserved');
        }
      }),
    );
  });
}
