import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent, ScheduledEvent } from 'aws-lambda';
import { follow } from './lib/event-log/follower.ts';
import { park } from './lib/event-log/parked-queue.ts';
import { projector } from './lib/project/projector.ts';
import { retryWholeBatch, streamHandler } from './lib/runtime/stream.ts';

/**
 * Brings the timelines up to the end of the feed. Woken by new feed entries and, in case a wake was lost, by a schedule; what
 * woke it does not matter, but that it is woken again if the time did not suffice.
 */
async function project(event: DynamoDBStreamEvent | ScheduledEvent, context: Context): Promise<DynamoDBBatchResponse> {
  const atTheEnd = await follow(projector(park), () => context.getRemainingTimeInMillis());
  return atTheEnd ? { batchItemFailures: [] } : retryWholeBatch(event);
}

export const handler = streamHandler(project);
