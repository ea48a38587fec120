import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';

/** The namespace of the metrics that functions publish. */
export const metricsNamespace = 'Timeline';

/**
 * A metric that a function publishes with Powertools. Its dimension is the name of the function.
 *
 * @param service the name of the function's file in `functions/`
 */
export function functionMetric(service: string, metricName: string, options: MetricOptions): Metric {
  return new Metric({ namespace: metricsNamespace, metricName, dimensionsMap: { service }, ...options });
}
