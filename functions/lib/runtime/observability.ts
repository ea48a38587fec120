import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { LeanLogFormatter } from './log-formatter.ts';

const metrics = new Metrics();

/** The middleware of the package warns of every invocation that had nothing to count. */
const flushed = { after: flush, onError: flush };

function flush(): void {
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
}

/** Structured JSON lines. Keys, secrets and bodies never go in. */
export const logger = new Logger({ logFormatter: new LeanLogFormatter() });

/** Adds one to a counter, in the namespace and under the service name of the environment. */
export function count(name: string, value = 1): void {
  metrics.addMetric(name, MetricUnit.Count, value);
}

/** Records a duration. */
export function milliseconds(name: string, value: number): void {
  metrics.addMetric(name, MetricUnit.Milliseconds, value);
}

/**
 * The middlewares that every function has: the context of the invocation in its log lines, and its metrics sent when it
 * ends, well or not.
 */
export function observed() {
  return [flushed, injectLambdaContext(logger, { resetKeys: true })];
}
