import { Duration } from 'aws-cdk-lib';
import { type AlarmProps, MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { AlarmDefinition } from './alarms.ts';

const period = Duration.minutes(5);

/**
 * SQS publishes no metrics of a queue that nobody has used for six hours. After that, its first ones come up to 15
 * minutes late, with the instant that they are about (Amazon SQS Developer Guide, "Monitoring Amazon SQS queues using
 * CloudWatch").
 */
const limits: Partial<AlarmProps> = { evaluationPeriods: 4, datapointsToAlarm: 1 };

/** A queue that somebody must look at, with what is wrong if it gets a message, and what to do. */
export interface WatchedQueue {
  readonly queue: Queue;
  readonly description: string;
}

/**
 * The alarms of queues to which functions and Lambda itself send what failed. They ring for what has just been sent,
 * and not for as long as the queue holds something: else the second fault would go unheard while the first one is
 * looked into.
 */
export const sentAlarms = (queues: readonly WatchedQueue[]): readonly AlarmDefinition[] =>
  queues.map(({ queue, description }) => ({
    name: `${queue.node.id}Sent`,
    description,
    metric: queue.metricNumberOfMessagesSent({ period, statistic: Stats.SUM }),
    limits,
  }));

/**
 * The alarms of dead-letter queues, to which SQS moves messages. It counts no such message as sent, so the depth is
 * compared with that of five minutes ago. A queue that had no metrics was empty: without FILL, there would be no
 * difference to the first message in it.
 */
export const deadLetterAlarms = (queues: readonly WatchedQueue[]): readonly AlarmDefinition[] =>
  queues.map(({ queue, description }) => ({
    name: `${queue.node.id}Grown`,
    description,
    metric: new MathExpression({
      expression: 'DIFF(FILL(depth, 0))',
      usingMetrics: { depth: queue.metricApproximateNumberOfMessagesVisible({ period, statistic: Stats.MAXIMUM }) },
      label: 'Growth',
      period,
    }),
    limits,
  }));
