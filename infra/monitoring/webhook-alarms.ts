import { Duration } from 'aws-cdk-lib';
import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Sign } from './alarms.ts';
import { ownMetric } from './own-metric.ts';

const period = Duration.minutes(5);
/** The sweep tells it every minute. */
const sweepPeriod = Duration.minutes(1);
const lagLimitMs = 60_000;
const backlogLimitMs = 600_000;

const told = (metricName: string) => ownMetric('sweep', metricName, { period: sweepPeriod, statistic: Stats.MAXIMUM });
const disabledBy = (service: string) => ownMetric(service, 'EndpointsDisabled', { period, statistic: Stats.SUM });

/** What an operator of webhooks is woken for, beside functions that fail and queues that fill. */
export const webhookAlarms: readonly Sign[] = [
  {
    name: 'FanOutLag',
    meaning: 'What is projected has waited to be fanned out for more than a minute',
    metric: told('FanOutLag'),
    limits: { threshold: lagLimitMs, evaluationPeriods: 3 },
  },
  {
    name: 'BacklogAge',
    meaning: 'Messages to endpoints that answer well have waited for ten minutes',
    metric: told('BacklogAge'),
    limits: { threshold: backlogLimitMs, evaluationPeriods: 3 },
  },
  {
    name: 'EndpointsDisabled',
    meaning: 'Endpoints were disabled, because they are gone or have failed for days: their newsrooms may not know it',
    // Where one of both had nothing to count there would be no sum.
    metric: new MathExpression({
      expression: 'FILL(prompt, 0) + FILL(slow, 0)',
      usingMetrics: { prompt: disabledBy('deliver'), slow: disabledBy('deliver-slow') },
      label: 'EndpointsDisabled',
      period,
    }),
  },
];
