import { Duration } from 'aws-cdk-lib';
import { MathExpression, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmDefinition } from './alarms.ts';
import { functionMetric } from './function-metric.ts';

const period = Duration.minutes(5);
/** The sweep publishes its metrics every minute. */
const sweepPeriod = Duration.minutes(1);
const lagLimitMs = 60_000;
const backlogLimitMs = 600_000;

const sweepMetric = (stage: string, metricName: string) =>
  functionMetric(stage, 'sweep', metricName, { period: sweepPeriod, statistic: Stats.MAXIMUM });
/** A count of both kinds of workers. Without FILL there would be no sum while one of the two has published nothing. */
function workerMetric(stage: string, metricName: string): MathExpression {
  const countedBy = (service: string) => functionMetric(stage, service, metricName, { period, statistic: Stats.SUM });
  return new MathExpression({
    expression: 'FILL(prompt, 0) + FILL(slow, 0)',
    usingMetrics: { prompt: countedBy('deliver'), slow: countedBy('deliver-slow') },
    label: metricName,
    period,
  });
}

/** The alarms of webhooks, in addition to those of their functions and queues. */
export const webhookAlarms = (stage: string): readonly AlarmDefinition[] => [
  {
    name: 'FanOutLag',
    description:
      'Projected revisions have waited for more than a minute to be queued for endpoints. Read the logs of fan-out and sweep.',
    metric: sweepMetric(stage, 'FanOutLag'),
    // The sweep publishes it only while something waits.
    limits: { threshold: lagLimitMs, evaluationPeriods: 3 },
  },
  {
    name: 'BacklogAge',
    description:
      'Messages to endpoints that answer quickly have waited for ten minutes, or the sweep, which measures that, does not run. Read the logs of deliver and sweep.',
    metric: sweepMetric(stage, 'BacklogAge'),
    // The sweep always publishes it: silence is a fault too.
    limits: { threshold: backlogLimitMs, evaluationPeriods: 3, treatMissingData: TreatMissingData.BREACHING },
  },
  {
    name: 'EndpointsDisabled',
    description:
      'Endpoints were disabled, because they responded with 410 or failed for days. Inform their newsrooms, which may not know it.',
    metric: workerMetric(stage, 'EndpointsDisabled'),
  },
  {
    name: 'EndpointsUnserved',
    description:
      'Workers have failed to serve an endpoint for a quarter of an hour. Read the logs of deliver and deliver-slow.',
    metric: workerMetric(stage, 'EndpointsUnserved'),
    // BacklogAge rings too, unless the endpoint is slow.
    fullOnly: true,
    limits: { evaluationPeriods: 3 },
  },
];
