import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmDefinition } from './alarms.ts';
import { functionMetric } from './function-metric.ts';

/** A held event is published within a minute of its time. Five mean that several runs have failed. */
const longestDelayMs = Duration.minutes(5).toMilliseconds();

/**
 * The time of a held event has come, and it is not published. In the profile `small`, its newsroom sees that in the
 * list alone.
 */
export const heldEventAlarm = (stage: string): AlarmDefinition => ({
  name: 'HeldEventAge',
  description:
    'A held event should have been published five minutes ago. Read the log of publish-held-events, which says which one and why; it is attempted again every minute.',
  metric: functionMetric(stage, 'publish-held-events', 'HeldEventAge', {
    period: Duration.minutes(5),
    statistic: Stats.MAXIMUM,
  }),
  fullOnly: true,
  limits: { threshold: longestDelayMs },
});
