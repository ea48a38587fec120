import { Duration } from 'aws-cdk-lib';
import { FilterCriteria, FilterRule, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { bindQueue, bindTable } from '../bindings/bind.ts';
import { lambdaFunction } from '../functions/lambda-function.ts';
import type { DeadLetterQueue } from '../queues/dead-letter-queue.ts';
import type { EventLog } from '../tables/event-log.ts';
import { followStream } from './follow-stream.ts';

export interface SequencerOptions {
  readonly bundles: string;
  readonly eventLog: EventLog;
  readonly parked: DeadLetterQueue;
  readonly discarded: DeadLetterQueue;
}

/** EventLog revisions ─stream▶ sequence ─▶ EventLog feed */
export class Sequencer extends Construct {
  readonly sequence: LambdaFunction;

  constructor(scope: Construct, id: string, { bundles, eventLog, parked, discarded }: SequencerOptions) {
    super(scope, id);
    this.sequence = lambdaFunction(this, 'sequence', {
      bundles,
      description: 'Gives each revision its position in the feed',
      timeout: Duration.seconds(60),
    });
    bindTable(this.sequence, eventLog, ['Query', 'PutItem']);
    bindQueue(this.sequence, parked, 'PARKED_QUEUE_URL');
    followStream(this.sequence, eventLog, {
      filter: FilterCriteria.filter({
        eventName: FilterRule.isEqual('INSERT'),
        dynamodb: { Keys: { sk: { S: FilterRule.beginsWith('R#') } } },
      }),
      // Two transactions: one assigns at most 50 positions.
      batchSize: 100,
      discarded,
    });
  }
}
