import { type Problem, problemOf } from '../http/problem.ts';
import { logger } from '../runtime/observability.ts';
import type { Middleware } from './gateway.ts';
import { responseOf } from './gateway.ts';

/** The log has the cause of our own errors. Of a client's it has the type only: their texts quote what was sent. */
function report({ logLevel, body }: Problem, error: unknown): void {
  if (logLevel === 'error') logger.error('The request failed.', error as Error);
  else logger.debug('The request was refused.', { problem: (body as { type: string }).type });
}

/** Turns an error into its response, and reports it. */
export function problemResponse(): Middleware {
  return {
    onError(invocation) {
      const problem = problemOf(invocation.error, invocation.event.requestContext.requestId);
      report(problem, invocation.error);
      invocation.response = responseOf(problem);
    },
  };
}
