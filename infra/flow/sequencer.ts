import { Duration, Validations } from 'aws-cdk-lib';
import { FilterCriteria, FilterRule, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { postponedPerBatch } from '../../events/postponing.ts';
import { bindQueue, bindTable } from '../bindings/bind.ts';
import { lambdaFunction } from '../functions/lambda-function.ts';
import type { DeadLetterQueue } from '../queues/dead-letter-queue.ts';
import { PostponedQueue } from '../queues/postponed-queue.ts';
import type { EventLog } from '../tables/event-log.ts';
import { followStream } from './follow-stream.ts';

const timeout = Duration.seconds(60);

/** So many newsrooms that take back very much at once are served side by side. */
const postponedBatchesAtOnce = 5;

export interface SequencerOptions {
  readonly bundles: string;
  readonly eventLog: EventLog;
  readonly parked: DeadLetterQueue;
  readonly discarded: DeadLetterQueue;
}

/**
 * ```
 * EventLog revisions ─stream▶ sequence ─▶ EventLog feed
 *                                │ what a newsroom takes back beyond a small number
 *                                ▼
 *                             postponed (SQS FIFO) ─▶ sequence-postponed ─▶ EventLog feed
 * ```
 */
export class Sequencer extends Construct {
  readonly sequence: LambdaFunction;
  readonly postponed: PostponedQueue;

  constructor(scope: Construct, id: string, options: SequencerOptions) {
    super(scope, id);
    const { bundles, eventLog, discarded } = options;
    this.sequence = lambdaFunction(this, 'sequence', {
      bundles,
      description: 'Gives each revision its position in the feed',
      timeout,
    });
    this.postponed = new PostponedQueue(this, 'Postponed', timeout.plus(Duration.seconds(30)));
    this.#bind(this.sequence, options);
    bindQueue(this.sequence, this.postponed, 'POSTPONED_QUEUE_URL');
    followStream(this.sequence, eventLog, {
      filter: FilterCriteria.filter({
        eventName: FilterRule.isEqual('INSERT'),
        dynamodb: { Keys: { sk: { S: FilterRule.beginsWith('R#') } } },
      }),
      // Two transactions: one assigns at most 50 positions.
      batchSize: 100,
      discarded,
    });
    this.#sequencePostponed(options);
  }

  #sequencePostponed(options: SequencerOptions): void {
    const handler = lambdaFunction(this, 'sequence-postponed', {
      bundles: options.bundles,
      description: 'Gives positions to revisions that were postponed, a few at a time for each newsroom',
      timeout,
    });
    this.#bind(handler, options);
    this.postponed.grantConsumeMessages(handler);
    const mapping = handler.addEventSourceMapping('Postponed', {
      eventSourceArn: this.postponed.queueArn,
      batchSize: postponedPerBatch,
      maxConcurrency: postponedBatchesAtOnce,
    });
    Validations.of(mapping).acknowledge({
      id: 'Serverless-LambdaEventSourceMappingDestination',
      reason: 'A queue has no such destination in Lambda. The dead-letter queue of the queue takes its place.',
    });
  }

  #bind(handler: LambdaFunction, { eventLog, parked }: SequencerOptions): void {
    bindTable(handler, eventLog, ['Query', 'PutItem']);
    bindQueue(handler, parked, 'PARKED_QUEUE_URL');
  }
}
