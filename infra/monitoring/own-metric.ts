import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';

/** The namespace of what the functions say of themselves. */
export const metricsNamespace = 'Timeline';

/**
 * What a function says of itself, as Powertools sends it: under the name of the function.
 *
 * @param service the file in `functions/`
 */
export function ownMetric(service: string, metricName: string, options: MetricOptions): Metric {
  return new Metric({ namespace: metricsNamespace, metricName, dimensionsMap: { service }, ...options });
}
