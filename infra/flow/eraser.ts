import { Duration, Validations } from 'aws-cdk-lib';
import type { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { Grant } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { bindTable } from '../bindings/bind.ts';
import { bindBlanking } from '../bindings/bind-blanking.ts';
import { bindSubscribers } from '../bindings/bind-subscribers.ts';
import { lambdaFunction } from '../functions/lambda-function.ts';
import type { EventLog } from '../tables/event-log.ts';
import type { HeldEvents } from '../tables/held-events.ts';
import type { Redactions } from '../tables/redactions.ts';
import type { Subscribers } from '../tables/subscribers.ts';
import type { Timelines } from '../tables/timelines.ts';
import { changingHeld } from './embargo.ts';

const invokeEvery = Duration.minutes(1);

export interface EraserOptions {
  readonly bundles: string;
  readonly eventLog: EventLog;
  readonly timelines: Timelines;
  readonly subscribers: Subscribers;
  readonly redactions: Redactions;
  readonly heldEvents: HeldEvents;
  readonly distribution: Distribution;
}

/** Redactions ─every minute▶ erase-content ─▶ EventLog, CloudFront */
export class Eraser extends Construct {
  readonly erase: LambdaFunction;

  constructor(scope: Construct, id: string, options: EraserOptions) {
    super(scope, id);
    const { bundles, eventLog, timelines, subscribers, redactions, heldEvents, distribution } = options;
    this.erase = lambdaFunction(this, 'erase-content', {
      bundles,
      description: 'Takes content that is redacted out of the log and out of caches',
      timeout: Duration.seconds(60),
      memoryMb: 1024,
      // One at a time: redactions of an event are carried out in their order.
      reservedConcurrency: 1,
      isNamedByTable: true,
    });
    const { erase } = this;
    bindTable(erase, eventLog, ['Query']);
    bindBlanking(erase, eventLog);
    bindTable(erase, timelines, ['GetItem', 'Query', 'PutItem', 'DeleteItem']);
    bindSubscribers(erase, subscribers, ['GetItem', 'Query']);
    bindTable(erase, redactions, ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem']);
    bindTable(erase, heldEvents, changingHeld);
    erase.addEnvironment('DISTRIBUTION_ID', distribution.distributionId);
    Grant.addToPrincipal({
      grantee: erase,
      actions: ['cloudfront:CreateInvalidation'],
      resourceArns: [distribution.distributionArn],
    });
    const rule = new Rule(this, 'Wake', {
      description: 'Invokes the function erase-content every minute, which carries out redactions',
      schedule: Schedule.rate(invokeEvery),
      targets: [new LambdaTarget(erase, { retryAttempts: 0, maxEventAge: invokeEvery })],
    });
    Validations.of(rule).acknowledge({
      id: 'Serverless-EventBusDLQ',
      reason: 'If an invocation cannot be delivered, the next one follows in a minute.',
    });
  }
}
