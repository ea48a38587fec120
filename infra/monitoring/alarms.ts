import { Duration, Stack } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

const period = Duration.minutes(5);
const iteratorAgePeriod = Duration.minutes(1);
const iteratorAgeLimitMs = 60_000;

/** An alarm in addition to those of every function, stream and queue. */
export interface AlarmDefinition {
  /** Letters only. */
  readonly name: string;
  /** What is wrong and what to do, for an operator. */
  readonly description: string;
  readonly metric: IMetric;
  /** Default: at least 1 in one period. */
  readonly limits?: Partial<AlarmProps>;
}

export interface AlarmsOptions {
  readonly httpApi: HttpApi;
  /** The functions that follow a stream. */
  readonly followers: readonly LambdaFunction[];
  /** Queues that should be empty. The description says what is wrong if one is not, and what to do. */
  readonly queues: readonly { readonly queue: Queue; readonly description: string }[];
  readonly definitions: readonly AlarmDefinition[];
}

/** All alarms. They publish to one topic. Every function of the stack gets its alarms without being listed. */
export class Alarms extends Construct {
  readonly #topic: Topic;

  constructor(scope: Construct, id: string, { httpApi, followers, queues, definitions }: AlarmsOptions) {
    super(scope, id);
    const stack = Stack.of(this);
    this.#topic = new Topic(this, 'Topic', { displayName: 'Timeline alarms', enforceSSL: true });
    // Enforcing TLS replaces the default policy of the topic, which would let alarms of the account publish.
    this.#topic.grantPublish(
      new ServicePrincipal('cloudwatch.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
      }),
    );

    for (const handler of stack.node.findAll().filter((construct) => construct instanceof LambdaFunction)) {
      const name = handler.node.scope?.node.id;
      this.#alarm(
        `${name}Failures`,
        `The function ${name} failed or was throttled. Read its log. If it says nothing, the function or the account has reached its limit of concurrent executions: look for a burst of requests, or raise the limit.`,
        // One alarm for both: a stack has at most 500 resources, and every function has one of these.
        new MathExpression({
          expression: 'FILL(errors, 0) + FILL(throttles, 0)',
          usingMetrics: { errors: handler.metricErrors(), throttles: handler.metricThrottles() },
          label: 'Failures',
          period,
        }),
      );
    }
    for (const follower of followers) {
      const name = follower.node.scope?.node.id;
      const age = follower.metric('IteratorAge', { period: iteratorAgePeriod, statistic: Stats.MAXIMUM });
      this.#alarm(`${name}IteratorAge`, `The function ${name} is more than a minute behind. Read its log.`, age, {
        threshold: iteratorAgeLimitMs,
        evaluationPeriods: 3,
      });
    }
    for (const { queue, description } of queues) {
      const depth = queue.metricApproximateNumberOfMessagesVisible({ period, statistic: Stats.MAXIMUM });
      this.#alarm(`${queue.node.id}Depth`, description, depth);
    }
    for (const { name, description, metric, limits } of definitions) this.#alarm(name, description, metric, limits);
    this.#alarm(
      'ServerErrors',
      'The API responded with 5xx. Find the route in the access log, then read the log of its function.',
      httpApi.metricServerError({ period, statistic: Stats.SUM }),
    );
  }

  #alarm(id: string, alarmDescription: string, metric: IMetric, limits: Partial<AlarmProps> = {}): void {
    const alarm = new Alarm(this, id, {
      alarmDescription,
      metric,
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // A metric has no data while no function runs.
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...limits,
    });
    alarm.addAlarmAction(new SnsAction(this.#topic));
  }
}
