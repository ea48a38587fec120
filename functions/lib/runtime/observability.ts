import { LogFormatter, Logger, LogItem } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { isDryRun } from './dry-run.ts';
import { withSourcePositions } from './source-positions.ts';

/**
 * Formats log lines with the fields that are needed to find a request. Errors keep only these properties, since errors
 * of the SDK can contain whole items.
 */
class LeanLogFormatter extends LogFormatter {
  override formatAttributes(attributes: UnformattedAttributes, additional: LogAttributes): LogItem {
    const { lambdaContext } = attributes;
    const common = {
      level: attributes.logLevel,
      message: attributes.message,
      timestamp: this.formatTimestamp(attributes.timestamp),
      service: attributes.serviceName,
      cold_start: lambdaContext?.coldStart,
      function_request_id: lambdaContext?.awsRequestId,
      xray_trace_id: attributes.xRayTraceId,
    };
    return new LogItem({ attributes: common }).addAttributes(additional);
  }

  override formatError(error: Error): LogAttributes {
    const { name, message, stack, cause } = error;
    const positions = stack === undefined ? undefined : withSourcePositions(stack);
    return { name, message, stack: positions, cause: cause instanceof Error ? this.formatError(cause) : undefined };
  }
}

/** Several stages of the system may be in one account. */
const metrics = new Metrics({ defaultDimensions: { stage: process.env.STAGE ?? 'unnamed' } });

/** Replaces the middleware of the package, which warns on every invocation without metrics. */
const metricsSent = { after: flush, onError: flush };

function flush(): void {
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
}

/** Logs structured JSON lines. Never log keys, secrets or bodies. */
export const logger = new Logger({ logFormatter: new LeanLogFormatter() });

/**
 * Adds to a counter, in the namespace and under the service name of the environment. What a dry run does is no fact to
 * count, nor is what has not happened: a metric costs money in each hour in which it is published.
 */
export function count(name: string, value = 1): void {
  if (value === 0 || isDryRun()) return;
  metrics.addMetric(name, MetricUnit.Count, value);
}

/** Records a duration as a metric. */
export function milliseconds(name: string, value: number): void {
  metrics.addMetric(name, MetricUnit.Milliseconds, value);
}

/**
 * The middlewares of every function. They add the context of the invocation to its log lines, and send its metrics when
 * it ends, even if it fails.
 */
export function observed() {
  return [metricsSent, injectLambdaContext(logger, { resetKeys: true })];
}
