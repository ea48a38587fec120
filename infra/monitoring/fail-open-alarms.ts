import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmDefinition } from './alarms.ts';
import { functionMetric } from './function-metric.ts';

const sum = { period: Duration.minutes(5), statistic: Stats.SUM };
/** A count or a read that took too long may be lost now and then. More are a fault. */
const lostCountsLimit = 10;
const unreadLimit = 10;

/**
 * The alarms of checks that fail open: newsrooms are not locked out, so that nobody else would notice. The profile
 * `small` does without: where a table cannot be read, `ServerErrors` rings soon.
 */
export const failOpenAlarms = (stage: string): readonly AlarmDefinition[] => [
  {
    name: 'QuotaLookupsFailed',
    description: 'The quotas of newsrooms cannot be read, so they are not enforced. Read the log of authorize.',
    metric: functionMetric(stage, 'authorize', 'QuotaLookupsFailed', sum),
    fullOnly: true,
  },
  {
    name: 'QuotaCountsLost',
    description: 'What newsrooms use of their quotas is not counted. Read the log of append-event.',
    metric: functionMetric(stage, 'append-event', 'QuotaCountsLost', sum),
    fullOnly: true,
    limits: { threshold: lostCountsLimit },
  },
  {
    name: 'ContributorsUnread',
    description: 'Who may add events to a story cannot be read, so anybody may. Read the log of append-event.',
    metric: functionMetric(stage, 'append-event', 'ContributorsUnread', sum),
    fullOnly: true,
    limits: { threshold: unreadLimit },
  },
];
