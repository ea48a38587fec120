import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent, ScheduledEvent } from 'aws-lambda';
import { follow } from './lib/event-log/follower.ts';
import { fanOut } from './lib/fan-out/fan-out.ts';
import { retryWholeBatch, streamHandler } from './lib/runtime/stream.ts';

/**
 * Queues what is projected for its audience. It is woken by changes of the projection's checkpoint and, in case a wake was lost, by a
 * schedule. What woke it matters only for waking it again if the time was too short.
 */
async function fanOutProjected(
  event: DynamoDBStreamEvent | ScheduledEvent,
  context: Context,
): Promise<DynamoDBBatchResponse> {
  const atTheEnd = await follow(fanOut(), () => context.getRemainingTimeInMillis());
  return atTheEnd ? { batchItemFailures: [] } : retryWholeBatch(event);
}

export const handler = streamHandler(fanOutProjected);
