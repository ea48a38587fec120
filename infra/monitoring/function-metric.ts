import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';

/** The namespace of the metrics that functions publish. */
export const metricsNamespace = 'Timeline';

/**
 * A metric that a function publishes by Powertools, with the function as its dimension.
 *
 * @param service the file in `functions/`
 */
export function functionMetric(service: string, metricName: string, options: MetricOptions): Metric {
  return new Metric({ namespace: metricsNamespace, metricName, dimensionsMap: { service }, ...options });
}
