import { LogFormatter, Logger, LogItem } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/**
 * Log lines with what is needed to find a request and its cause. Errors have no other properties than these: those of the SDK
 * can hold whole items.
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
    return { name, message, stack, cause: cause instanceof Error ? this.formatError(cause) : undefined };
  }
}

const metrics = new Metrics();

/** The package has a middleware of its own, which warns on every invocation without metrics. */
const metricsSent = { after: flush, onError: flush };

function flush(): void {
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
}

/** The log: structured JSON lines. Keys, secrets and bodies are never logged. */
export const logger = new Logger({ logFormatter: new LeanLogFormatter() });

/** Adds to a counter, in the namespace and under the service name of the environment. */
export function count(name: string, value = 1): void {
  metrics.addMetric(name, MetricUnit.Count, value);
}

/** Records a duration as a metric. */
export function milliseconds(name: string, value: number): void {
  metrics.addMetric(name, MetricUnit.Milliseconds, value);
}

/**
 * The middlewares of every function. They add the context of the invocation to its log lines, and send its metrics when it
 * ends, also if it fails.
 */
export function observed() {
  return [metricsSent, injectLambdaContext(logger, { resetKeys: true })];
}
