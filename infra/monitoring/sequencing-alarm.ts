import { Duration } from 'aws-cdk-lib';
import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmDefinition } from './alarms.ts';
import { functionMetric } from './function-metric.ts';

const period = Duration.minutes(5);
const counted = { period, statistic: Stats.SUM };

/**
 * Something was accepted and nothing was published. The age of the stream does not say so if nothing reads the stream at all. Two periods
 * of twelve, since what is accepted at the end of one may be published in the next.
 */
export const sequencingAlarm = (stage: string): AlarmDefinition => ({
  name: 'NothingSequenced',
  description:
    'Events were accepted, and none was published. Check whether the stream of EventLog invokes sequence, read its log, then run: npx timeline reconcile',
  metric: new MathExpression({
    expression: 'IF(FILL(appended, 0) > 0 AND FILL(sequenced, 0) == 0, 1, 0)',
    usingMetrics: {
      appended: functionMetric(stage, 'append-event', 'EventsAppended', counted),
      sequenced: functionMetric(stage, 'sequence', 'RevisionsSequenced', counted),
    },
    label: 'Accepted, and nothing published',
    period,
  }),
  limits: { evaluationPeriods: 12, datapointsToAlarm: 2 },
});
