import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmDefinition } from './alarms.ts';
import { functionMetric } from './function-metric.ts';

/** A redaction is done in about half an hour. */
const longestRedactionMs = Duration.hours(2).toMilliseconds();

/** Content that was to be taken down is still there, or was not looked through again. */
export const redactionAlarm = (stage: string): AlarmDefinition => ({
  name: 'RedactionAge',
  description:
    'A redaction, or the move of a story, has not been done for two hours. Run npx timeline reconcile, which lists it, and read the logs of erase-content, project and fan-out. Finish a rebuild or a move that was interrupted: run it again.',
  metric: functionMetric(stage, 'erase-content', 'RedactionAge', {
    period: Duration.minutes(5),
    statistic: Stats.MAXIMUM,
  }),
  limits: { threshold: longestRedactionMs },
});
