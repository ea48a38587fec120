import { Duration, Stack, Validations } from 'aws-cdk-lib';
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
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { settingsOf } from '../config/settings-of.ts';

const period = Duration.minutes(5);
const iteratorAgePeriod = Duration.minutes(1);
/** A batch that fails is attempted again after growing pauses, so that not every minute has an age. */
const iteratorAgeLimits: Partial<AlarmProps> = { threshold: 60_000, evaluationPeriods: 10, datapointsToAlarm: 3 };

/** An alarm in addition to those of every function and stream. */
export interface AlarmDefinition {
  /** Letters only. */
  readonly name: string;
  /** What is wrong and what to do, for an operator. */
  readonly description: string;
  readonly metric: IMetric;
  /** Whether the profile `small` does without it, since another alarm rings for most of what it watches. */
  readonly fullOnly?: true;
  /** Default: at least 1 in one period. */
  readonly limits?: Partial<AlarmProps>;
}

export interface AlarmsOptions {
  readonly httpApi: HttpApi;
  /** The functions that follow a stream. */
  readonly followers: readonly LambdaFunction[];
  readonly definitions: readonly AlarmDefinition[];
}

/**
 * All alarms. They publish to one topic: that of the settings, or one that the stack makes, with the address of the
 * settings.
 *
 * In the profile `full` every function of the stack has an alarm, without being listed. In `small`, where each costs
 * money that nothing else does, the alarm of the gateway stands for the functions of routes, and the age of its stream
 * for a follower.
 */
export class Alarms extends Construct {
  readonly topic: ITopic;
  readonly all: Alarm[] = [];

  constructor(scope: Construct, id: string, { httpApi, followers, definitions }: AlarmsOptions) {
    super(scope, id);
    this.topic = this.#topicOf();
    const isFull = settingsOf(this).profile === 'full';
    if (isFull) this.#everyFunction();
    for (const follower of followers) {
      const name = follower.node.scope?.node.id;
      const age = follower.metric('IteratorAge', { period: iteratorAgePeriod, statistic: Stats.MAXIMUM });
      const description = `The function ${name} is more than a minute behind. Read its log.`;
      this.#alarm(`${name}IteratorAge`, description, age, iteratorAgeLimits);
    }
    for (const { name, description, metric, fullOnly, limits } of definitions) {
      if (isFull || !fullOnly) this.#alarm(name, description, metric, limits);
    }
    this.#alarm(
      'ServerErrors',
      'The API responded with 5xx. Find the route in the access log, then read the log of its function.',
      httpApi.metricServerError({ period, statistic: Stats.SUM }),
    );
  }

  #everyFunction(): void {
    const { node } = Stack.of(this);
    for (const handler of node.findAll().filter((construct) => construct instanceof LambdaFunction)) {
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
  }

  #topicOf(): ITopic {
    const { stage, alarms } = settingsOf(this);
    const topic =
      alarms.topicArn === undefined ? this.#ownTopic(stage) : Topic.fromTopicArn(this, 'Topic', alarms.topicArn);
    if (alarms.email !== undefined) {
      const subscription = topic.addSubscription(new EmailSubscription(alarms.email));
      Validations.of(subscription).acknowledge({
        id: 'Serverless-SNSRedrivePolicy',
        reason: 'Nobody would look into a queue of e-mails that were not delivered. The alarm stays in CloudWatch.',
      });
    }
    return topic;
  }

  #ownTopic(stage: string): Topic {
    const topic = new Topic(this, 'Topic', { displayName: `Timeline alarms (${stage})`, enforceSSL: true });
    // Enforcing TLS replaces the default policy of the topic, which would let alarms of the account publish.
    topic.grantPublish(
      new ServicePrincipal('cloudwatch.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    return topic;
  }

  #alarm(id: string, alarmDescription: string, metric: IMetric, limits: Partial<AlarmProps> = {}): void {
    const alarm = new Alarm(this, id, {
      alarmDescription,
      metric,
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // Most metrics have no data while no function runs. Those that must report say so.
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...limits,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    this.all.push(alarm);
  }
}
