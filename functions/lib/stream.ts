import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { logger, observed } from './observability.ts';

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
