import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent, ScheduledEvent } from 'aws-lambda';
import { follow } from './lib/event-log/follower.ts';
import { park } from './lib/event-log/parked-queue.ts';
import { projector } from './lib/project/projector.ts';
import { retryWholeBatch, streamHandler } from './lib/runtime/stream.ts';

/**
 * Projects the feed into the timelines, to its end. New feed entries invoke it, and a schedule in case an invocation
 * was lost. If it runs out of time, the stream invokes it again.
 */
async function project(event: DynamoDBStreamEvent | ScheduledEvent, context: Context): Promise<DynamoDBBatchResponse> {
  const atTheEnd = await follow(projector(park), () => context.getRemainingTimeInMillis());
  return atTheEnd ? { batchItemFailures: [] } : retryWholeBatch(event);
}

export const handler = streamHandler(project);
