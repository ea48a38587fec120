import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent, ScheduledEvent } from 'aws-lambda';
import { follow } from './lib/event-log/follower.ts';
import { fanOut } from './lib/fan-out/fan-out.ts';
import { retryWholeBatch, streamHandler } from './lib/runtime/stream.ts';

/**
 * Queues what is projected for everyone it is meant for. Woken by changes of the projection's checkpoint and, in case a wake was
 * lost, by a schedule; what woke it does not matter, but that it is woken again if the time did not suffice.
 */
async function fanOutProjected(
  event: DynamoDBStreamEvent | ScheduledEvent,
  context: Context,
): Promise<DynamoDBBatchResponse> {
  const atTheEnd = await follow(fanOut(), () => context.getRemainingTimeInMillis());
  return atTheEnd ? { batchItemFailures: [] } : retryWholeBatch(event);
}

export const handler = streamHandler(fanOutProjected);
