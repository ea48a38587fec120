import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';

/** The namespace of the metrics that functions publish. */
export const metricsNamespace = 'Timeline';

/**
 * A metric that a function publishes with Powertools. Its dimensions are the stage and the name of the function.
 *
 * @param stage the stage, since several may be in one account
 * @param service the name of the function's file in `functions/`
 */
export function functionMetric(stage: string, service: string, metricName: string, options: MetricOptions): Metric {
  return new Metric({ namespace: metricsNamespace, metricName, dimensionsMap: { stage, service }, ...options });
}
