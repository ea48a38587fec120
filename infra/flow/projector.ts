import { Duration, Validations } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { FilterCriteria, FilterRule, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { bindQueue, bindTable } from '../bindings/bind.ts';
import { lambdaFunction } from '../functions/lambda-function.ts';
import type { DeadLetterQueue } from '../queues/dead-letter-queue.ts';
import type { EventLog } from '../tables/event-log.ts';
import type { Timelines } from '../tables/timelines.ts';
import { followStream } from './follow-stream.ts';

const invokeEvery = Duration.minutes(5);

export interface ProjectorOptions {
  readonly bundles: string;
  readonly eventLog: EventLog;
  readonly timelines: Timelines;
  readonly parked: DeadLetterQueue;
  readonly discarded: DeadLetterQueue;
}

/** EventLog feed ─stream▶ project ─▶ Timelines */
export class Projector extends Construct {
  readonly project: LambdaFunction;

  constructor(scope: Construct, id: string, { bundles, eventLog, timelines, parked, discarded }: ProjectorOptions) {
    super(scope, id);
    this.project = lambdaFunction(this, 'project', {
      bundles,
      description: 'Follows the feed and projects it into the timelines',
      timeout: Duration.seconds(60),
      memoryMb: 1024,
    });
    bindTable(this.project, eventLog, ['Query', 'BatchGetItem']);
    bindTable(this.project, timelines, ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'PartiQLInsert', 'DeleteItem']);
    bindQueue(this.project, parked, 'PARKED_QUEUE_URL');
    followStream(this.project, eventLog, {
      filter: FilterCriteria.filter({
        eventName: FilterRule.isEqual('INSERT'),
        dynamodb: { Keys: { pk: { S: FilterRule.isEqual('F') } } },
      }),
      // The maximum: records only invoke the function, which then reads the feed to its end.
      batchSize: 1000,
      discarded,
    });
    const rule = new Rule(this, 'Wake', {
      description: 'Invokes the function project every five minutes, in case an invocation by a stream record was lost',
      schedule: Schedule.rate(invokeEvery),
      targets: [new LambdaTarget(this.project, { retryAttempts: 0, maxEventAge: invokeEvery })],
    });
    Validations.of(rule).acknowledge({
      id: 'Serverless-EventBusDLQ',
      reason: 'If an invocation cannot be delivered, the next one follows in five minutes.',
    });
  }
}
