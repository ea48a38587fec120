import { logger } from '../runtime/observability.ts';
import type { Middleware } from './gateway.ts';

/** Writes the ids of the request and of the trace that it belongs to into its log lines. */
export function correlation(): Middleware {
  return {
    before({ event }) {
      const { traceparent } = event.headers;
      logger.setCorrelationId(event.requestContext.requestId);
      if (traceparent) logger.appendKeys({ traceparent });
    },
  };
}
