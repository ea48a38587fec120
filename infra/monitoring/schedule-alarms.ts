import { Duration } from 'aws-cdk-lib';
import { Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { AlarmDefinition } from './alarms.ts';

/** In longer periods, CloudWatch would look longer for runs from before. */
const period = Duration.minutes(1);

/**
 * The alarms of functions that a schedule invokes every minute: they ring if a function has succeeded in no run, for
 * whatever reason. In the profile `small` nothing else says that such a function fails, and one that fails may publish
 * no metric of its own.
 *
 * Lambda publishes `Errors` for each invocation, as 1 or 0 (AWS Lambda Developer Guide, "Types of metrics for Lambda
 * functions"). So the minimum is 1 if all have failed, and missing if there was none.
 */
export const scheduleAlarms = (handlers: readonly LambdaFunction[]): readonly AlarmDefinition[] =>
  handlers.map((handler) => ({
    name: `${handler.node.scope?.node.id}Idle`,
    description: `The function ${handler.node.scope?.node.id} has not run without an error for ten minutes. Read its log. If it says nothing, check whether the schedule of the function in EventBridge is enabled.`,
    metric: handler.metricErrors({ period, statistic: Stats.MINIMUM }),
    limits: { evaluationPeriods: 10, treatMissingData: TreatMissingData.BREACHING },
  }));
