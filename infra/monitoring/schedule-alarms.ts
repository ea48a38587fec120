import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { AlarmDefinition } from './alarms.ts';

/** The alarms of functions that a schedule invokes every minute: they ring if a function does not run, for whatever reason. */
export const scheduleAlarms = (handlers: readonly LambdaFunction[]): readonly AlarmDefinition[] =>
  handlers.map((handler) => ({
    name: `${handler.node.scope?.node.id}Idle`,
    description: `The function ${handler.node.scope?.node.id} has not run for ten minutes. Check whether its schedule in EventBridge is enabled.`,
    metric: handler.metricInvocations({ period: Duration.minutes(5), statistic: Stats.SUM }),
    limits: {
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 2,
      treatMissingData: TreatMissingData.BREACHING,
    },
  }));
