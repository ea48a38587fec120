import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent, ScheduledEvent } from 'aws-lambda';
import { follow } from './lib/event-log/follower.ts';
import { fanOut } from './lib/fan-out/fan-out.ts';
import { retryWholeBatch, streamHandler } from './lib/runtime/stream.ts';

/**
 * Queues projected revisions for their audience. Changes of the checkpoint of the projection invoke it, and a schedule
 * in case an invocation was lost. If the time is too short, the stream sends the same batch again.
 */
async function fanOutProjected(
  event: DynamoDBStreamEvent | ScheduledEvent,
  context: Context,
): Promise<DynamoDBBatchResponse> {
  const atTheEnd = await follow(fanOut(), () => context.getRemainingTimeInMillis());
  return atTheEnd ? { batchItemFailures: [] } : retryWholeBatch(event);
}

export const handler = streamHandler(fanOutProjected);
