import { Duration } from 'aws-cdk-lib';
import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmDefinition } from './alarms.ts';
import { functionMetric } from './function-metric.ts';

const period = Duration.minutes(5);
const counted = { period, statistic: Stats.SUM };

const appended = 'FILL(appended, 0)';
const sequenced = 'FILL(sequenced, 0)';

/** The metrics come up to some minutes late, so that the periods before the last one are looked at again. */
const limits = { evaluationPeriods: 3, datapointsToAlarm: 1 };

/**
 * Something was accepted in the period before, and since its beginning nothing was published. The age of the stream
 * does not say so if nothing reads the stream at all. The period before, since what is accepted at the end of one may
 * be published in the next.
 *
 * `appended > DIFF(appended)` says that the value before is more than 0. The first value has none before it:
 * `RUNNING_SUM` rules it out.
 */
export const sequencingAlarm = (stage: string): AlarmDefinition => ({
  name: 'NothingSequenced',
  description:
    'Events were accepted, and none was published for five minutes. Check whether the stream of EventLog invokes sequence, read its log, then run: npx timeline reconcile',
  metric: new MathExpression({
    expression: `IF((RUNNING_SUM(${appended}) > ${appended}) AND (${appended} > DIFF(${appended})) AND (${sequenced} == 0) AND (DIFF(${sequenced}) == 0), 1, 0)`,
    usingMetrics: {
      appended: functionMetric(stage, 'append-event', 'EventsAppended', counted),
      sequenced: functionMetric(stage, 'sequence', 'RevisionsSequenced', counted),
    },
    label: 'Accepted, and nothing published',
    period,
  }),
  limits,
});
