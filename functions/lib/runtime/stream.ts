import middy from '@middy/core';
import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent, ScheduledEvent } from 'aws-lambda';
import { logger, observed } from './observability.ts';

/** The answer that makes a stream bring the same batch again, which is no failure of anything. */
export function retryWholeBatch(event: DynamoDBStreamEvent | ScheduledEvent): DynamoDBBatchResponse {
  const first = 'Records' in event ? event.Records[0]?.dynamodb?.SequenceNumber : undefined;
  return { batchItemFailures: first === undefined ? [] : [{ itemIdentifier: first }] };
}

/**
 * The handler of a function that streams and schedules wake: the same log context and metrics as everywhere. What it throws
 * is tried again by whoever woke it, and told in the log.
 */
export function streamHandler<TEvent, TResult>(work: (event: TEvent, context: Context) => Promise<TResult>) {
  return middy<TEvent, TResult>()
    .use(observed())
    .onError(({ error }) => {
      logger.error('Failed for now; it will be tried again.', error as Error);
    })
    .handler(work);
}
