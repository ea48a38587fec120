import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Settings } from '../config/settings.ts';
import type { AlarmDefinition } from './alarms.ts';
import { metricsNamespace } from './function-metric.ts';

/**
 * An alarm that rings as long as the tables can be deleted: nothing publishes its metric, and missing data breach it.
 * The deployment that protects the tables removes it. See docs/decisions/0062.
 */
export const protectionAlarm = ({ stage, deletionProtection }: Settings): readonly AlarmDefinition[] => {
  if (deletionProtection) return [];
  return [
    {
      name: 'TablesUnprotected',
      description:
        'The tables can be deleted. If the first deployment has succeeded, set deletionProtection: true in timeline.config.ts and deploy again.',
      metric: new Metric({
        namespace: metricsNamespace,
        metricName: 'TablesProtected',
        dimensionsMap: { stage },
        period: Duration.hours(1),
      }),
      limits: {
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        treatMissingData: TreatMissingData.BREACHING,
      },
    },
  ];
};
