import type { Answer } from '../http/answer.ts';
import { type Problem, problemOf } from '../http/problem.ts';
import { logger } from '../runtime/observability.ts';
import type { GatewayEvent, Middleware } from './gateway.ts';
import { responseOf } from './gateway.ts';

/** The log has the cause of our own errors. Of a client's it has the type only: their texts quote what was sent. */
function report({ logLevel, body }: Problem, error: unknown): void {
  if (logLevel === 'error') logger.error('The request failed.', error as Error);
  else logger.debug('The request was refused.', { problem: (body as { type: string }).type });
}

/** Writes a problem as the answer to a request. */
export type WriteProblem = (problem: Problem, event: GatewayEvent) => Answer | Promise<Answer>;

/** Turns an error into its response, and reports it. @param write by default as problem details */
export function problemResponse(write: WriteProblem = (problem) => problem): Middleware {
  return {
    async onError(invocation) {
      const { error, event } = invocation;
      const problem = problemOf(error, event.requestContext.requestId);
      report(problem, error);
      invocation.response = responseOf(await write(problem, event));
    },
  };
}
