import { Duration, Stack } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type IMetric,
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

/** What somebody is to be told of when it reaches its limit. */
export interface Sign {
  /** In letters. */
  readonly name: string;
  readonly meaning: string;
  readonly metric: IMetric;
  /** One, in one period, unless told. */
  readonly limits?: Partial<AlarmProps>;
}

export interface AlarmsOptions {
  readonly httpApi: HttpApi;
  /** The functions that follow a stream. */
  readonly followers: readonly LambdaFunction[];
  /** Queues that should be empty, with what it means when they are not. */
  readonly queues: readonly { readonly queue: Queue; readonly meaning: string }[];
  readonly signs: readonly Sign[];
}

/** What an operator is woken for, published to one topic. Every function of the stack is watched, none needs listing. */
export class Alarms extends Construct {
  readonly #topic: Topic;

  constructor(scope: Construct, id: string, { httpApi, followers, queues, signs }: AlarmsOptions) {
    super(scope, id);
    const stack = Stack.of(this);
    this.#topic = new Topic(this, 'Topic', { displayName: 'Timeline alarms', enforceSSL: true });
    // A topic with a policy of its own, which enforcing TLS makes, no longer lets alarms of its account in by itself.
    this.#topic.grantPublish(
      new ServicePrincipal('cloudwatch.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
      }),
    );

    for (const handler of stack.node.findAll().filter((construct) => construct instanceof LambdaFunction)) {
      const name = handler.node.scope?.node.id;
      this.#watch(`${name}Errors`, `${name} failed`, handler.metricErrors({ period }));
      this.#watch(`${name}Throttles`, `${name} was not let run`, handler.metricThrottles({ period }));
    }
    for (const follower of followers) {
      const name = follower.node.scope?.node.id;
      const age = follower.metric('IteratorAge', { period: iteratorAgePeriod, statistic: Stats.MAXIMUM });
      this.#watch(`${name}IteratorAge`, `${name} is more than a minute behind`, age, {
        threshold: iteratorAgeLimitMs,
        evaluationPeriods: 3,
      });
    }
    for (const { queue, meaning } of queues) {
      const depth = queue.metricApproximateNumberOfMessagesVisible({ period, statistic: Stats.MAXIMUM });
      this.#watch(`${queue.node.id}Depth`, meaning, depth);
    }
    for (const { name, meaning, metric, limits } of signs) this.#watch(name, meaning, metric, limits);
    this.#watch(
      'ServerErrors',
      'The API answered with 5xx',
      httpApi.metricServerError({ period, statistic: Stats.SUM }),
    );
  }

  #watch(id: string, alarmDescription: string, metric: IMetric, limits: Partial<AlarmProps> = {}): void {
    const alarm = new Alarm(this, id, {
      alarmDescription,
      metric,
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // Where nothing happens there is nothing to measure.
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...limits,
    });
    alarm.addAlarmAction(new SnsAction(this.#topic));
  }
}
