import middy from '@middy/core';
import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent, ScheduledEvent } from 'aws-lambda';
import { logger, observed } from './observability.ts';

/** The response that makes a stream send the same batch again. It does not count as an error of the function. */
export function retryWholeBatch(event: DynamoDBStreamEvent | ScheduledEvent): DynamoDBBatchResponse {
  const first = 'Records' in event ? event.Records[0]?.dynamodb?.SequenceNumber : undefined;
  return { batchItemFailures: first === undefined ? [] : [{ itemIdentifier: first }] };
}

/**
 * The handler of a function that a stream, a queue or a schedule invokes. It logs an error and throws it again, so that
 * the source retries.
 */
export function streamHandler<TEvent, TResult>(work: (event: TEvent, context: Context) => Promise<TResult>) {
  return middy<TEvent, TResult>()
    .use(observed())
    .onError(({ error }) => {
      logger.error('The invocation failed. It will be retried.', error as Error);
    })
    .handler(work);
}
